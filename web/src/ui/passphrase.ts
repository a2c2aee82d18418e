/** Passphrases for a disc or file: how strong one is, and making one that can be read out on the telephone. */
import { parseName } from "@/words/person";

export const SHORTEST_PASSPHRASE = 12;

/** Letters and digits that nobody takes for another. */
const CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const IN_GROUP = 4;

/** Sixteen characters in four groups: 79 bits by chance. */
export function makePassphrase(random: (most: number) => number = below): string {
  const group = () => Array.from({ length: IN_GROUP }, () => CHARACTERS[random(CHARACTERS.length)]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}

/** A number from 0 up to `most`, each as likely. */
function below(most: number): number {
  const limit = 256 - (256 % most);
  const [one = 0] = crypto.getRandomValues(new Uint8Array(1));
  return one < limit ? one % most : below(most);
}

/** What is known of a patient, and so of no use in a passphrase. */
export interface Known {
  name: string;
  number: string;
  birth_date: string;
}

function wordsOf(known: Known | null): string[] {
  if (known === null) return [];
  const { family, given } = parseName(known.name);
  const day = known.birth_date;
  const dates = day.length === 8 ? [day, day.slice(6) + day.slice(4, 6) + day.slice(0, 4), day.slice(0, 4)] : [];
  const texts = [family, given, known.number, ...dates];
  return texts.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 3);
}

/** 0 too short or easy, 1 enough, 2 good, 3 strong. Length decides, of what does not name the patient. */
export function strengthOfPassphrase(passphrase: string, known: Known | null): 0 | 1 | 2 | 3 {
  const plain = passphrase.trim();
  let left = plain.toLowerCase();
  for (const word of wordsOf(known).sort((one, other) => other.length - one.length)) left = left.replaceAll(word, "");
  const letters = [...left].filter((one) => /[\p{L}\p{N}]/u.test(one)).length;
  if (plain.length < SHORTEST_PASSPHRASE || new Set(plain).size < 6 || letters < 8) return 0;
  if (plain.length < 16) return 1;
  return plain.length < 22 && !/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/.test(plain) ? 2 : 3;
}
