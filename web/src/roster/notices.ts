/** Which notices are open in this page, and what is done about a new one: shown, heard, and told to the node as shown. */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "@/api/client";
import { listen } from "@/api/live";
import { noticesQuery } from "./queries";
import type { Notice } from "./types";

interface Answer {
  notices: Notice[];
}

/** The list with one notice more, changed, or gone. */
export function withNotice(before: readonly Notice[], notice: Notice): Notice[] {
  const others = before.filter((one) => one.id !== notice.id && one.exchange !== notice.exchange);
  return notice.over ? others : [notice, ...others].sort((one, other) => other.created - one.created);
}

/** Causes that somebody has seen to by looking at the study. */
const SEEN_BY_LOOKING: ReadonlySet<string> = new Set(["first-image", "verified"]);

/** Whether a notice only says what is on the screen already: that a study came in which is open here. */
export function isOnScreen(notice: Notice, open: string | null): boolean {
  return notice.exchange === open && SEEN_BY_LOOKING.has(notice.cause);
}

/**
 * Notes what came by the stream. An answer that was asked for before may be older than that, and would bring a notice
 * back that has gone: it is asked for anew.
 */
export function noteHeard(client: QueryClient, notice: Notice): void {
  const { queryKey } = noticesQuery;
  const asked = client.isFetching({ queryKey }) > 0;
  client.setQueryData<Answer>(queryKey, (before) => ({ notices: withNotice(before?.notices ?? [], notice) }));
  if (asked) void client.invalidateQueries({ queryKey });
}

/** The open notices, kept up to date; `fresh` runs once for each that comes while the page is open. */
export function useNotices(fresh: (notice: Notice) => void): Notice[] {
  const client = useQueryClient();
  const { data } = useQuery(noticesQuery);
  const known = useRef(new Set<string>());
  useEffect(() => {
    const heard = (notice: Notice) => {
      noteHeard(client, notice);
      if (notice.over || known.current.has(notice.id)) return;
      known.current.add(notice.id);
      void api.POST("/me/notices/{notice}/shown", { params: { path: { notice: notice.id } } }).catch(() => undefined);
      fresh(notice);
    };
    const again = () => void client.invalidateQueries({ queryKey: noticesQuery.queryKey });
    const forgets = [listen<Notice>("notice", heard), listen("opened", again)];
    return () => {
      for (const forget of forgets) forget();
    };
  }, [client, fresh]);
  return data?.notices ?? [];
}
