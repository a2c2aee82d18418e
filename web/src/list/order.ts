/** The list's order and filters as the node has them, for what arrives while the list is open. Pure. */
import type { Direction, Exchange, ExchangePage } from "@/api/types";
import { hasEnded } from "@/words/states";
import { ASKED, AT_DESK, type ListSearch, OWNERS } from "./search";

export interface Pages {
  pages: ExchangePage[];
  pageParams: unknown[];
}

const DAY = 86_400;
export const PERIODS: Record<string, number> = { vandaag: DAY, week: 7 * DAY, maand: 30 * DAY, jaar: 365 * DAY };
/** Seconds that what is older than so long has waited at least. */
export const AGES: Record<string, number> = { ouder1u: 3600, ouder4u: 4 * 3600, ouder1d: DAY, ouder7d: 7 * DAY };
export const OPEN_STATES = ["queued", "parked", "sending", "arriving", "verified", "seen"] as const;

/** Whether it stands in the urgent part, on top. */
export function isUrgent(row: Pick<Exchange, "urgency" | "state">): boolean {
  return (row.urgency === "stat" || row.urgency === "asap") && !hasEnded(row.state);
}

const URGENCIES = ["stat", "asap", "urgent", "routine"];
const BY_OWNER = ["mine", "somebody", "nobody"];

/** Whose it is, as the node's filter has it. */
function ownerOf(row: Exchange, now: number): string {
  if (row.busy === null || row.busy === undefined || row.busy.expires <= now) return "nobody";
  return row.busy.own ? "mine" : "somebody";
}

/** In which part of the order a row stands; the first is 0. */
function partOf(row: Exchange, sort: string, now: number): number {
  if (sort === "age") return 0;
  if (sort === "urgency") return URGENCIES.indexOf(row.urgency);
  if (sort === "owner") return BY_OWNER.indexOf(ownerOf(row, now));
  return isUrgent(row) ? 0 : 1;
}

/** The usual order: urgent first, then the newest. */
export const USUAL: Order = { sort: "", oldest: false, now: 0 };

/** An order of the list (`search.ts`), as it is at a time (POSIX seconds): claims run out. */
export interface Order {
  sort: string;
  oldest: boolean;
  now: number;
}

/** Below 0 when `a` stands above `b`. */
export function compare(a: Exchange, b: Exchange, { sort, oldest, now }: Order = USUAL): number {
  const part = partOf(a, sort, now) - partOf(b, sort, now);
  if (part !== 0) return part;
  const newer = b.created - a.created || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
  return oldest ? -newer : newer;
}

/** The states that a filter means; none for all. */
export function statesOf(filter: string | undefined): readonly string[] {
  if (filter === undefined || filter === AT_DESK || filter === ASKED) return [];
  return filter === "open" ? OPEN_STATES : [filter];
}

const UNDECIDED = new Set(["failed", "seen", "verified"]);
const DECIDED = new Set(["chosen-at-desk", "patient-stays", "re-keyed"]);
const UNKNOWN = new Set(["emergency-number", "emergency-question"]);

/** Whether an arrival waits for a human, who has not decided yet. */
export function waitsAtDesk(row: Exchange): boolean {
  if (row.direction !== "in" || row.withdrawn !== null || row.reason === null) return false;
  if (row.state === "imported") return UNKNOWN.has(row.reason.code) && row.may.includes("re-key");
  return UNDECIDED.has(row.state) && !DECIDED.has(row.reason.code);
}

/** Whether a request for missing images is open in it. */
function isAsked(row: Exchange): boolean {
  return row.requests.some((one) => one.state === "asked" || one.state === "coming");
}

/** From when on, in POSIX seconds, rounded to the minute so that the query stays the same; undefined for always. */
export function sinceOf(period: string | undefined, now: number): number | undefined {
  const length = period === undefined ? undefined : PERIODS[period];
  return length === undefined ? undefined : Math.floor((now - length) / 60) * 60;
}

/** Before when it began, likewise, for what is older than so long. */
export function untilOf(period: string | undefined, now: number): number | undefined {
  const age = period === undefined ? undefined : AGES[period];
  return age === undefined ? undefined : Math.floor((now - age) / 60) * 60;
}

/** Whether an exchange belongs on a list with these filters. */
export function fits(row: Exchange, direction: Direction, search: ListSearch, now: number): boolean {
  const states = statesOf(search.toestand);
  const since = sinceOf(search.periode, now);
  const until = untilOf(search.periode, now);
  const owner = OWNERS[search.van ?? ""];
  return (
    row.direction === direction &&
    (search.toestand !== AT_DESK || waitsAtDesk(row)) &&
    (search.toestand !== ASKED || isAsked(row)) &&
    (owner === undefined || ownerOf(row, now) === owner) &&
    (states.length === 0 || states.includes(row.state)) &&
    (search.urgentie === undefined || row.urgency === search.urgentie) &&
    (search.afdeling === undefined || row.own.department === search.afdeling) &&
    (since === undefined || row.created >= since) &&
    (until === undefined || row.created < until)
  );
}

/**
 * The pages with these changed rows in them. A row that is there stays where it is, so that nothing moves under the
 * reader's hand; a new one goes where it belongs, if that place is loaded.
 */
export function patchPages(
  data: Pages,
  changed: readonly Exchange[],
  belongs: (row: Exchange) => boolean,
  order: Order = USUAL,
): Pages {
  const wanted = new Map(changed.map((row) => [row.id, row]));
  let touched = false;
  let pages = data.pages.map((page) => {
    if (!page.rows.some((row) => wanted.has(row.id))) return page;
    touched = true;
    const rows = page.rows.map((row) => {
      const next = wanted.get(row.id);
      if (next === undefined) return row;
      wanted.delete(row.id);
      return next.updated >= row.updated ? next : row;
    });
    return { ...page, rows };
  });
  for (const row of wanted.values()) {
    if (!belongs(row)) continue;
    const inserted = insert(pages, row, order);
    touched ||= inserted !== pages;
    pages = inserted;
  }
  return touched ? { ...data, pages } : data;
}

function insert(pages: ExchangePage[], row: Exchange, order: Order): ExchangePage[] {
  for (const [number, page] of pages.entries()) {
    const at = page.rows.findIndex((other) => compare(row, other, order) < 0);
    if (at >= 0) return pages.with(number, { ...page, rows: page.rows.toSpliced(at, 0, row) });
  }
  const last = pages.at(-1);
  if (last === undefined || last.next !== null) return pages;
  return pages.with(-1, { ...last, rows: [...last.rows, row] });
}
