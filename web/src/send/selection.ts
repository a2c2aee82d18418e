/** What is chosen to be sent: studies, each whole or some of its series. Pure. */
import type { Patient } from "@/api/types";
import type { Proposed, Series, Study } from "./types";

/** `series` null is all of it; `expected` is how many images that are, 0 while nobody knows. */
export interface Chosen {
  series: string[] | null;
  expected: number;
}

export type Selection = Record<string, Chosen>;

/** Studies of one patient. */
export interface Person {
  key: string;
  patient: Patient;
  studies: Study[];
  /** What this was opened for, if anything: proposed whatever its date. */
  given: string[];
}

/**
 * The studies patient by patient, in the order found; a patient is the same by number, issuer and birth date. With
 * `opened` the first study is what this was opened for.
 */
export function peopleOf(studies: readonly Study[], opened = false): Person[] {
  const people = new Map<string, Person>();
  for (const study of studies) {
    const { number, issuer, birth_date, name } = study.patient;
    const key = number === "" ? `${name}|${birth_date}` : `${number}|${issuer}|${birth_date}`;
    const person = people.get(key);
    if (person === undefined) people.set(key, { key, patient: study.patient, studies: [study], given: [] });
    else person.studies.push(study);
  }
  const first = studies[0];
  return [...people.values()].map((one, index) =>
    opened && index === 0 && first !== undefined ? { ...one, given: [first.study_uid] } : one,
  );
}

export const whole = (study: Study): Chosen => ({ series: null, expected: study.instances ?? 0 });

/** What a proposal ticks. */
export function selectionOf(proposal: Proposed, studies: readonly Study[]): Selection {
  const wanted = new Set([...proposal.chosen, ...proposal.priors].map((one) => one.study_uid));
  return Object.fromEntries(
    studies.filter((one) => wanted.has(one.study_uid)).map((one) => [one.study_uid, whole(one)]),
  );
}

/** The selection with this study in or out. */
export function toggled(selection: Selection, study: Study): Selection {
  const { [study.study_uid]: there, ...rest } = selection;
  return there === undefined ? { ...rest, [study.study_uid]: whole(study) } : rest;
}

/** The selection with this series of a study in or out; all series chosen is the whole study, none is not chosen. */
export function withSeries(selection: Selection, study: Study, all: readonly Series[], uid: string): Selection {
  const { [study.study_uid]: there, ...rest } = selection;
  const before = there === undefined ? [] : (there.series ?? all.map((one) => one.series_uid));
  const after = before.includes(uid) ? before.filter((one) => one !== uid) : [...before, uid];
  if (after.length === 0) return rest;
  if (after.length === all.length) return { ...rest, [study.study_uid]: whole(study) };
  return { ...rest, [study.study_uid]: some(all, after) };
}

/** These series, in the order of the study. */
export function some(all: readonly Series[], wanted: readonly string[]): Chosen {
  const chosen = all.filter((one) => wanted.includes(one.series_uid));
  const counts = chosen.map((one) => one.instances);
  const known = counts.every((count) => count !== null);
  return {
    series: chosen.map((one) => one.series_uid),
    expected: known ? counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) : 0,
  };
}

/** Whether a series is chosen. */
export function has(selection: Selection, study: Study, uid: string): boolean {
  const there = selection[study.study_uid];
  return there !== undefined && (there.series === null || there.series.includes(uid));
}

/** How many images are chosen, as far as known; null when of one study nobody knows. */
export function imagesOf(selection: Selection, studies: readonly Study[]): number | null {
  let sum = 0;
  for (const study of studies) {
    const chosen = selection[study.study_uid];
    if (chosen === undefined) continue;
    if (chosen.expected === 0) return null;
    sum += chosen.expected;
  }
  return sum;
}

/** 32 random hex digits: the id of a sending, so that sending it twice is one. */
export function newBundle(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
