// @vitest-environment node
import { describe, expect, test } from "vitest";
import { masked, shifted } from "./lanes";

/** Numbers that are the same in every run. */
function mixed(count: number, span: number, from: number): number[] {
  let seed = 1;
  return Array.from({ length: count }, () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return from + (seed % span);
  });
}
const EDGES = [0, 1, 0x7fff, 0x8000, 0xffff, 0x4000, 0xfc00, 0x0400];

describe("two samples at once", () => {
  test.each([-1024, -32768, -1, 0, 1, 1000, -65536, -40000, 32767])(
    "adding %i is as adding one by one, or is undone",
    (add) => {
      for (const values of [mixed(4096, 4096, 0), mixed(64, 65536, 0), EDGES]) {
        const unsigned = Uint16Array.from(values);
        const signed = Int16Array.from(values);
        for (const stored of [unsigned, signed]) {
          const before = [...stored];
          const sums = before.map((value) => value + add);
          const fits = sums.every((sum) => sum >= -32768 && sum <= 32767);
          const done = shifted(stored, add);
          if (done) expect([...new Int16Array(stored.buffer)]).toEqual(sums);
          else expect([...stored]).toEqual(before);
          if (!fits) expect(done).toBe(false);
        }
      }
    },
  );

  test("what a CT needs is done so", () => {
    expect(shifted(Uint16Array.from(mixed(1024, 4096, 0)), -1024)).toBe(true);
    expect(shifted(Int16Array.from(mixed(1024, 4096, -1024)), -24)).toBe(true);
  });

  test("bits that are not stored are taken out", () => {
    const values = Uint16Array.from([0xffff, 0x0fff, 0x1234, 0x8001]);
    expect(masked(values, 0x0fff)).toBe(true);
    expect([...values]).toEqual([0x0fff, 0x0fff, 0x0234, 0x0001]);
  });

  test("memory that does not lie in words of four bytes is left alone", () => {
    const whole = Uint16Array.from([1, 2, 3, 4, 5]);
    expect(shifted(whole, 1)).toBe(false);
    expect(masked(whole.subarray(1, 3), 0)).toBe(false);
    expect([...whole]).toEqual([1, 2, 3, 4, 5]);
  });
});
