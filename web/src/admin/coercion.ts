/** The table of coercion as the node's model has it, its words, and what is tried out with it. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Trial = Schemas["CoercionTrial"];
export type Tried = Schemas["CoercionTried"];
export type Line = Schemas["CoercionLine"];

export type Field =
  | "name"
  | "birth_date"
  | "sex"
  | "accession_number"
  | "accession_issuer"
  | "study_description"
  | "procedure_code"
  | "request"
  | "institution";

/** The table: where each value comes from. */
export type Table = Record<Field | "description_prefix", string>;

const PERSON = ["own", "sent"];
const ORDERED = ["order", "sent", "empty"];

interface Row {
  field: Field;
  name: MessageDescriptor;
  tag: string;
  choices: string[];
}

export const ROWS: Row[] = [
  { field: "name", name: msg`Naam van de patiënt`, tag: "(0010,0010)", choices: PERSON },
  { field: "birth_date", name: msg`Geboortedatum`, tag: "(0010,0030)", choices: PERSON },
  { field: "sex", name: msg`Geslacht`, tag: "(0010,0040)", choices: PERSON },
  { field: "accession_number", name: msg`Onderzoeksnummer (accession number)`, tag: "(0008,0050)", choices: ORDERED },
  { field: "accession_issuer", name: msg`Uitgever van het onderzoeksnummer`, tag: "(0008,0051)", choices: ORDERED },
  { field: "study_description", name: msg`Omschrijving`, tag: "(0008,1030)", choices: ["sent", "order"] },
  { field: "procedure_code", name: msg`Verrichtingcode`, tag: "(0008,1032)", choices: ["sent", "order", "empty"] },
  { field: "request", name: msg`Aanvraag`, tag: "(0040,0275)", choices: ["sent", "order", "empty"] },
  { field: "institution", name: msg`Instelling`, tag: "(0008,0080)", choices: ["sent", "sender", "empty"] },
];

export const SOURCES: Record<string, MessageDescriptor> = {
  own: msg`zoals uw ziekenhuis de patiënt kent`,
  sent: msg`zoals gestuurd`,
  order: msg`uit de opdracht`,
  sender: msg`naam van de afzender uit het adresboek`,
  empty: msg`leeg`,
};

/** Without an order these stay as they were sent; the others are left empty. */
export const WITHOUT_ORDER: Partial<Record<Field, MessageDescriptor>> = {
  accession_number: msg`zonder opdracht: leeg`,
  accession_issuer: msg`zonder opdracht: leeg`,
  study_description: msg`zonder opdracht: zoals gestuurd`,
  procedure_code: msg`zonder opdracht: zoals gestuurd`,
  request: msg`zonder opdracht: zoals gestuurd`,
};

/** What stands in a line of the try-out. */
export const LINES: Record<string, MessageDescriptor> = {
  "patient-id": msg`Patiëntnummer`,
  "patient-id-issuer": msg`Uitgever van het patiëntnummer`,
  "other-patient-ids": msg`Andere patiëntnummers`,
  name: msg`Naam van de patiënt`,
  "birth-date": msg`Geboortedatum`,
  sex: msg`Geslacht`,
  "accession-number": msg`Onderzoeksnummer (accession number)`,
  "accession-issuer": msg`Uitgever van het onderzoeksnummer`,
  "study-description": msg`Omschrijving`,
  "procedure-code": msg`Verrichtingcode`,
  request: msg`Aanvraag`,
  institution: msg`Instelling`,
};

export const PREFIX_CHARACTERS = 16;
export const prefixFits = (prefix: string): boolean =>
  prefix.length <= PREFIX_CHARACTERS && ![...prefix].some((one) => one === "\\" || one < " ");

/** The fields in which two tables differ. */
export function differing(one: Table, other: Table): (Field | "description_prefix")[] {
  const fields = [...ROWS.map(({ field }) => field), "description_prefix" as const];
  return fields.filter((field) => one[field] !== other[field]);
}

/** Whether a number and its issuer would come from two places: a number that looks like another house's. */
export const isMixed = (table: Table): boolean =>
  table.accession_number !== "empty" && table.accession_number !== table.accession_issuer;

export interface Typed {
  sent: { number: string; issuer: string; name: string; birth_date: string; sex: string };
  study: {
    accession_number: string;
    accession_issuer: string;
    description: string;
    code: { value: string; scheme: string; meaning: string };
    procedure_id: string;
  };
  institution: string;
  own: { number: string; issuer: string; name: string; birth_date: string; sex: string };
  order: Typed["study"] | null;
}

/** A made-up patient, so that there is something to look at before anything is typed. */
export const EXAMPLE: Typed = {
  sent: { number: "778812", issuer: "ZKH-ELDERS", name: "Jansen-de Boer^A.", birth_date: "19620417", sex: "F" },
  study: {
    accession_number: "E-20931",
    accession_issuer: "ZKH-ELDERS",
    description: "CT abdomen blanco",
    code: { value: "CTABD", scheme: "99ELD", meaning: "CT abdomen" },
    procedure_id: "RP-4471",
  },
  institution: "Ziekenhuis Elders",
  own: { number: "4501187", issuer: "", name: "Boer^Anna^^de", birth_date: "19620417", sex: "F" },
  order: {
    accession_number: "BB00000123",
    accession_issuer: "ONS-RIS",
    description: "Import CT van elders",
    code: { value: "IMPCT", scheme: "L", meaning: "Import CT" },
    procedure_id: "V123",
  },
};
