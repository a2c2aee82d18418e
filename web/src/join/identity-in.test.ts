// @vitest-environment node
import { describe, expect, it } from "vitest";
import { holdsIdentity } from "./identity-in";
import type { StudyHeader } from "./types";

const header = {
  patientName: "Vries^Johanna^^de",
  patientId: "999990019",
  birthDate: "19700102",
  accessionNumber: "A-20240117",
} as StudyHeader;

describe("a text on a picture without a name", () => {
  it.each(["Mw. de VRIES", "johanna", "zie 9999 90019", "geb. 02-01-1970", "1970-01-02", "20240117", "Vriès links"])(
    "that says %s holds something of the patient",
    (text) => expect(holdsIdentity(header, text)).toBe(true),
  );

  it.each(["bloeding links", "12,5 mm", "segment 8", "de laesie", ""])("that says %s does not", (text) =>
    expect(holdsIdentity(header, text)).toBe(false),
  );
});
