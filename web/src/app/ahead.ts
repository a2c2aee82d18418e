/**
 * Asks the node for what the first screen needs, before the rest of this page's code has been read: imported first.
 *
 * Whoever needs an answer takes it (api/early.ts). Nothing is asked of a list with filters; that one waits its turn.
 */
import { askEarly } from "@/api/early";
import { firstSearch, readListSearch } from "@/list/search";

const LISTS: Record<string, "in" | "out"> = { "/": "in", "/ontvangen": "in", "/verzonden": "out" };

/** The list that a page opens with; `filtered` when its address limits it. */
export interface FirstList {
  readonly direction: "in" | "out";
  readonly filtered: boolean;
}

/** Asks for what the page at this address needs first. */
export function askAhead(address: { pathname: string; search: string }): FirstList | null {
  askEarly("/api/v1/start");
  const direction = LISTS[address.pathname];
  if (direction === undefined) return null;
  askEarly("/api/v1/exchanges/counts");
  const { uitwisseling: _, ...filters } = readListSearch(Object.fromEntries(new URLSearchParams(address.search)));
  const filtered = Object.keys(filters).length > 0;
  if (!filtered) askEarly("/api/v1/exchanges/search", firstSearch(direction));
  return { direction, filtered };
}

/** The list that this page opens with. */
export const firstList = askAhead(window.location);
if (firstList !== null) import("@/list/ListPage").catch(() => undefined); // what fails is loaded again, and told
