// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { Exchange } from "@/api/types";
import { compare, fits, isUrgent, type Pages, patchPages, sinceOf, statesOf } from "./order";
import { orderOf, readListSearch } from "./search";

const NOW = 1_800_000_000;

function row(id: string, changes: Partial<Exchange> = {}): Exchange {
  const party = { organisation: "00000001", name: "A", location: "", department: "Radiologie", person: "", phone: "" };
  return {
    id,
    direction: "in",
    state: "verified",
    urgency: "routine",
    created: NOW,
    updated: NOW,
    other: party,
    own: party,
    may: [],
    alerts: [],
    ...changes,
  } as Exchange;
}

const reasonOf = (code: string): Exchange["reason"] => ({ code, nl: "", en: "", remedy_nl: "", remedy_en: "" });

function pages(...rows: Exchange[][]): Pages {
  return {
    pages: rows.map((some, index) => ({ rows: some, next: index < rows.length - 1 ? `c${index}` : null })),
    pageParams: rows.map((_, index) => (index === 0 ? "" : `c${index - 1}`)),
  };
}

const ids = (data: Pages) => data.pages.map((page) => page.rows.map((each) => each.id).join(""));

describe("the list's order", () => {
  it("has what is urgent and not ended on top, then the newest", () => {
    const rows = [
      row("a", { created: NOW - 5 }),
      row("b", { urgency: "stat", created: NOW - 900 }),
      row("c", { urgency: "stat", state: "imported", created: NOW - 1 }),
      row("d", { urgency: "asap", created: NOW - 10 }),
      row("e", { urgency: "urgent", created: NOW }),
    ];
    expect(rows.toSorted(compare).map((each) => each.id)).toEqual(["d", "b", "e", "c", "a"]);
    expect(isUrgent(rows[2] as Exchange)).toBe(false);
  });
});

describe("a live change", () => {
  it("replaces the row where it stands, although its new place would be another", () => {
    const data = pages([row("b", { urgency: "stat" }), row("a")]);
    const next = patchPages(data, [row("b", { urgency: "stat", state: "imported", updated: NOW + 1 })], () => true);
    expect(ids(next)).toEqual(["ba"]);
    expect(next.pages[0]?.rows[0]?.state).toBe("imported");
    expect(next.pages[0]?.rows[1]).toBe(data.pages[0]?.rows[1]);
  });

  it("that is older than what is shown changes nothing", () => {
    const data = pages([row("a", { updated: NOW + 5, state: "seen" })]);
    expect(patchPages(data, [row("a", { updated: NOW })], () => true).pages[0]?.rows[0]?.state).toBe("seen");
  });

  it("puts a new row where it belongs", () => {
    const data = pages(
      [row("c", { created: NOW }), row("b", { created: NOW - 10 })],
      [row("a", { created: NOW - 20 })],
    );
    expect(ids(patchPages(data, [row("x", { created: NOW - 5 })], () => true))).toEqual(["cxb", "a"]);
    expect(ids(patchPages(data, [row("x", { urgency: "stat", created: NOW - 99 })], () => true))).toEqual(["xcb", "a"]);
    expect(ids(patchPages(data, [row("x", { created: NOW - 30 })], () => true))).toEqual(["cb", "ax"]);
  });

  it("does not put a row behind an end that is not loaded yet", () => {
    const data = pages([row("b")]);
    (data.pages[0] as { next: string | null }).next = "more";
    expect(patchPages(data, [row("a", { created: NOW - 30 })], () => true)).toBe(data);
  });

  it("of a row that does not belong leaves the list as it is", () => {
    const data = pages([row("a")]);
    expect(patchPages(data, [row("x")], () => false)).toBe(data);
  });
});

describe("a filter", () => {
  it("holds for what arrives live as for what is fetched", () => {
    expect(fits(row("a"), "in", {}, NOW)).toBe(true);
    expect(fits(row("a"), "out", {}, NOW)).toBe(false);
    expect(fits(row("a"), "in", { toestand: "open" }, NOW)).toBe(true);
    expect(fits(row("a", { state: "imported" }), "in", { toestand: "open" }, NOW)).toBe(false);
    expect(fits(row("a"), "in", { urgentie: "stat" }, NOW)).toBe(false);
    expect(fits(row("a"), "in", { afdeling: "Neurologie" }, NOW)).toBe(false);
    expect(fits(row("a", { created: NOW - 90_000 }), "in", { periode: "vandaag" }, NOW)).toBe(false);
  });

  it("has at the desk what waits for a human, and not what goes by itself or was decided", () => {
    const waits = (changes: Partial<Exchange>, reason = "bsn-missing") =>
      fits(row("a", { withdrawn: null, reason: reasonOf(reason), ...changes }), "in", { toestand: "balie" }, NOW);
    expect(waits({})).toBe(true);
    expect(waits({ state: "failed" }, "pacs-refuses")).toBe(true);
    expect(waits({ reason: null })).toBe(false);
    expect(waits({}, "chosen-at-desk")).toBe(false);
    expect(waits({ state: "seen" }, "patient-stays")).toBe(false);
    expect(waits({ state: "imported" }, "emergency-number")).toBe(false);
    expect(waits({ withdrawn: NOW })).toBe(false);
  });

  it("means the states that the node knows", () => {
    expect(statesOf(undefined)).toEqual([]);
    expect(statesOf("parked")).toEqual(["parked"]);
    expect(statesOf("open")).toContain("arriving");
    expect(sinceOf("week", NOW)).toBe(Math.floor((NOW - 7 * 86_400) / 60) * 60);
    expect(sinceOf("ooit", NOW)).toBeUndefined();
  });

  it("is read from the address only when it looks like one, and a search text never", () => {
    const id = "0123456789abcdef0123456789abcdef";
    expect(readListSearch({ toestand: "open", uitwisseling: id })).toEqual({ toestand: "open", uitwisseling: id });
    expect(readListSearch({ q: "Jansen", toestand: "<b>", uitwisseling: "../x", urgentie: 3 })).toEqual({});
  });
});

describe("an order that was asked for", () => {
  const busy = (own: boolean, expires = NOW + 60) => ({ name: "Els", own, expires }) as Exchange["busy"];
  const rows = [
    row("a", { created: NOW - 50, busy: busy(false) }),
    row("b", { created: NOW - 40, urgency: "stat", busy: null }),
    row("c", { created: NOW - 30, urgency: "asap", busy: busy(true) }),
    row("d", { created: NOW - 20, urgency: "urgent", busy: busy(true, NOW - 1) }),
  ];
  const sorted = (volgorde: string) => {
    const order = { ...orderOf(readListSearch({ volgorde })), now: NOW };
    return rows
      .toSorted((one, other) => compare(one, other, order))
      .map((one) => one.id)
      .join("");
  };

  it("is by age, urgency or owner, a claim that ran out being nobody's", () => {
    expect(sorted("oudste")).toBe("abcd");
    expect(sorted("nieuwste")).toBe("dcba");
    expect(sorted("urgentie")).toBe("bcda");
    expect(sorted("behandelaar")).toBe("cabd");
    expect(sorted("onzin")).toBe("cbda");
  });

  it("limits to whose it is and how old it is", () => {
    const left = (raw: Record<string, unknown>) =>
      rows
        .filter((one) => fits({ ...one, requests: [] } as Exchange, "in", readListSearch(raw), NOW))
        .map((one) => one.id);
    expect(left({ van: "mij" })).toEqual(["c"]);
    expect(left({ van: "collega" })).toEqual(["a"]);
    expect(left({ van: "niemand" })).toEqual(["b", "d"]);
    expect(left({ periode: "ouder1u" })).toEqual([]);
  });

  it("stands in the address, and nothing else does", () => {
    const read = readListSearch({ van: "Jansen", volgorde: "naam", periode: "ouder4u" });
    expect(read).toEqual({ periode: "ouder4u" });
  });
});
