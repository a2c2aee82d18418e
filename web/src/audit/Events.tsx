/** Events of the trail, newest first: when, what, by whom, about whom, on what ground; the rest opens below a row. */
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Table } from "@/ui/Table";
import { showMomentFully } from "@/words/dates";
import { GROUNDS, PURPOSES, ROLES } from "@/words/states";
import { eventWords } from "./events";
import type { TrailEvent } from "./queries";
import classes from "./TrailPage.module.css";

function useWords() {
  const { i18n } = useI18n();
  const one = (words: typeof ROLES, code: string) => (words[code] === undefined ? code : i18n._(words[code]));
  return {
    event: (code: string) => i18n._(eventWords(code)),
    /** Of several, with a space between. */
    roles: (codes: string) =>
      codes
        .split(" ")
        .map((code) => one(ROLES, code))
        .join(", "),
    ground: (code: string) => one(GROUNDS, code),
    purpose: (code: string) => one(PURPOSES, code),
  };
}

function Actor({ event }: { event: TrailEvent }) {
  const words = useWords();
  return (
    <>
      {event.actor === "node" ? <Trans>het systeem zelf</Trans> : event.actor}
      {event.role !== "" && <div className={classes.quiet}>{words.roles(event.role)}</div>}
    </>
  );
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function More({ event }: { event: TrailEvent }) {
  const words = useWords();
  const facts: [string, ReactNode, ReactNode][] = [
    ["outcome", <Trans key="n">Uitkomst</Trans>, event.outcome === "success" ? "" : event.outcome],
    ["responsible", <Trans key="n">Verantwoordelijke</Trans>, words.roles(event.responsible)],
    ["purpose", <Trans key="n">Doel</Trans>, event.purpose && words.purpose(event.purpose)],
    ["consent", <Trans key="n">Toestemming</Trans>, event.consent],
    ["peer", <Trans key="n">Andere organisatie</Trans>, [event.peer_name, event.peer].filter(Boolean).join(" ")],
    ["study", <Trans key="n">Onderzoek</Trans>, event.study],
    ["exchange", <Trans key="n">Uitwisseling</Trans>, event.exchange],
    ["decision", <Trans key="n">Redenen van het besluit</Trans>, event.decision.join(", ")],
    ["sequence", <Trans key="n">Nummer in de keten</Trans>, `${event.sequence} (${event.action})`],
  ];
  const details = Object.entries(event.details).filter(([, value]) => value !== "");
  return (
    <dl className={classes.more}>
      {facts
        .filter(([, , value]) => value !== "" && value !== undefined)
        .map(([key, name, value]) => (
          <Fact key={key} name={name}>
            {value}
          </Fact>
        ))}
      {details.length > 0 && (
        <Fact name={<Trans>Overige gegevens</Trans>}>
          {details.map(([name, value]) => `${name}: ${String(value)}`).join("; ")}
        </Fact>
      )}
    </dl>
  );
}

export function Events({ events, foot }: { events: readonly TrailEvent[]; foot: ReactNode }) {
  const { t } = useLingui();
  const words = useWords();
  const [open, setOpen] = useState<number>();
  return (
    <Table
      rows={events}
      keyOf={(one) => one.sequence}
      empty={<Trans>Hierover staat niets in het logboek. Kies een langere periode, of iets anders.</Trans>}
      foot={foot}
      columns={[
        {
          name: t`Wanneer`,
          cell: (one) => <time dateTime={new Date(one.at * 1000).toISOString()}>{showMomentFully(one.at)}</time>,
        },
        {
          name: t`Wat`,
          cell: (one) => (
            <>
              <span className={one.succeeded ? undefined : classes.failed}>{words.event(one.event)}</span>
              {!one.succeeded && (
                <div className={classes.quiet}>
                  <Trans>niet gelukt: {one.outcome}</Trans>
                </div>
              )}
              {open === one.sequence && <More event={one} />}
            </>
          ),
        },
        { name: t`Door`, named: true, cell: (one) => <Actor event={one} /> },
        {
          name: t`Patiënt`,
          kind: "code",
          named: true,
          cell: (one) => <span className={classes.whole}>{one.patient || "–"}</span>,
        },
        { name: t`Grond`, named: true, cell: (one) => (one.ground === "" ? "–" : words.ground(one.ground)) },
      ]}
      deeds={(one) => {
        const shown = open === one.sequence;
        const name = `${words.event(one.event)}, ${showMomentFully(one.at)}`;
        return (
          <Button
            variant="subtle"
            size="xs"
            aria-expanded={shown}
            aria-label={shown ? t`Minder over ${name}` : t`Meer over ${name}`}
            onClick={() => setOpen(shown ? undefined : one.sequence)}
            leftSection={shown ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          >
            {shown ? <Trans>Minder</Trans> : <Trans>Meer</Trans>}
          </Button>
        );
      }}
    />
  );
}
