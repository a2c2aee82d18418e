/** The address book as choices: what this person used or marked first, then all that can be found by typing. Pure. */
import type { Party } from "@/api/types";
import { nameOf } from "@/words/party";
import { clean } from "@/words/person";
import { groundsFor, type Terms, withGround } from "./terms";
import type { Book, Rule } from "./types";

/** Somebody to send to; `rule` where it is one of the hospital's own sending rules. */
export interface Choice {
  key: string;
  party: Party;
  favourite: boolean;
  recent: boolean;
  rule: Rule | null;
}

/** The same door is the same key, whatever it is called. */
export function keyOf(party: Party): string {
  return [party.organisation, party.location, party.department, party.person].join("|");
}

/** Everybody once: favourites, last used, sending rules, own entries, organisations. */
export function choicesOf(book: Book): Choice[] {
  const names = new Map(book.partners.map((one) => [one.organisation, one.name]));
  const found = new Map<string, Choice>();
  const add = (party: Party, more: Partial<Choice>) => {
    const named = party.name === "" ? { ...party, name: names.get(party.organisation) ?? "" } : party;
    const key = keyOf(party);
    const there = found.get(key);
    if (there === undefined)
      found.set(key, { key, party: named, favourite: false, recent: false, rule: null, ...more });
    else if (there.rule === null && more.rule !== undefined) found.set(key, { ...there, rule: more.rule ?? null });
  };
  for (const one of book.recipients) add(one.party, { favourite: one.favourite, recent: !one.favourite });
  for (const rule of book.rules) add(rule.party, { rule });
  for (const door of book.doors) add(door.party, {});
  for (const one of book.partners)
    add({ organisation: one.organisation, name: one.name, location: "", department: "", person: "", phone: "" }, {});
  return [...found.values()];
}

/** "Ziekenhuis B · Radiologie · dr. Bakker"; the number where nobody knows a name. */
export function lineOf(party: Party): string {
  return [nameOf(party), party.location, party.department, party.person]
    .map(clean)
    .filter((part) => part !== "")
    .join(" · ");
}

/** What is inside the organisation: "Radiologie · dr. Bakker". */
export function insideOf(party: Party): string {
  return [party.location, party.department, party.person]
    .map(clean)
    .filter((part) => part !== "")
    .join(" · ");
}

/** The terms with this recipient; a sending rule brings its question, ground and urgency, where nobody chose others. */
export function withRecipient(terms: Terms, choice: Choice): Terms {
  const fits = groundsFor(choice.party).includes(terms.ground);
  const next = { ...terms, receiver: choice.party, ground: fits ? terms.ground : "referral" };
  if (choice.rule === null) return next;
  const { ground, urgency, question } = choice.rule;
  const asked = { ...next, question: terms.question === "" ? question : terms.question };
  const usual = terms.ground === "referral" && terms.urgency === "routine";
  return usual ? { ...withGround(asked, ground), urgency } : asked;
}
