/** What a field of administration may hold, checked while it is typed; the node checks everything again. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export type Faults<Field extends string> = Partial<Record<Field, MessageDescriptor>>;

const TITLE = /^[!-[\]-~]([ -[\]-~]{0,14}[!-[\]-~])?$/;
const NETWORK = /^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(\/[0-9]{1,3})?$/;

export const isTitle = (value: string): boolean => TITLE.test(value);
export const isUra = (value: string): boolean => /^[0-9]{8}$/.test(value);
export const isNetwork = (value: string): boolean => NETWORK.test(value);
export const isPort = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 65535;

export const WORDS = {
  needed: msg`Vul dit in.`,
  title: msg`Een AE-title heeft 1 tot 16 tekens, zonder backslash en zonder spatie vooraan of achteraan.`,
  ura: msg`Een URA-nummer heeft acht cijfers.`,
  port: msg`Een poort is een getal van 1 tot 65535.`,
  network: msg`Typ adressen als 10.20.0.5 of netwerken als 10.20.0.0/16, met komma’s ertussen.`,
  days: msg`Meer dan 0 en ten hoogste 90 dagen.`,
  seconds: msg`0 seconden of meer.`,
  expert: msg`Een externe deskundige heeft deze drie nodig: wie ervoor instaat, de overeenkomst en een einddatum.`,
  role: msg`Kies ten minste één rol.`,
  login: msg`2 tot 64 letters, cijfers of . _ - @ +.`,
  past: msg`Deze dag is al voorbij.`,
} as const;

/** The names of the fields that the node found wrong, from its answer. */
export function namedFields(text: string): string[] {
  return [...text.matchAll(/(?:: |; )([a-z_]+(?:\.[a-z0-9_]+)*): /g)].map((found) => found[1] ?? "");
}

/** "a, b" as a list, and back. */
export const listed = (text: string): string[] =>
  text
    .split(/[,;\s]+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** The end of a day in the reader's time zone, as POSIX seconds; null for no day. */
export function endOfDay(day: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (found === null) return null;
  const [year, month, date] = [Number(found[1]), Number(found[2]), Number(found[3])];
  return new Date(year, month - 1, date + 1).getTime() / 1000 - 1;
}

/** The day of a moment, as an input of type date has it. */
export function dayOf(seconds: number | null): string {
  if (seconds === null) return "";
  const moment = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}
