/** Who was called for an arrival, how, and who is looking: for whoever wonders at night whether anybody has heard of it. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import type { Exchange } from "@/api/types";
import { useMinute } from "@/ui/clock";
import { Trouble } from "@/ui/Trouble";
import { showMoment, showMomentFully } from "@/words/dates";
import { clean } from "@/words/person";
import classes from "./Details.module.css";

type Told = components["schemas"]["ToldObject"];

const WAYS: Record<string, MessageDescriptor> = {
  browser: msg`in het portaal`,
  mail: msg`per e-mail`,
  sms: msg`per SMS`,
};

function Line({ told, now }: { told: Told; now: number }) {
  const { i18n } = useLingui();
  const way = WAYS[told.channel];
  const at = told.sent ?? told.created;
  return (
    <li data-failed={told.state === "failed" || undefined}>
      <time dateTime={new Date(at * 1000).toISOString()} title={showMomentFully(at)}>
        {showMoment(at, now)}
      </time>
      <span>
        <bdi>{clean(told.name)}</bdi> {way === undefined ? told.channel : i18n._(way)}
        {told.state === "failed" && (
          <span className={classes.by}>
            <Trans>niet gelukt</Trans>
          </span>
        )}
      </span>
    </li>
  );
}

export function Called({ row }: { row: Exchange }) {
  const now = useMinute();
  const called = useQuery({
    queryKey: ["called", row.id, row.state, row.seen],
    queryFn: ({ signal }) =>
      data(api.GET("/exchanges/{exchange}/called", { params: { path: { exchange: row.id } }, signal })),
    gcTime: 0,
  });
  if (called.isError) return <Trouble error={called.error} retry={() => void called.refetch()} compact />;
  const all = called.data?.called ?? [];
  if (all.length === 0) return null;
  return (
    <section>
      <h3 className={classes.heading}>
        <Trans>Wie is gewaarschuwd</Trans>
      </h3>
      {all.map((one) => (
        <div key={`${one.matter} ${one.begun}`}>
          <ol className={classes.history}>
            {one.told.map((told) => (
              <Line key={`${told.account} ${told.channel} ${told.turn}`} told={told} now={now} />
            ))}
          </ol>
          {one.acknowledged !== null && (
            <p className={classes.by}>
              <Trans>
                Bevestigd om {showMoment(one.acknowledged, now)} door {one.acknowledged_by}
              </Trans>
            </p>
          )}
          {one.acknowledged === null && one.ended === null && (
            <p className={classes.by}>
              <Trans>Nog door niemand bevestigd.</Trans>
            </p>
          )}
        </div>
      ))}
    </section>
  );
}
