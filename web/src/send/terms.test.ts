import { expect, test } from "vitest";
import { dayOf, lacking, newTerms, orderOf, withGround } from "./terms";
import type { Study } from "./types";

const study = (uid: string): Study => ({
  study_uid: uid,
  patient: { name: "", birth_date: "", sex: "", number: "1", issuer: "" },
  date: "",
  time: "",
  description: "CT",
  accession_number: "",
  modalities: ["CT"],
  series: null,
  instances: 3,
  source: "pacs",
  origin: "",
  pacs: true,
  here: 0,
  arrivals: [],
});
const B = { organisation: "00000002", name: "B", location: "", department: "", person: "", phone: "" };
const whole = { series: null, expected: 3 };

test("an overplaatsing needs a recipient and nothing more", () => {
  const terms = newTerms("arts");
  expect(lacking(terms, { "1": whole })).toEqual(["receiver"]);
  expect(lacking({ ...terms, receiver: B }, { "1": whole })).toEqual([]);
});

test("a consultation needs the consent as it was given", () => {
  const terms = withGround({ ...newTerms("arts"), receiver: B }, "consultation");
  expect(lacking(terms, { "1": whole })).toEqual(["consent"]);
  expect(lacking({ ...terms, consent: { ...terms.consent, scope: "deze CT" } }, { "1": whole })).toEqual([]);
});

test("an emergency is stat and asks for no consent; going back makes it routine again", () => {
  const emergency = withGround({ ...newTerms("arts"), receiver: B }, "emergency");
  expect(emergency.urgency).toBe("stat");
  expect(lacking(emergency, { "1": whole })).toEqual([]);
  expect(withGround(emergency, "referral").urgency).toBe("routine");
});

test("only what is chosen is sent, and the report goes with its study", () => {
  const terms = { ...newTerms("arts"), receiver: B };
  const report = { id: "r", title: "Verslag", study: "3" };
  const order = orderOf([study("1"), study("2"), study("3")], { "1": whole, "3": whole }, terms, true, report, "b");
  expect(order.studies.map((one) => [one.study_uid, one.report])).toEqual([
    ["1", ""],
    ["3", "r"],
  ]);
});

test("a report whose study was taken out goes with the first", () => {
  const terms = { ...newTerms("arts"), receiver: B };
  const order = orderOf([study("1")], { "1": whole }, terms, true, { id: "r", title: "", study: "9" }, "b");
  expect(order.studies[0]?.report).toBe("r");
});

test("a day is the day here, not that of Greenwich", () => {
  expect(dayOf(new Date(2025, 10, 22, 0, 30))).toBe("2025-11-22");
});
