/** What was done with an exchange, by whom and when, from the audit trail. */
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { Deed, Exchange } from "@/api/types";
import { useMinute } from "@/ui/clock";
import { Trouble } from "@/ui/Trouble";
import { showMoment, showMomentFully } from "@/words/dates";
import { deedWords } from "@/words/deeds";
import classes from "./Details.module.css";

/** Those that readers have use for, the newest first; the same deed of the same person in a row counts once. */
export function told(deeds: readonly Deed[]): Deed[] {
  const found: Deed[] = [];
  for (const deed of deeds) {
    if (deedWords(deed.event) === undefined) continue;
    const before = found.at(-1);
    if (before?.event === deed.event && before.actor === deed.actor && before.outcome === deed.outcome) found.pop();
    found.push(deed);
  }
  return found.reverse();
}

export function History({ row }: { row: Exchange }) {
  const { i18n } = useLingui();
  const now = useMinute();
  const history = useQuery({
    queryKey: ["history", row.id, row.state, row.seen],
    queryFn: ({ signal }) =>
      data(api.GET("/exchanges/{exchange}/history", { params: { path: { exchange: row.id } }, signal })),
    gcTime: 0,
  });
  if (history.isPending) return <Skeleton height={90} />;
  if (history.isError) return <Trouble error={history.error} retry={() => void history.refetch()} compact />;
  const deeds = told(history.data.deeds);
  if (deeds.length === 0)
    return (
      <p className={classes.quiet}>
        <Trans>Nog niets gebeurd.</Trans>
      </p>
    );
  return (
    <ol className={classes.history}>
      {deeds.map((deed) => {
        const words = deedWords(deed.event);
        const byNode = deed.actor === "" || deed.actor === "node";
        return (
          <li key={`${deed.at} ${deed.event} ${deed.actor}`} data-failed={deed.outcome === "failure" || undefined}>
            <time dateTime={new Date(deed.at * 1000).toISOString()} title={showMomentFully(deed.at)}>
              {showMoment(deed.at, now)}
            </time>
            <span>
              {words !== undefined && i18n._(words)}
              {!byNode && (
                <span className={classes.by}>
                  <Trans>door {deed.actor}</Trans>
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
