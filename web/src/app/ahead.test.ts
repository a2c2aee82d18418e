/** What is asked before the page's code is here is what its first screen needs, and no more. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetEarly } from "@/api/early";

const asked: string[] = [];

beforeEach(() => {
  vi.stubGlobal("fetch", (path: string, init?: RequestInit) => {
    asked.push(init?.body === undefined ? path : `${path} ${JSON.parse(String(init.body)).direction}`);
    return new Promise(() => undefined);
  });
});
afterEach(() => {
  forgetEarly();
  vi.unstubAllGlobals();
});

describe("a page that opens", () => {
  it.each([
    ["/", "", { direction: "in", filtered: false }, ["exchanges/counts", "exchanges/search in"]],
    [
      "/ontvangen",
      `?uitwisseling=${"a".repeat(32)}`,
      { direction: "in", filtered: false },
      ["exchanges/counts", "exchanges/search in"],
    ],
    ["/verzonden", "", { direction: "out", filtered: false }, ["exchanges/counts", "exchanges/search out"]],
    ["/ontvangen", "?urgentie=stat", { direction: "in", filtered: true }, ["exchanges/counts"]],
    [
      "/ontvangen",
      "?melding=expired",
      { direction: "in", filtered: false },
      ["exchanges/counts", "exchanges/search in"],
    ],
    ["/account", "", null, []],
    [`/uitwisseling/${"b".repeat(32)}`, "", null, []],
  ])("at %s%s asks for its own first screen", async (pathname, search, list, more) => {
    const { askAhead } = await import("./ahead");
    asked.length = 0;
    expect(askAhead({ pathname, search })).toEqual(list);
    expect(asked).toEqual(["start", ...more].map((path) => `/api/v1/${path}`));
  });
});
