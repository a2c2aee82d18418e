/**
 * Beside the pictures: the running clock, both telephone numbers, the answer, who is looking, and looking together.
 *
 * On a desktop a column, on a phone a strip above the pictures; folded away it keeps the clock and who is there.
 */
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Switch } from "@mantine/core";
import { IconChevronRight, IconMessageCircle, IconUsers } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useMe } from "@/api/queries";
import type { Exchange } from "@/api/types";
import { useNow } from "@/ui/clock";
import { Phone } from "@/ui/Phone";
import { showClock, showMomentFully } from "@/words/dates";
import { clean } from "@/words/person";
import { hasEnded } from "@/words/states";
import { AnswerButtons } from "./AnswerButtons";
import { AnswerPart } from "./AnswerPart";
import { Colleagues } from "./Colleagues";
import classes from "./Consult.module.css";
import { People } from "./People";
import type { SharedScreen } from "./screen";
import type { Person } from "./session";
import { Together } from "./Together";
import { useExchange } from "./useExchange";
import { useLive, useLiveState } from "./useLive";

/** Whether this exchange is one to be answered, or was: then everything about it stands open beside the pictures. */
export function isConsult(exchange: Exchange): boolean {
  const urgent = exchange.urgency === "stat" || exchange.urgency === "asap";
  return exchange.answers.length > 0 || exchange.may.includes("answer") || (urgent && !hasEnded(exchange.state));
}

function Clock({ exchange }: { exchange: Exchange }) {
  const { t } = useLingui();
  const now = useNow();
  return (
    <div className={classes.clock} role="timer" title={t`Sinds ${showMomentFully(exchange.created)}`}>
      <span className="bb-hidden">
        <Trans>Tijd sinds het versturen:</Trans>{" "}
      </span>
      {showClock(now - exchange.created)}
    </div>
  );
}

function CallNumber({ name, phone: number }: { name: React.ReactNode; phone: string }) {
  return (
    <div className={classes.number}>
      <dt>{name}</dt>
      <dd>
        {number === "" ? (
          <span className={classes.quiet}>
            <Trans>geen nummer bekend</Trans>
          </span>
        ) : (
          <Phone number={number} size="md" />
        )}
      </dd>
    </div>
  );
}

/** Both numbers: an answer's own goes first, then what was sent along, then that of who is looking. */
export function Phones({ exchange, people = exchange.presence }: { exchange: Exchange; people?: readonly Person[] }) {
  const me = useMe();
  const given = [...exchange.answers].reverse().find((answer) => answer.phone !== "")?.phone ?? "";
  const there = people.find((one) => !one.here && one.phone !== "")?.phone ?? "";
  const arrived = exchange.direction === "in";
  return (
    <dl className={classes.phones}>
      <CallNumber
        name={clean(exchange.other.name) || <Trans>Ander ziekenhuis</Trans>}
        phone={(arrived ? "" : given) || exchange.other.phone || there}
      />
      <CallNumber name={<Trans>Wij</Trans>} phone={(arrived ? given : "") || exchange.own.phone || me.phone} />
    </dl>
  );
}

interface Props {
  exchange: string;
  screen?: SharedScreen | null;
  /** What another room has to say of this exchange here. */
  more?: (exchange: Exchange) => ReactNode;
}

export function ConsultBar({ exchange: id, screen = null, more }: Props) {
  const query = useExchange(id);
  if (query.data === undefined) return null;
  return <Bar exchange={query.data} screen={screen} {...(more === undefined ? {} : { more })} />;
}

function Bar({ exchange, screen = null, more }: { exchange: Exchange } & Omit<Props, "exchange">) {
  const { t } = useLingui();
  const session = useLive({ kind: "exchanges", id: exchange.id });
  const state = useLiveState(session);
  const consult = isConsult(exchange);
  const [open, setOpen] = useState<boolean | null>(null);
  const [keys, setKeys] = useState(true);
  const shown = open ?? consult;
  const others = state.people.filter((one) => one.key !== session.page).length;
  if (!shown)
    return (
      <aside className={classes.folded} aria-label={t`Overleg`}>
        <ActionIcon
          variant="subtle"
          size={44}
          color="gray"
          onClick={() => setOpen(true)}
          aria-label={t`Overleg openen`}
        >
          <IconMessageCircle size={22} aria-hidden />
        </ActionIcon>
        {others > 0 && (
          <span className={classes.count} role="status" title={t`Kijkt nu mee`}>
            <IconUsers size={16} aria-hidden /> {others}
          </span>
        )}
      </aside>
    );
  return (
    <aside className={classes.bar} aria-label={t`Overleg`}>
      <header className={classes.top}>
        {consult && <Clock exchange={exchange} />}
        <h2 className="bb-hidden">
          <Trans>Overleg</Trans>
        </h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          onClick={() => setOpen(false)}
          aria-label={t`Overleg sluiten`}
        >
          <IconChevronRight size={20} aria-hidden />
        </ActionIcon>
      </header>
      <div className={classes.body}>
        {exchange.may.includes("answer") && <AnswerButtons exchange={exchange} keys={keys} />}
        <AnswerPart exchange={exchange} />
        <Phones exchange={exchange} people={state.people} />
        {exchange.question !== "" && (
          <section className={classes.part}>
            <h3 className={classes.heading}>
              <Trans>Vraag</Trans>
            </h3>
            <p>
              <bdi>{clean(exchange.question)}</bdi>
            </p>
          </section>
        )}
        {more?.(exchange)}
        <People people={state.people} exchange={exchange} page={session.page} />
        <Together session={session} state={state} screen={screen} other={clean(exchange.other.name)} />
        <Colleagues subject={{ kind: "exchanges", id: exchange.id }} />
        {exchange.may.includes("answer") && (
          <Switch
            size="xs"
            checked={keys}
            onChange={(event) => setKeys(event.currentTarget.checked)}
            label={t`Antwoorden met toetsen`}
          />
        )}
      </div>
    </aside>
  );
}
