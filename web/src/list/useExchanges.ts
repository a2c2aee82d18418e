/** The list's rows: fetched by the page, kept up to date by the node's events. */
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { api, data } from "@/api/client";
import { nodeNow } from "@/api/clock";
import { listen } from "@/api/live";
import { countsQuery } from "@/api/queries";
import type { Direction, Exchange, ExchangePage } from "@/api/types";
import { fits, patchPages, sinceOf, statesOf, untilOf } from "./order";
import { ASKED, AT_DESK, firstSearch, type ListSearch, OWNERS, orderOf } from "./search";

const PAGE = 100;
/** Changes are taken together for this long: a study that arrives changes several times a second. */
const GATHER_MS = 200;

type Filters = Omit<ListSearch, "uitwisseling">;
type Cached = InfiniteData<ExchangePage, string>;

export function searchOf(direction: Direction, filters: Filters, text: string, cursor: string) {
  const since = sinceOf(filters.periode, nodeNow());
  const until = untilOf(filters.periode, nodeNow());
  const first = firstSearch(direction);
  return {
    ...first,
    limit: cursor === "" ? first.limit : PAGE,
    cursor,
    text,
    states: filters.toestand === undefined ? [] : [...statesOf(filters.toestand)],
    urgencies: filters.urgentie === undefined ? [] : [filters.urgentie],
    department: filters.afdeling ?? "",
    since: since ?? null,
    until: until ?? null,
    at_desk: filters.toestand === AT_DESK,
    owner: OWNERS[filters.van ?? ""] ?? "",
    asked: filters.toestand === ASKED,
    ...orderOf(filters),
  };
}

/** One page. What is searched for is a name or number, so it travels in the body and never in an address. */
function fetchPage(search: ReturnType<typeof searchOf>, signal: AbortSignal): Promise<ExchangePage> {
  return data(api.POST("/exchanges/search", { body: search, signal }));
}

export function exchangeKey(id: string) {
  return ["exchange", id] as const;
}

function listQuery(direction: Direction, filters: Filters, text: string) {
  return {
    queryKey: ["exchanges", direction, filters, text] as const,
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      fetchPage(searchOf(direction, filters, text, pageParam), signal),
    initialPageParam: "",
    getNextPageParam: (page: ExchangePage) => page.next,
    staleTime: 15_000,
    gcTime: 60_000,
  };
}

/** Has the first page of a list without filters there before it is drawn. */
export function fetchFirst(client: QueryClient, direction: Direction): Promise<void> {
  return client.prefetchInfiniteQuery(listQuery(direction, {}, ""));
}

export function useExchanges(direction: Direction, search: ListSearch, text: string) {
  const client = useQueryClient();
  const { toestand, urgentie, afdeling, periode, van, volgorde } = search;
  const filters = useMemo<Filters>(
    () => ({ toestand, urgentie, afdeling, periode, van, volgorde }),
    [toestand, urgentie, afdeling, periode, van, volgorde],
  );
  const asked = useMemo(() => listQuery(direction, filters, text), [direction, filters, text]);
  const key = asked.queryKey;
  const query = useInfiniteQuery({ ...asked, placeholderData: keepPreviousData });

  const seenUntil = useRef(0);
  const gathered = useRef(new Map<string, Exchange>());
  const apply = useCallback(() => {
    const changed = [...gathered.current.values()];
    gathered.current.clear();
    for (const row of changed) client.setQueryData(exchangeKey(row.id), row);
    client.setQueryData<Cached>(key, (cached) =>
      cached === undefined
        ? cached
        : (patchPages(cached, changed, (row) => text === "" && fits(row, direction, filters, nodeNow()), {
            ...orderOf(filters),
            now: nodeNow(),
          }) as Cached),
    );
    void client.invalidateQueries({ queryKey: countsQuery.queryKey });
  }, [client, key, text, direction, filters]);

  useEffect(() => {
    let timer: number | undefined;
    const hear = (row: Exchange) => {
      gathered.current.set(row.id, row);
      timer ??= window.setTimeout(() => {
        timer = undefined;
        apply();
      }, GATHER_MS);
    };
    // after a break: what is further down than the reader has come is dropped, the rest is asked for again
    const again = () => {
      client.setQueryData<Cached>(key, (cached) => {
        if (cached === undefined) return cached;
        let rows = 0;
        let upTo = 0;
        while (upTo < cached.pages.length && rows <= seenUntil.current) {
          rows += cached.pages[upTo]?.rows.length ?? 0;
          upTo += 1;
        }
        return { pages: cached.pages.slice(0, upTo), pageParams: cached.pageParams.slice(0, upTo) };
      });
      void client.invalidateQueries({ queryKey: key });
    };
    const stops = [listen<Exchange>("exchange", hear), listen("again", again)];
    return () => {
      window.clearTimeout(timer);
      if (timer !== undefined) apply();
      for (const stop of stops) stop();
    };
  }, [apply, client, key]);

  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  return { ...query, rows, seenUntil };
}
