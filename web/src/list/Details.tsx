/** Everything about one exchange, beside the list: who, what, why, how far, what was done, and all that can be done. */
import { useLingui } from "@lingui/react";
import { Plural, Trans, useLingui as useMacro } from "@lingui/react/macro";
import { Button, Drawer, Group } from "@mantine/core";
import { IconDatabaseImport, IconPhoto } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, data } from "@/api/client";
import type { Exchange } from "@/api/types";
import { DiscButton } from "@/ui/DiscButton";
import { Loading } from "@/ui/Loading";
import { PatientLine } from "@/ui/PatientLine";
import { Phone } from "@/ui/Phone";
import { Trouble } from "@/ui/Trouble";
import { Urgency } from "@/ui/Urgency";
import { showDay, showMomentFully } from "@/words/dates";
import { clean, ownNumber } from "@/words/person";
import { wayOf } from "@/words/routes";
import { GROUNDS, hasEnded, PURPOSES } from "@/words/states";
import { AddReport } from "./AddReport";
import { Called } from "./Called";
import { DeliverAgain } from "./DeliverAgain";
import { DeskActions, SeriesInPacs } from "./DeskActions";
import classes from "./Details.module.css";
import { EndActions } from "./EndActions";
import { GivenOn } from "./GivenOn";
import { History } from "./History";
import { useImporting } from "./importing";
import { PartyName, within } from "./PartyCell";
import { PictureRecord } from "./PictureRecord";
import { Repeat } from "./Repeat";
import { Remarks, Study } from "./Row";
import { StateCell } from "./StateCell";
import { hasSlot, SlotFor } from "./slots";
import { exchangeKey } from "./useExchanges";

interface Props {
  id: string;
  onClose: () => void;
  onOpen: (id: string) => void;
  onImport: (row: Exchange) => void;
  onForWhom: (row: Exchange) => void;
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Moment({ name, at }: { name: ReactNode; at: number | null }) {
  return at === null || at === 0 ? null : <Fact name={name}>{showMomentFully(at)}</Fact>;
}

function PartyFacts({ row, name, end }: { row: Exchange; name: ReactNode; end: "other" | "own" }) {
  const party = row[end];
  const inside = within(party);
  const route = end === "other" ? row.route : "hub";
  if (party.name === "" && party.organisation === "" && inside === "" && route === "hub") return null;
  return (
    <Fact name={name}>
      <PartyName party={party} route={route} />
      {inside !== "" && <bdi className={classes.block}>{inside}</bdi>}
      {party.phone !== "" && (
        <span className={classes.block}>
          <Phone number={party.phone} size="md" />
        </span>
      )}
    </Fact>
  );
}

function Facts({ row }: { row: Exchange }) {
  const { i18n } = useLingui();
  const word = (table: typeof GROUNDS, code: string) => {
    const found = table[code];
    return found === undefined ? code : i18n._(found);
  };
  const way = wayOf(row.route);
  return (
    <dl className={classes.facts}>
      <PartyFacts row={row} end="other" name={row.direction === "in" ? <Trans>Van</Trans> : <Trans>Naar</Trans>} />
      <PartyFacts row={row} end="own" name={row.direction === "in" ? <Trans>Aan</Trans> : <Trans>Namens</Trans>} />
      {way !== undefined && (
        <Fact name={row.direction === "in" ? <Trans>Gekomen via</Trans> : <Trans>Gaat via</Trans>}>{i18n._(way)}</Fact>
      )}
      {row.note !== "" && (
        <Fact name={<Trans>Opmerking</Trans>}>
          <bdi>{clean(row.note)}</bdi>
        </Fact>
      )}
      {row.missing > 0 && (
        <Fact name={<Trans>Ontbreekt</Trans>}>
          <Plural value={row.missing} one="# beeld" other="# beelden" />
        </Fact>
      )}
      {row.left_series > 0 && row.state === "imported" && (
        <Fact name={<Trans>Reeksen</Trans>}>
          <SeriesInPacs row={row} />
        </Fact>
      )}
      {row.responsible !== "" && <Fact name={<Trans>Verantwoordelijk</Trans>}>{clean(row.responsible)}</Fact>}
      {row.purpose !== "" && <Fact name={<Trans>Doel</Trans>}>{word(PURPOSES, row.purpose)}</Fact>}
      {row.ground !== "" && <Fact name={<Trans>Grond</Trans>}>{word(GROUNDS, row.ground)}</Fact>}
      {row.consent !== "" && <Fact name={<Trans>Toestemming</Trans>}>{clean(row.consent)}</Fact>}
      {row.accession_number !== "" && <Fact name={<Trans>Onderzoeknummer</Trans>}>{clean(row.accession_number)}</Fact>}
      {row.study_date !== "" && <Fact name={<Trans>Onderzoek van</Trans>}>{showDay(row.study_date)}</Fact>}
      {row.local_number !== "" && <Fact name={<Trans>Eigen nummer</Trans>}>{ownNumber(row.local_number)}</Fact>}
      <Moment name={<Trans>Begonnen</Trans>} at={row.created} />
      <Moment name={<Trans>Eerste beeld</Trans>} at={row.first_image} />
      <Moment name={<Trans>Gecontroleerd</Trans>} at={row.verified} />
      <Moment name={<Trans>Bekeken</Trans>} at={row.seen} />
      <Moment name={<Trans>In PACS</Trans>} at={row.imported_at} />
      <Moment name={<Trans>Ingetrokken</Trans>} at={row.withdrawn} />
      {!hasEnded(row.state) && <Moment name={<Trans>Te zien tot</Trans>} at={row.expires} />}
    </dl>
  );
}

function Body({ row, onOpen, onImport, onForWhom }: { row: Exchange } & Omit<Props, "id" | "onClose">) {
  const importing = useImporting(row);
  const can = (action: string) => row.may.includes(action);
  return (
    <div className={classes.body}>
      <div className={classes.top}>
        <Urgency urgency={row.urgency} over={hasEnded(row.state)} />
        <StateCell row={row} />
      </div>
      <PatientLine patient={row.patient} large />
      <Study row={row} />
      <Group gap="sm">
        {can("for-whom") && hasSlot("forWhom") && (
          <Button size="md" onClick={() => onForWhom(row)}>
            <Trans>Voor wie?</Trans>
          </Button>
        )}
        {can("open") && (
          <Button size="md" leftSection={<IconPhoto size={19} aria-hidden />} onClick={() => onOpen(row.id)}>
            <Trans>Openen</Trans>
          </Button>
        )}
        {can("import") && (
          <Button
            size="md"
            variant="default"
            disabled={importing}
            leftSection={<IconDatabaseImport size={19} aria-hidden />}
            onClick={() => onImport(row)}
          >
            <Trans>Naar mijn PACS</Trans>
          </Button>
        )}
        <DeliverAgain row={row} />
        {can("hand-out") && <DiscButton exchange={row} size="md" />}
        {row.route !== "picture" && <SlotFor place="forward" exchange={row} />}
        <AddReport row={row} />
      </Group>
      <Remarks row={row} />
      <SlotFor place="details" exchange={row} />
      <SlotFor place="missing" exchange={row} />
      {row.question !== "" && (
        <section>
          <h3 className={classes.heading}>
            <Trans>Vraag</Trans>
          </h3>
          <p className={classes.question}>
            <bdi>{clean(row.question)}</bdi>
          </p>
        </section>
      )}
      <Facts row={row} />
      {row.route === "picture" && <PictureRecord row={row} />}
      <DeskActions row={row} />
      <Repeat row={row} />
      {row.direction === "in" && <GivenOn row={row} />}
      {row.direction === "in" && <Called row={row} />}
      <section>
        <h3 className={classes.heading}>
          <Trans>Wat er gebeurde</Trans>
        </h3>
        <History row={row} />
      </section>
      <EndActions row={row} />
    </div>
  );
}

export function Details({ id, onClose, ...handlers }: Props) {
  const { t } = useMacro();
  const one = useQuery({
    queryKey: exchangeKey(id),
    queryFn: ({ signal }) => data(api.GET("/exchanges/{exchange}", { params: { path: { exchange: id } }, signal })),
    staleTime: 10_000,
    gcTime: 30_000,
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={520}
      title={t`Uitwisseling`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      {one.isPending ? (
        <Loading height={240} />
      ) : one.isError && one.data === undefined ? (
        <Trouble error={one.error} retry={() => void one.refetch()} retrying={one.isFetching} />
      ) : (
        <Body row={one.data} {...handlers} />
      )}
    </Drawer>
  );
}
