/** The filters of a list, as they stand in the address. What was searched for is a patient's name and never does. */

export interface ListSearch {
  toestand?: string | undefined;
  urgentie?: string | undefined;
  afdeling?: string | undefined;
  periode?: string | undefined;
  /** Who decides about it: `mij`, `niemand` or `collega`. */
  van?: string | undefined;
  /** What stands first: `oudste`, `nieuwste`, `urgentie` or `behandelaar`. */
  volgorde?: string | undefined;
  uitwisseling?: string | undefined;
}

const FIRST_PAGE = 50;

/** The filter on the state that means: waits for a human at the receiving desk. */
export const AT_DESK = "balie";

/** Filters on who decides about it, as the node has them. */
export const OWNERS: Record<string, string> = { mij: "mine", niemand: "nobody", collega: "somebody" };

/** Orders of the list, as the node has them. */
export const ORDERS: Record<string, { sort: string; oldest: boolean }> = {
  oudste: { sort: "age", oldest: true },
  nieuwste: { sort: "age", oldest: false },
  urgentie: { sort: "urgency", oldest: true },
  behandelaar: { sort: "owner", oldest: true },
};

/** The order in which a list with these filters stands: at the desk who waits longest is first. */
export function orderOf(search: ListSearch): { sort: string; oldest: boolean } {
  return ORDERS[search.volgorde ?? ""] ?? { sort: "", oldest: search.toestand === AT_DESK };
}

/** The filter that means: the other end waits for images, or we do. */
export const ASKED = "gevraagd";

/** What a list without filters asks first. What is asked with filters has the same form (useExchanges.ts). */
export function firstSearch(direction: "in" | "out") {
  return {
    direction: direction as "in" | "out",
    limit: FIRST_PAGE,
    cursor: "",
    text: "",
    states: [] as string[],
    urgencies: [] as string[],
    department: "",
    since: null as number | null,
    until: null as number | null,
    at_desk: false,
    owner: "",
    sort: "",
    oldest: false,
    asked: false,
  };
}

const FORM: Record<keyof ListSearch, RegExp> = {
  toestand: /^[a-z-]{1,20}$/,
  urgentie: /^[a-z]{1,20}$/,
  afdeling: /^[\p{L}\p{N} .,&()/'-]{1,60}$/u,
  periode: /^[a-z0-9]{1,10}$/,
  van: /^(mij|niemand|collega)$/,
  volgorde: /^(oudste|nieuwste|urgentie|behandelaar)$/,
  uitwisseling: /^[0-9a-f]{32}$/,
};

/** The filters in an address; what does not look like one is left out. */
export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const search: ListSearch = {};
  for (const key of Object.keys(FORM) as (keyof ListSearch)[]) {
    const value = raw[key];
    if (typeof value === "string" && FORM[key].test(value)) search[key] = value;
  }
  return search;
}
