/** What is asked for because it is missing: how each request stands, and what can be done about it at this end. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconMessageQuestion } from "@tabler/icons-react";
import { useState } from "react";
import type { Exchange, ImageRequest } from "@/api/types";
import { useMinute } from "@/ui/clock";
import { Phone } from "@/ui/Phone";
import { Trouble } from "@/ui/Trouble";
import { showMoment, showMomentFully } from "@/words/dates";
import { clean } from "@/words/person";
import { inLanguage } from "@/words/reasons";
import { ROLES, URGENCIES } from "@/words/states";
import { AskDialog } from "./AskDialog";
import classes from "./missing.module.css";
import { RefuseDialog } from "./RefuseDialog";
import { SupplyDialog } from "./SupplyDialog";
import { useRequest } from "./useRequests";
import { KINDS, STANDS } from "./words";

type Open = { kind: "ask" } | { kind: "supply" | "refuse"; request: ImageRequest } | null;

export function Missing({ exchange }: { exchange: Exchange }) {
  const [open, setOpen] = useState<Open>(null);
  const asks = exchange.may.includes("ask");
  const close = () => setOpen(null);
  if (!asks && exchange.requests.length === 0) return null;
  return (
    <section className={classes.part} data-missing>
      {exchange.requests.length > 0 && (
        <>
          <h3 className={classes.heading}>
            <Trans>Gevraagd omdat het ontbreekt</Trans>
          </h3>
          <ul className={classes.requests} aria-live="polite">
            {exchange.requests.map((request) => (
              <Request key={request.number} exchange={exchange} request={request} onOpen={setOpen} />
            ))}
          </ul>
        </>
      )}
      {asks && (
        <div>
          <Button
            variant="default"
            leftSection={<IconMessageQuestion size={19} aria-hidden />}
            onClick={() => setOpen({ kind: "ask" })}
          >
            <Trans>Vraag wat ontbreekt…</Trans>
          </Button>
        </div>
      )}
      {open?.kind === "ask" && <AskDialog exchange={exchange} onClose={close} />}
      {open?.kind === "supply" && <SupplyDialog exchange={exchange} request={open.request} onClose={close} />}
      {open?.kind === "refuse" && <RefuseDialog exchange={exchange} request={open.request} onClose={close} />}
    </section>
  );
}

interface RequestProps {
  exchange: Exchange;
  request: ImageRequest;
  onOpen: (open: Open) => void;
}

function Request({ exchange, request, onOpen }: RequestProps) {
  const { i18n } = useLingui();
  const heard = useRequest(exchange.id);
  const waits = request.state === "asked" || request.state === "coming";
  const supplies = exchange.may.includes("supply") && waits && !request.own;
  const stands = STANDS[request.state];
  const urgency = request.urgency === "routine" ? undefined : URGENCIES[request.urgency];
  return (
    <li className={classes.request} data-request={request.state}>
      <p className={classes.what}>
        <span className={classes.stands}>{stands === undefined ? request.state : i18n._(stands)}</span>
        {urgency !== undefined && waits && <span className={classes.urgent}>{i18n._(urgency)}</span>}
        <Asked request={request} />
      </p>
      {request.text !== "" && (
        <p className={classes.text}>
          <bdi>{clean(request.text)}</bdi>
        </p>
      )}
      <Who one={request} at={request.at} organisation={request.own ? "" : exchange.other.name} />
      {!request.sent && waits && (
        <p className={classes.quiet}>
          <Trans>Nog niet bij de afzender; dat gaat vanzelf.</Trans>
        </p>
      )}
      {request.reply !== null && <Reply exchange={exchange} request={request} />}
      {supplies && (
        <div className={classes.actions}>
          <Button size="sm" onClick={() => onOpen({ kind: "supply", request })}>
            <Trans>Nasturen…</Trans>
          </Button>
          <Button size="sm" variant="default" onClick={() => onOpen({ kind: "refuse", request })}>
            <Trans>Niet sturen…</Trans>
          </Button>
        </div>
      )}
      {request.own && request.state === "refused" && !request.heard && (
        <div className={classes.actions}>
          <Button
            size="sm"
            loading={heard.isPending}
            onClick={() => heard.mutate({ kind: "heard", number: request.number })}
          >
            <Trans>Gelezen</Trans>
          </Button>
        </div>
      )}
      {heard.isError && <Trouble error={heard.error} compact />}
    </li>
  );
}

/** "alle reeksen, het verslag, 2 reeksen met name genoemd". */
function Asked({ request }: { request: ImageRequest }) {
  const { i18n } = useLingui();
  const kinds = request.kinds.map((kind) => {
    const words = KINDS[kind];
    return words === undefined ? kind : i18n._(words);
  });
  return (
    <span>
      {kinds.join(", ")}
      {kinds.length > 0 && request.series > 0 && ", "}
      {request.series > 0 && <Plural value={request.series} one="# genoemde reeks" other="# genoemde reeksen" />}
    </span>
  );
}

function Reply({ exchange, request }: { exchange: Exchange; request: ImageRequest }) {
  const reply = request.reply;
  if (reply === null) return null;
  return (
    <div className={classes.reply}>
      {reply.reason !== null && <p>{inLanguage(reply.reason).text}</p>}
      {reply.text !== "" && (
        <p className={classes.text}>
          <bdi>{clean(reply.text)}</bdi>
        </p>
      )}
      {reply.outcome === "coming" && request.state === "coming" && (
        <p>
          {reply.exchanges.length === 0 ? (
            <Trans>Het komt als nazending in deze uitwisseling.</Trans>
          ) : (
            <Plural
              value={reply.exchanges.length}
              one="Het komt in # aparte uitwisseling."
              other="Het komt in # aparte uitwisselingen."
            />
          )}
        </p>
      )}
      <Who one={reply} at={reply.at} organisation={request.own ? exchange.other.name : ""} />
    </div>
  );
}

interface WhoProps {
  one: { name: string; role: string; department: string; phone: string };
  at: number;
  organisation: string;
}

function Who({ one, at, organisation }: WhoProps) {
  const { i18n } = useLingui();
  const now = useMinute();
  const roles = one.role.split(" ").map((role) => ROLES[role]);
  const named = roles.filter((words) => words !== undefined).map((words) => i18n._(words));
  const name = clean(one.name);
  const role = named.join(", ");
  const same = name.toLowerCase() === role.toLowerCase();
  const parts = [name, same ? "" : role, clean(one.department), clean(organisation)];
  return (
    <p className={classes.quiet}>
      <bdi>{parts.filter((part) => part !== "").join(" · ")}</bdi>{" "}
      <time title={showMomentFully(at)}>{showMoment(at, now)}</time> {one.phone !== "" && <Phone number={one.phone} />}
    </p>
  );
}
