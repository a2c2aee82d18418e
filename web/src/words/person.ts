/**
 * Names of people on screen, from DICOM's person names (PS3.5 section 6.2.1.1): up to three groups (alphabetic,
 * ideographic, phonetic), each family^given^middle^prefix^suffix.
 *
 * Dutch systems write the words before a family name ("van der") in the prefix, in the middle name, before or behind the
 * family name; they are shown before it, as a Dutch reader expects: "van der Berg, Anna".
 */

export interface PersonName {
  family: string;
  given: string;
  middle: string;
  /** Words before the family name, such as "van der". */
  particles: string;
  /** Titles before the name, such as "dr.". */
  title: string;
  suffix: string;
  /** The same name in the name's own script, when there is one. */
  script: string;
}

const PARTICLES = new Set(
  (
    "van von vom zu zum de den der des d' 't het in op onder over uit bij aan te ten ter tot toe voor la le les l' du da do dos del " +
    "della di el al ben bin bint abu ibn af av v. vd v.d. v/d"
  ).split(" "),
);
/** Characters that are not text: controls, and those that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are taken out
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text from outside without control characters, and with single spaces. */
export function clean(text: string): string {
  return text.replace(UNPRINTABLE, " ").replace(/\s+/g, " ").trim();
}

function isParticles(text: string): boolean {
  const words = text.toLowerCase().replace(/’/g, "'").split(" ");
  return text !== "" && words.every((word) => PARTICLES.has(word));
}

/** The parts of a person name; every part may be empty. */
export function parseName(value: string): PersonName {
  const groups = value.split("=").map((group) => group.split("^").map(clean));
  const [alphabetic = [], ideographic = [], phonetic = []] = groups;
  const used = [alphabetic, ideographic, phonetic].find((group) => group.some((part) => part !== "")) ?? [];
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = used;
  const name: PersonName = { family, given, middle, particles: "", title: "", suffix, script: "" };
  if (isParticles(prefix)) name.particles = prefix;
  else name.title = prefix;
  if (name.particles === "" && isParticles(middle)) {
    name.particles = middle;
    name.middle = "";
  }
  const comma = /^(.+), ?([^,]+)$/.exec(name.family);
  if (name.particles === "" && comma !== null && isParticles(comma[2] ?? "")) {
    name.family = comma[1] ?? "";
    name.particles = comma[2] ?? "";
  }
  if (used === alphabetic && ideographic.some((part) => part !== ""))
    name.script = ideographic.filter((part) => part !== "").join(" ");
  return name;
}

function joined(...parts: string[]): string {
  return parts
    .filter((part) => part !== "")
    .join(" ")
    .replace(/(['’]) (?=\p{L})/gu, (whole, sign: string, at: number, text: string) =>
      /(?:^| )[dl]$/i.test(text.slice(0, at)) ? sign : whole,
    );
}

/** For lists and banners: "van der Berg, Anna Maria"; empty when there is no name. */
export function listName(value: string): string {
  const { family, given, middle, particles, title, suffix, script } = parseName(value);
  const behind = joined(title, given, middle);
  const before = joined(particles, family, suffix);
  const name = before !== "" && behind !== "" ? `${before}, ${behind}` : before || behind;
  return script === "" ? name : `${name} (${script})`;
}

/** As one says it: "dr. Anna van der Berg". */
export function spokenName(value: string): string {
  const { family, given, middle, particles, title, suffix } = parseName(value);
  return joined(title, given, middle, particles, family, suffix);
}

/** An own number as the node keeps it, with its issuer where that is not the usual one (HL7 CX), for people. */
export function ownNumber(kept: string): string {
  return clean(kept.replace("^^^", " · "));
}
