/** What was told shortly is read as if it had been told whole. */
import { describe, expect, it } from "vitest";
import { WholeLines } from "./whole";
import type { ToldInstance } from "./wire";

const uid = (value: string) => ({ vr: "UI", Value: [value] });
const number = (value: number) => ({ vr: "IS", Value: [value] });

function told(id: number, metadata: ToldInstance["metadata"], more: Partial<ToldInstance> = {}): ToldInstance {
  const line = { type: "instance", id, here: true, sop_class: "1", transfer_syntax: "2", frames: 1 } as const;
  return { ...line, at_node: false, pixels: null, metadata, ...more };
}

const FIRST = told(7, { "0020000E": uid("1.1"), "00200013": number(1), "00181030": uid("x") });

describe("lines of a plan", () => {
  it("that differ from the first of their series have the rest from it", () => {
    const lines = new WholeLines();
    expect(lines.whole(FIRST)).toEqual(FIRST);
    const second = lines.whole(told(8, { "00200013": number(2) }, { like: 7, without: ["00181030"] }));
    expect(second).toEqual(told(8, { "0020000E": uid("1.1"), "00200013": number(2) }));
    const third = lines.whole(told(9, { "00200013": number(3) }, { like: 7 }));
    expect(third).toEqual(told(9, { ...FIRST.metadata, "00200013": number(3) }));
  });

  it("of two series are told apart", () => {
    const lines = new WholeLines();
    const other = told(3, { "0020000E": uid("1.2"), "00200013": number(1) });
    for (const line of [FIRST, other]) lines.whole(line);
    const next = lines.whole(told(4, { "00200013": number(2) }, { like: 3 }));
    expect(next).toEqual(told(4, { "0020000E": uid("1.2"), "00200013": number(2) }));
    expect(lines.whole(FIRST)).toEqual(FIRST);
  });

  it("like one that was not told are refused", () => {
    expect(() => new WholeLines().whole(told(8, {}, { like: 7 }))).toThrow();
  });

  it("pass as they are when they are no instances", () => {
    const line = { type: "end", here: 1, total: 1, arriving: false, last: 7 } as const;
    expect(new WholeLines().whole(line)).toBe(line);
  });
});
