import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { i18n } from "@lingui/core";
import { beforeAll, describe, expect, it } from "vitest";
import { Failure, failureOfAnswer } from "@/api/failure";
import { explain } from "./errors";
import { ERRORS_NL as PEOPLE_NL } from "./errors-nl";
import { ERRORS_NL_HANDING } from "./errors-nl-handing";

const ERRORS_NL = { ...PEOPLE_NL, ...ERRORS_NL_HANDING };

const NODE = join(import.meta.dirname, "../../../src/beeldbrug/node");
/** Where the errors of the portal's own routes come from; the rest of the node speaks to machines and operators. */
const SPOKEN = ["protocols/portal", "usecases/sign_in", "usecases/inbox", "policy/sign_in.py"];

function sources(path: string): string[] {
  if (path.endsWith(".py")) return [readFileSync(path, "utf8")];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".py"))
    .map((name) => readFileSync(join(path, name), "utf8"));
}

describe("an error", () => {
  beforeAll(() => i18n.loadAndActivate({ locale: "nl", messages: {} }));

  it("of the portal's routes has Dutch words", () => {
    const raised = SPOKEN.flatMap((path) => sources(join(NODE, path))).flatMap((text) =>
      [
        ...text.matchAll(/(?:Malformed|Denied|NotFound|Conflict|Unsupported|Unavailable|TooLarge)\(\s*"([a-z-]+)"/g),
      ].map((found) => found[1] ?? ""),
    );
    expect(raised.length).toBeGreaterThan(20);
    const machine = new Set(["host-malformed", "range-not-satisfiable", "run-malformed"]);
    const silent = [...new Set(raised)].filter((code) => !(code in ERRORS_NL) && !machine.has(code));
    expect(silent).toEqual([]);
  });

  it("says what to do, in Dutch, whatever its code", () => {
    for (const [what, remedy] of Object.values(ERRORS_NL)) {
      expect(what).toMatch(/\.$/);
      expect(remedy).toMatch(/\.$/);
    }
  });

  it("with an unknown code keeps the node's own words beside those of its kind", () => {
    const failure = failureOfAnswer(409, { code: "brand-new", text: "It moved.", remedy: "Look again." });
    expect(failure.kind).toBe("conflict");
    expect(explain(failure, "nl").detail).toBe("It moved. Look again.");
    expect(explain(failure, "en")).toEqual({ what: "It moved.", remedy: "Look again.", detail: "" });
  });

  it("that is no JSON still becomes one sentence", () => {
    expect(failureOfAnswer(502, null)).toMatchObject({ kind: "unavailable", code: "http-502" });
    expect(failureOfAnswer(500, "<html>")).toMatchObject({ kind: "broken", code: "http-500" });
    expect(failureOfAnswer(401, { code: 3 })).toMatchObject({ kind: "signed-out", code: "http-401" });
    expect(explain(new Failure("broken", "http-500"), "nl").what).not.toBe("");
  });
});
