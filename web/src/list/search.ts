/** The filters of a list, as they stand in the address. What was searched for is a patient's name and never does. */

export interface ListSearch {
  toestand?: string | undefined;
  urgentie?: string | undefined;
  afdeling?: string | undefined;
  periode?: string | undefined;
  uitwisseling?: string | undefined;
}

const FIRST_PAGE = 50;

/** The filter on the state that means: waits for a human at the receiving desk. */
export const AT_DESK = "balie";

/** The filter that means: what I am deciding about. */
export const MINE = "van-mij";

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
    until: null,
    at_desk: false,
    mine: false,
    oldest: false,
    asked: false,
  };
}

const FORM: Record<keyof ListSearch, RegExp> = {
  toestand: /^[a-z-]{1,20}$/,
  urgentie: /^[a-z]{1,20}$/,
  afdeling: /^[\p{L}\p{N} .,&()/'-]{1,60}$/u,
  periode: /^[a-z0-9]{1,10}$/,
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
