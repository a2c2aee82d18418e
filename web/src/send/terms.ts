/** To whom and why, while somebody fills it in; and the body that is sent. Pure. */
import type { Party } from "@/api/types";
import { newBundle, type Selection } from "./selection";
import type { SendOrder, Study, TermsBody } from "./types";

export type Manner = "oral" | "written" | "digital" | "representative";

export interface Consent {
  who: string;
  when: string;
  manner: Manner;
  scope: string;
}

export interface Terms {
  receiver: Party | null;
  ground: string;
  urgency: string;
  question: string;
  consent: Consent;
}

/** Grounds on which somebody sends by hand, the usual one first. */
export const GROUNDS_TO_SEND = ["referral", "consultation", "emergency", "own-team"] as const;

/** What stands for a disc or file that somebody takes along, where others have their URA. */
export const CARRIED = "partner:disc";

/** Grounds for this receiver: what the patient carries himself goes by disc alone. */
export function groundsFor(receiver: Party | null): readonly string[] {
  return receiver?.organisation === CARRIED ? [...GROUNDS_TO_SEND, "patient-carries"] : GROUNDS_TO_SEND;
}

/** The day of a moment, as a date field has it, in the time of this computer. */
export function dayOf(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

export function newTerms(who: string, today: Date = new Date()): Terms {
  return {
    receiver: null,
    ground: "referral",
    urgency: "routine",
    question: "",
    consent: { who, when: dayOf(today), manner: "oral", scope: "" },
  };
}

/** The terms with another ground; an emergency is at once, and nothing else is by itself. */
export function withGround(terms: Terms, ground: string): Terms {
  if (ground === terms.ground) return terms;
  const urgency = ground === "emergency" ? "stat" : terms.ground === "emergency" ? "routine" : terms.urgency;
  return { ...terms, ground, urgency };
}

/** What still lacks before it can be sent. */
export function lacking(terms: Terms, selection: Selection | null): ("studies" | "receiver" | "consent")[] {
  const found: ("studies" | "receiver" | "consent")[] = [];
  if (selection !== null && Object.keys(selection).length === 0) found.push("studies");
  if (terms.receiver === null) found.push("receiver");
  const { who, when, scope } = terms.consent;
  const told = who.trim() !== "" && when !== "" && scope.trim() !== "";
  if (terms.ground === "consultation" && !told) found.push("consent");
  return found;
}

const NOBODY: Party = { organisation: "", name: "", location: "", department: "", person: "", phone: "" };

export function bodyOf(terms: Terms): TermsBody {
  return {
    receiver: terms.receiver ?? NOBODY,
    purpose: "",
    ground: terms.ground,
    urgency: terms.urgency,
    question: terms.question.trim(),
    responsible: "",
    consent: terms.ground === "consultation" ? terms.consent : null,
  };
}

export interface ReportFile {
  id: string;
  title: string;
  study: string;
}

/** The whole sending. A report goes with its study, or with the first where that one is not chosen. */
export function orderOf(
  studies: readonly Study[],
  selection: Selection,
  terms: Terms,
  extras: boolean,
  report: ReportFile | null,
  bundle: string = newBundle(),
): SendOrder {
  const chosen = studies.filter((one) => selection[one.study_uid] !== undefined);
  const beside = chosen.find((one) => one.study_uid === report?.study) ?? chosen[0];
  return {
    bundle,
    extras,
    days: 30,
    terms: bodyOf(terms),
    studies: chosen.map((one) => {
      const { series, expected } = selection[one.study_uid] ?? { series: null, expected: 0 };
      const mine = report !== null && one === beside;
      return {
        study_uid: one.study_uid,
        source: one.source,
        origin: one.origin,
        series: series ?? [],
        description: one.description,
        modalities: one.modalities,
        expected,
        report: mine ? report.id : "",
        report_title: mine ? report.title : "",
      };
    }),
  };
}
