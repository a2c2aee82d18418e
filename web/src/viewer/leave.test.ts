import { afterEach, expect, test, vi } from "vitest";
import { leave } from "./leave";

afterEach(() => vi.unstubAllGlobals());

function left(state: unknown): string[] {
  const went: string[] = [];
  vi.stubGlobal("window", {
    history: { length: 5, state, back: () => went.push("back") },
    location: { assign: (to: string) => went.push(to) },
  });
  leave();
  return went;
}

test("who came from the list goes back to the list as it was", () => {
  expect(left({ __TSR_index: 1 })).toEqual(["back"]);
});

test("who came in by a link from outside goes to the beginning, not back to the mail", () => {
  expect(left({ __TSR_index: 0 })).toEqual(["/"]);
  expect(left(null)).toEqual(["/"]);
});
