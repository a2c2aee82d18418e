/** Figures without identity: how fast, how many, what failed, what was saved. Fewer than five is never shown as a number. */
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NumberInput, Text, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, BASE, data } from "@/api/client";
import { may, useMe } from "@/api/queries";
import type { components } from "@/api/schema";
import { FormDialog } from "@/ui/Form";
import { Table } from "@/ui/Table";
import { showDuration, showNumber } from "@/words/dates";
import { STATES } from "@/words/states";
import { useLanguage } from "@/words/useLanguage";
import classes from "./Figures.module.css";
import { Answer, Head, shapes } from "./parts";
import { periodParams, usePeriod } from "./period";
import { Source } from "./Source";
import { type Assumed, heldBy, settingOf, settingsQuery, useSet } from "./settings";

type Schemas = components["schemas"];
type Numbers = Schemas["FiguresObject"];
type Line = Schemas["LineObject"];
type Count = Schemas["CountObject"];

/** A count as it may be shown: "<5" for few, "120+" for a sum that leaves hidden cells out. */
export function showCount(count: Count, small = 5): string {
  if (count.value === null) return `<${small}`;
  return `${showNumber(count.value)}${count.least ? "+" : ""}`;
}

const time = (seconds: number | null) => (seconds === null ? "–" : showDuration(seconds));

function Tile({ label, value, note }: { label: ReactNode; value: string; note: ReactNode }) {
  return (
    <div className={classes.tile}>
      <div className={classes.label}>{label}</div>
      <div className={classes.value}>{value}</div>
      <div className={shapes.quiet}>{note}</div>
    </div>
  );
}

function Tiles({ numbers }: { numbers: Numbers }) {
  const language = useLanguage();
  const decimal = (value: number) =>
    new Intl.NumberFormat(language === "nl" ? "nl-NL" : "en-GB", { maximumFractionDigits: 1 }).format(value);
  const { saved, assumptions } = numbers;
  const share = decimal(assumptions.repeat_share * 100);
  return (
    <div className={classes.tiles}>
      <Tile label={<Trans>Ontvangen</Trans>} value={showCount(numbers.arrived)} note={<Trans>uitwisselingen</Trans>} />
      <Tile label={<Trans>Verzonden</Trans>} value={showCount(numbers.sent)} note={<Trans>uitwisselingen</Trans>} />
      <Tile
        label={<Trans>Schijfjes niet nodig</Trans>}
        value={saved.discs === null ? "–" : decimal(saved.discs)}
        note={
          <Trans>
            {showCount(saved.imported)} in PACS; aanname: {decimal(assumptions.discs_per_exchange)} per uitwisseling
          </Trans>
        }
      />
      <Tile
        label={<Trans>Onderzoek niet herhaald</Trans>}
        value={showCount(saved.said)}
        note={<Trans>gemeld door de behandelaar, bij {showCount(saved.asked)} waarover iets gezegd is</Trans>}
      />
      {saved.estimated !== null && (
        <Tile
          label={<Trans>Niet herhaald, schatting</Trans>}
          value={`± ${decimal(saved.estimated)}`}
          note={
            <Trans>
              {share} % van de overige; bron: {assumptions.repeat_source || "–"}
            </Trans>
          }
        />
      )}
    </div>
  );
}

function Way({ direction }: { direction: string }) {
  return direction === "in" ? <Trans>ontvangen</Trans> : <Trans>verzonden</Trans>;
}

function Lines({ caption, first, lines }: { caption: ReactNode; first: string; lines: Line[] }) {
  const { t } = useLingui();
  return (
    <Table
      caption={caption}
      rows={lines}
      keyOf={(line) => `${line.key} ${line.direction}`}
      columns={[
        {
          name: first,
          cell: (line) => (
            <>
              {line.name || line.key || t`hub`}
              {line.name !== "" && <div className={shapes.quiet}>{line.key}</div>}
            </>
          ),
        },
        { name: t`Richting`, cell: (line) => <Way direction={line.direction} /> },
        { name: t`Aantal`, kind: "number", named: true, cell: (line) => showCount(line.count) },
        { name: t`Tot eerste blik`, kind: "number", named: true, cell: (line) => time(line.to_look.median) },
        { name: t`90 % bekeken binnen`, kind: "number", named: true, cell: (line) => time(line.to_look.p90) },
        { name: t`Tot in PACS`, kind: "number", named: true, cell: (line) => time(line.to_import.median) },
        { name: t`90 % in PACS binnen`, kind: "number", named: true, cell: (line) => time(line.to_import.p90) },
      ]}
    />
  );
}

function Failures({ numbers }: { numbers: Numbers }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const state = (code: string) => (STATES[code] === undefined ? code : i18n._(STATES[code]));
  return (
    <Table
      caption={<Trans>Niet goed gegaan</Trans>}
      rows={numbers.failures}
      keyOf={(one) => `${one.direction} ${one.state} ${one.code}`}
      columns={[
        { name: t`Reden`, kind: "code", cell: (one) => one.code || t`zonder reden` },
        { name: t`Hoe`, cell: (one) => state(one.state) },
        { name: t`Richting`, cell: (one) => <Way direction={one.direction} /> },
        { name: t`Aantal`, kind: "number", named: true, cell: (one) => showCount(one.count) },
      ]}
    />
  );
}

function Doses({ numbers }: { numbers: Numbers }) {
  const { t } = useLingui();
  const language = useLanguage();
  const decimal = (value: number | null, digits: number) =>
    value === null
      ? "–"
      : new Intl.NumberFormat(language === "nl" ? "nl-NL" : "en-GB", { maximumFractionDigits: digits }).format(value);
  return (
    <Table
      caption={<Trans>Dosis van wat niet opnieuw gemaakt hoefde te worden, uit de dosisverslagen</Trans>}
      rows={numbers.doses}
      keyOf={(one) => one.modality}
      columns={[
        { name: t`Soort`, cell: (one) => one.modality },
        { name: t`Verslagen`, kind: "number", named: true, cell: (one) => showCount(one.reports) },
        { name: "DLP (mGy·cm)", kind: "number", named: true, cell: (one) => decimal(one.dlp, 0) },
        { name: "DAP (Gy·m²)", kind: "number", named: true, cell: (one) => decimal(one.dap, 6) },
      ]}
    />
  );
}

function AssumedForm({ assumed, revision, onClose }: { assumed: Assumed; revision: number; onClose: () => void }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState(assumed);
  const save = useSet("figures", revision, onClose);
  return (
    <FormDialog
      title={t`Aannames`}
      deed={<Trans>Opslaan</Trans>}
      onSubmit={() => save.mutate(typed)}
      onCancel={onClose}
      pending={save.isPending}
      error={save.error}
    >
      <NumberInput
        label={t`Schijfjes per uitwisseling in PACS`}
        value={typed.discs_per_exchange}
        onChange={(value) => setTyped((before) => ({ ...before, discs_per_exchange: Number(value) }))}
        min={0}
        max={10}
        step={0.1}
      />
      <NumberInput
        label={t`Deel dat een herhaald onderzoek voorkomt (%)`}
        description={t`0 toont geen schatting`}
        value={Math.round(typed.repeat_share * 1000) / 10}
        onChange={(value) => setTyped((before) => ({ ...before, repeat_share: Number(value) / 100 }))}
        min={0}
        max={100}
      />
      <TextInput
        label={t`Waar dat deel vandaan komt`}
        description={t`Een publicatie, of een eigen telling; staat bij het getal`}
        value={typed.repeat_source}
        onChange={(event) => setTyped((before) => ({ ...before, repeat_source: event.currentTarget.value }))}
        maxLength={300}
      />
    </FormDialog>
  );
}

/** Who administers the node may set what the estimates rest on. */
function Assumptions({ onSaved }: { onSaved: () => void }) {
  const query = useQuery(settingsQuery);
  const [editing, setEditing] = useState(false);
  const setting = query.data === undefined ? undefined : settingOf(query.data, "figures");
  if (query.data === undefined || setting === undefined) return null;
  return (
    <Group gap="xs" mb="md">
      <span className={shapes.quiet}>
        <Trans>Aannames:</Trans>
      </span>
      <Source source={setting.source} />
      {setting.source !== "file" && (
        <Button variant="default" size="xs" onClick={() => setEditing(true)}>
          <Trans>Aannames wijzigen</Trans>
        </Button>
      )}
      {editing && (
        <AssumedForm
          assumed={heldBy<Assumed>(setting)}
          revision={query.data.revision}
          onClose={() => {
            setEditing(false);
            onSaved();
          }}
        />
      )}
    </Group>
  );
}

export function Figures() {
  const { t } = useLingui();
  const me = useMe();
  const { since, until, choice } = usePeriod();
  const query = useQuery({
    queryKey: ["administration", "figures", since, until],
    queryFn: ({ signal }) => data(api.GET("/figures", { signal, params: periodParams(since, until) })),
  });
  return (
    <>
      <Head
        title={t`Cijfers`}
        lead={<Trans>Zonder patiënten. Minder dan vijf staat er als “&lt;5”, zodat niemand te herkennen is.</Trans>}
      >
        {choice}
        <Button
          component="a"
          href={`${BASE}/figures/csv?since=${since}&until=${until}`}
          download="beeldbrug-figures.csv"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          CSV
        </Button>
      </Head>
      <Answer query={query}>
        {(numbers) => (
          <>
            <Tiles numbers={numbers} />
            {may(me, "administer") && <Assumptions onSaved={() => void query.refetch()} />}
            {numbers.partners.length === 0 && (
              <Text c="dimmed" mb="md">
                <Trans>In deze periode is er niets uitgewisseld.</Trans>
              </Text>
            )}
            <Lines caption={<Trans>Per partner</Trans>} first={t`Partner`} lines={numbers.partners} />
            <Lines caption={<Trans>Per route</Trans>} first={t`Route`} lines={numbers.routes} />
            <Lines caption={<Trans>Per maand</Trans>} first={t`Maand`} lines={numbers.months} />
            <Failures numbers={numbers} />
            <Doses numbers={numbers} />
          </>
        )}
      </Answer>
    </>
  );
}
