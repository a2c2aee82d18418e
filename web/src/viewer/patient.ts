/** Who the pictures are of: as words for the screen, and whether two of them are one person. Pure. */
import type { StudyHeader } from "@/join";
import { ageOf, showDay } from "@/words/dates";
import { clean, listName } from "@/words/person";

/** Patients are the same when number and birth date are; without a number, when name and birth date are. */
export function samePatient(a: StudyHeader, b: StudyHeader): boolean {
  if (a.birthDate !== b.birthDate) return false;
  if (a.patientId && b.patientId) return clean(a.patientId) === clean(b.patientId) && issuersAgree(a, b);
  return listName(a.patientName).toLowerCase() === listName(b.patientName).toLowerCase();
}

function issuersAgree(a: StudyHeader, b: StudyHeader): boolean {
  return a.issuer === "" || b.issuer === "" || a.issuer === b.issuer;
}

/**
 * For each study the number of its patient, from 0: the colour of the frame. `same`: the node knows it for one of the
 * first one's patient, which counts unless the birth dates say otherwise.
 */
export function patientNumbers(headers: readonly (StudyHeader | null)[], same: readonly boolean[] = []): number[] {
  const known: StudyHeader[] = [];
  return headers.map((header, at) => {
    if (!header) return 0;
    const [first] = known;
    if (first && same[at] && (!first.birthDate || !header.birthDate || first.birthDate === header.birthDate)) return 0;
    const place = known.findIndex((one) => samePatient(one, header));
    if (place >= 0) return place;
    known.push(header);
    return known.length - 1;
  });
}

export interface PatientWords {
  name: string;
  born: string;
  age: number | undefined;
  sex: string;
  number: string;
}

/** The parts of the banner, each as text; empty where the header lacks them. */
export function patientWords(header: StudyHeader): PatientWords {
  return {
    name: listName(header.patientName),
    born: header.birthDate ? showDay(header.birthDate) : "",
    age: header.birthDate ? ageOf(header.birthDate) : undefined,
    sex: header.sex,
    number: clean(header.patientId),
  };
}

/** "22-11-2026 03:12" of a DICOM date and time. */
export function studyMoment(date: string, time: string): string {
  const clock = /^(\d{2})(\d{2})/.exec(time.replace(/:/g, ""));
  return [date ? showDay(date) : "", clock ? `${clock[1]}:${clock[2]}` : ""].filter(Boolean).join(" ");
}
