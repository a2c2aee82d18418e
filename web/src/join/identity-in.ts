/** Whether a text that a person wrote holds something of the patient: a part of a name, a number, a birth date. Pure. */
import type { StudyHeader } from "./types";

/** Shorter parts stand in too many words. */
const LEAST = 3;

const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
const digits = (text: string) => text.replace(/\D+/g, "");

/** True when it may not go out on a picture without a name. It finds what the header has, and no nickname. */
export function holdsIdentity(header: StudyHeader | null, text: string): boolean {
  if (!header) return false;
  const said = plain(text);
  const names = header.patientName.split(/[\^=\s,.'-]+/).map(plain);
  if (names.some((part) => part.length >= LEAST && said.includes(part))) return true;
  const { birthDate } = header;
  const [year, month, day] = [birthDate.slice(0, 4), birthDate.slice(4, 6), birthDate.slice(6, 8)];
  const born = birthDate.length === 8 ? [birthDate, `${day}${month}${year}`, `${month}${day}${year}`] : [];
  const numbers = [header.patientId, header.accessionNumber].map(digits).filter((number) => number.length >= 4);
  const written = digits(text);
  return [...born, ...numbers].some((number) => written.includes(number));
}
