import { describe, expect, it } from "vitest";
import type { Deed, Exchange } from "@/api/types";
import { needsChoice } from "./actions";
import { remarks } from "./Compared";
import { told } from "./History";
import { deedOf, type Keys } from "./useKeys";

const deed = (event: string, at: number, actor = "node"): Deed => ({ event, at, actor, outcome: "success" });

describe("the history", () => {
  it("tells the newest first, a repeated deed of one person once, and leaves out what readers have no use for", () => {
    const found = told([
      deed("arriving", 1),
      deed("view", 2, "arts"),
      deed("view", 3, "arts"),
      deed("view", 4, "balie"),
      deed("transport-key-made", 5),
    ]);
    expect(found.map((each) => [each.event, each.at])).toEqual([
      ["view", 4],
      ["view", 3],
      ["arriving", 1],
    ]);
  });
});

describe("choosing the own patient", () => {
  it("is asked when the node could not decide, and only then", () => {
    const reason = (code: string) => ({ reason: { code } }) as Exchange;
    expect(needsChoice(reason("demographics-differ"))).toBe(true);
    expect(needsChoice(reason("chosen-at-desk"))).toBe(false);
    expect(needsChoice({ reason: null } as Exchange)).toBe(false);
  });

  it("says first what contradicts, then what nearly agrees, and nothing of what is not known", () => {
    const likeness = { bsn: "unknown", birth_date: "alike", family: "same", given: "same", sex: "different" };
    expect(remarks(likeness).map(({ field, agreement }) => `${field} ${agreement}`)).toEqual([
      "sex different",
      "birth_date alike",
      "family same",
      "given same",
    ]);
  });
});

describe("the keys", () => {
  it("do what the help says", () => {
    const done: string[] = [];
    const keys: Keys = {
      move: (by) => done.push(`move ${by}`),
      to: (place) => done.push(place),
      open: () => done.push("open"),
      details: () => done.push("details"),
      importIt: () => done.push("import"),
      search: () => done.push("search"),
      help: () => done.push("help"),
    };
    for (const key of ["j", "ArrowUp", "Enter", "d", "i", "/", "?", "End"]) deedOf(key, keys)?.();
    expect(done).toEqual(["move 1", "move -1", "open", "details", "import", "search", "help", "last"]);
    expect(deedOf("x", keys)).toBeUndefined();
  });
});
