/** After sending: how far each study is, and taking it back while that can be. It may be left; the list goes on. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Progress } from "@mantine/core";
import { IconArrowBackUp, IconCheck, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Exchange } from "@/api/types";
import { useNow } from "@/ui/clock";
import { DiscButton } from "@/ui/DiscButton";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { showNumber } from "@/words/dates";
import { clean } from "@/words/person";
import { hasEnded, isToFetch, STATES, undoLeft } from "@/words/states";
import { sendAgain, sentQuery, undo } from "./queries";
import { Remark } from "./Remark";
import { lineOf } from "./recipients";
import type { Person } from "./selection";
import classes from "./send.module.css";
import type { Gathering, Sent } from "./types";

interface Props {
  sent: Sent;
  person: Person;
  onAgain: () => void;
}

const OVER = new Set(["done", "incomplete", "failed", "stopped"]);

/** Whether nothing more happens here by itself. */
export function isSettled(sent: Sent): boolean {
  return (
    sent.gatherings.every((one) => OVER.has(one.state)) &&
    sent.exchanges.every(
      (one) => hasEnded(one.state) || isToFetch(one) || ["verified", "seen", "parked"].includes(one.state),
    )
  );
}

export function SentView({ sent, person, onAgain }: Props) {
  const now = useNow();
  const client = useQueryClient();
  const [bundle, setBundle] = useState(sent.bundle);
  const query = useQuery({
    ...sentQuery(bundle),
    initialData: bundle === sent.bundle ? sent : undefined,
    refetchInterval: ({ state }) => (state.data !== undefined && isSettled(state.data) ? 10_000 : 1000),
  });
  const back = useMutation({ mutationFn: () => undo(bundle), onSettled: () => void query.refetch() });
  const again = useMutation({
    mutationFn: sendAgain,
    onSuccess: (next) => {
      client.setQueryData(sentQuery(next.bundle).queryKey, next);
      setBundle(next.bundle);
    },
  });
  const current = query.data ?? sent;
  const first = current.exchanges[0];
  const left = Math.min(...current.exchanges.map((one) => undoLeft(one, now)));
  const canUndo = current.exchanges.some((one) => one.may.includes("withdraw"));
  const taken = current.exchanges.every((one) => one.withdrawn !== null || one.state === "withdrawn");
  return (
    <section className={classes.sent} aria-live="polite">
      <div className={classes.panel}>
        <PatientLine patient={person.patient} large />
        {first !== undefined && (
          <p className={classes.to}>
            <Trans>Naar {lineOf(first.other)}</Trans>
          </p>
        )}
        <ul className={classes.progress}>
          {current.exchanges.map((one, index) => (
            <OneSent
              key={one.id}
              exchange={one}
              gathering={current.gatherings[index]}
              onAgain={() => again.mutate(one.id)}
              busy={again.isPending}
            />
          ))}
        </ul>
        {query.isError && <Trouble error={query.error} compact retry={() => void query.refetch()} />}
        {back.isError && <Trouble error={back.error} compact />}
        {again.isError && <Trouble error={again.error} compact />}
        <Group gap="sm" mt="md">
          {canUndo && (
            <Button
              variant="default"
              loading={back.isPending}
              leftSection={<IconArrowBackUp size={18} aria-hidden />}
              onClick={() => back.mutate()}
            >
              {left > 0 ? <Trans>Ongedaan maken ({left} s)</Trans> : <Trans>Intrekken</Trans>}
            </Button>
          )}
          <Button component={Link} to="/verzonden" variant="default">
            <Trans>Naar verzonden</Trans>
          </Button>
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={onAgain}>
            <Trans>Nog iets versturen</Trans>
          </Button>
        </Group>
        <p className={classes.quiet}>
          {taken ? (
            <Trans>Teruggenomen. De ontvanger houdt hier niets van over, tenzij het daar al in het PACS stond.</Trans>
          ) : (
            <Trans>U kunt deze pagina verlaten: het versturen gaat door, en staat bij Verzonden.</Trans>
          )}
        </p>
      </div>
    </section>
  );
}

interface OneProps {
  exchange: Exchange;
  gathering: Gathering | undefined;
  onAgain: () => void;
  busy: boolean;
}

function OneSent({ exchange, gathering, onAgain, busy }: OneProps) {
  const { i18n, t } = useLingui();
  const known = STATES[exchange.state];
  const collecting = gathering !== undefined && !OVER.has(gathering.state) && exchange.withdrawn === null;
  const total = Math.max(gathering?.expected ?? 0, exchange.total);
  const reached = collecting || isToFetch(exchange) ? exchange.total : exchange.done;
  const name = clean(exchange.description) || clean(exchange.modalities.join(" ")) || t`Onderzoek`;
  const there = exchange.verified !== null;
  return (
    <li>
      <div className={classes.progressLine}>
        <bdi>{name}</bdi>
        <span className={classes.state}>
          {there && <IconCheck size={16} aria-hidden />}
          {exchange.withdrawn !== null && exchange.state !== "withdrawn"
            ? t`wordt ingetrokken`
            : collecting
              ? gathering.source === "pacs"
                ? t`wordt uit het PACS gehaald`
                : t`wordt klaargezet`
              : isToFetch(exchange)
                ? t`klaar om te downloaden`
                : known === undefined
                  ? exchange.state
                  : i18n._(known)}
          {total > 0 && ` · ${showNumber(reached)} / ${showNumber(total)}`}
        </span>
      </div>
      <Progress
        size="sm"
        aria-label={t`Voortgang van ${name}`}
        value={total === 0 ? 0 : Math.min(100, (reached / total) * 100)}
        color={exchange.state === "failed" ? "var(--bb-stat)" : "var(--bb-accent)"}
      />
      {gathering?.trouble != null && <Remark reason={gathering.trouble} />}
      {gathering !== undefined && gathering.failed > 0 && gathering.state !== "failed" && (
        <p className={classes.quiet}>
          <Plural
            value={gathering.failed}
            one="# beeld kon het PACS niet sturen."
            other="# beelden kon het PACS niet sturen."
          />
        </p>
      )}
      {exchange.may.includes("hand-out") && <DiscButton exchange={exchange} size="xs" />}
      {exchange.state === "parked" && exchange.reason !== null && <Remark reason={exchange.reason} />}
      {exchange.state === "failed" && gathering !== undefined && OVER.has(gathering.state) && (
        <Button size="xs" variant="default" loading={busy} onClick={onAgain}>
          <Trans>Opnieuw versturen</Trans>
        </Button>
      )}
    </li>
  );
}
