import { expect, test } from "vitest";
import type { Party } from "@/api/types";
import { choicesOf, insideOf, keyOf, lineOf, withRecipient } from "./recipients";
import { newTerms } from "./terms";
import type { Book } from "./types";

const party = (more: Partial<Party> = {}): Party => ({
  organisation: "00000002",
  name: "Ziekenhuis B",
  location: "",
  department: "",
  person: "",
  phone: "",
  ...more,
});
const radiology = party({ department: "Radiologie", name: "" });
const BOOK: Book = {
  partners: [{ organisation: "00000002", name: "Ziekenhuis B", keys: true, way: "hub" }],
  doors: [{ id: "1", party: party({ department: "Neurologie" }), changed: 0 }],
  rules: [
    {
      ae_title: "NAAR_B",
      party: radiology,
      purpose: "TREAT",
      ground: "referral",
      urgency: "stat",
      question: "?",
      consent: "",
    },
  ],
  recipients: [{ party: radiology, favourite: true, used: 1, uses: 3 }],
  trouble: null,
};

test("everybody stands in the list once, favourites first, with the rule that belongs to a door", () => {
  const choices = choicesOf(BOOK);
  expect(choices.map((one) => [one.favourite, insideOf(one.party), one.rule?.ae_title])).toEqual([
    [true, "Radiologie", "NAAR_B"],
    [false, "Neurologie", undefined],
    [false, "", undefined],
  ]);
});

test("a door without a name is called what the address book calls its organisation", () => {
  expect(lineOf(choicesOf(BOOK)[0]?.party ?? party())).toBe("Ziekenhuis B · Radiologie");
});

test("a sending rule fills in what nobody chose, and changes no choice", () => {
  const [favourite] = choicesOf(BOOK);
  if (favourite === undefined) throw new Error("no choice");
  const taken = withRecipient(newTerms("arts"), favourite);
  expect([taken.urgency, taken.question, taken.receiver?.department]).toEqual(["stat", "?", "Radiologie"]);
  const chosen = withRecipient({ ...newTerms("arts"), ground: "consultation", question: "Tumor?" }, favourite);
  expect([chosen.ground, chosen.urgency, chosen.question]).toEqual(["consultation", "routine", "Tumor?"]);
});

test("the name of an organisation does not make another door of it", () => {
  expect(keyOf(party())).toBe(keyOf(party({ name: "B" })));
});
