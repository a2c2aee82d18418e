import { describe, expect, it } from "vitest";
import { makePassphrase, strengthOfPassphrase } from "./passphrase";

const PATIENT = { name: "Vries^Johanna^^de", number: "4505518", birth_date: "19700102" };

describe("a passphrase", () => {
  it("that is made is strong, is another each time, and has no letters that look alike", () => {
    const made = new Set(Array.from({ length: 50 }, () => makePassphrase()));
    expect(made.size).toBe(50);
    for (const one of made) {
      expect(one).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/);
      expect(strengthOfPassphrase(one, PATIENT)).toBe(3);
    }
  });

  it("takes each of its characters from chance", () => {
    expect(makePassphrase(() => 0)).toBe("aaaa-aaaa-aaaa-aaaa");
    expect(makePassphrase((most) => most - 1)).toBe("9999-9999-9999-9999");
  });

  it.each([
    "",
    "te kort",
    "aaaaaaaaaaaaaaaa",
    "Johanna Vries",
    "vries 4505518",
    "02-01 1970 johanna",
    "19700102-vries",
  ])("%s is too short or easy", (one) => expect(strengthOfPassphrase(one, PATIENT)).toBe(0));

  it("is stronger the longer it is", () => {
    expect(strengthOfPassphrase("groene fiets", PATIENT)).toBe(1);
    expect(strengthOfPassphrase("vier groene fietsen", PATIENT)).toBe(2);
    expect(strengthOfPassphrase("vier groene fietsen in mei", null)).toBe(3);
  });
});
