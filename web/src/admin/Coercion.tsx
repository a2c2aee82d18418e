/** What an import writes in the own PACS, line by line: changed here, tried out first, and every version kept. */
import type { MessageDescriptor } from "@lingui/core";
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { Table as List } from "@/ui/Table";
import { Trouble } from "@/ui/Trouble";
import { showMoment, showMomentFully } from "@/words/dates";
import classes from "./Coercion.module.css";
import { CoercionTry } from "./CoercionTry";
import { differing, type Field, isMixed, prefixFits, ROWS, SOURCES, type Table, WITHOUT_ORDER } from "./coercion";
import { Answer, Head, Notice, Sheet, shapes } from "./parts";
import { Clashes, Source } from "./Source";
import { type Configuration, heldBy, settingOf, settingsQuery, useSet } from "./settings";

function useWord() {
  const { i18n } = useI18n();
  return (table: Record<string, MessageDescriptor>, code: string) => {
    const found = table[code];
    return found === undefined ? code : i18n._(found);
  };
}

interface ChoicesProps {
  table: Table;
  held: Table;
  fixed: boolean;
  onChange: (table: Table) => void;
}

function Choices({ table, held, fixed, onChange }: ChoicesProps) {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const word = useWord();
  const changed = (field: keyof Table) =>
    table[field] !== held[field] && (
      <div className={classes.unsaved}>
        <Trans>gewijzigd, nog niet opgeslagen</Trans>
      </div>
    );
  return (
    <div>
      <div className={classes.row}>
        <div>
          <Trans>Patiëntnummer en uitgever</Trans>
          <span className={classes.tag}>(0010,0020) (0010,0021)</span>
        </div>
        <div className={shapes.quiet}>
          <Trans>Altijd uw eigen nummer; dat van de afzender blijft ernaast staan.</Trans>
        </div>
      </div>
      {ROWS.map(({ field, name, tag, choices }) => {
        const without = table[field] === "order" ? WITHOUT_ORDER[field] : undefined;
        return (
          <div key={field} className={classes.row}>
            <div>
              {i18n._(name)}
              <span className={classes.tag}>{tag}</span>
            </div>
            <div>
              {fixed ? (
                word(SOURCES, table[field])
              ) : (
                <NativeSelect
                  aria-label={i18n._(name)}
                  value={table[field]}
                  onChange={(event) => onChange({ ...table, [field]: event.currentTarget.value })}
                  data={choices.map((code) => ({ value: code, label: word(SOURCES, code) }))}
                />
              )}
              {without !== undefined && <div className={shapes.quiet}>{i18n._(without)}</div>}
              {changed(field)}
            </div>
          </div>
        );
      })}
      <div className={classes.row}>
        <div>
          <Trans>Vóór elke omschrijving</Trans>
        </div>
        <div>
          {fixed ? (
            table.description_prefix || <Trans>niets</Trans>
          ) : (
            <TextInput
              aria-label={t`Vóór elke omschrijving`}
              description={t`Bijvoorbeeld “EXT ” bij beelden van elders; ten hoogste 16 tekens`}
              inputWrapperOrder={["input", "description", "error"]}
              value={table.description_prefix}
              onChange={(event) => onChange({ ...table, description_prefix: event.currentTarget.value })}
              error={prefixFits(table.description_prefix) ? undefined : t`Ten hoogste 16 tekens, zonder backslash.`}
            />
          )}
          {changed("description_prefix")}
        </div>
      </div>
    </div>
  );
}

function Editor({ configuration, again }: { configuration: Configuration; again: () => void }) {
  const setting = settingOf(configuration, "coercion");
  const held = setting === undefined ? null : heldBy<Table>(setting);
  const [typed, setTyped] = useState<Table | null>(null);
  const save = useSet("coercion", configuration.revision, () => setTyped(null));
  if (setting === undefined || held === null) return null;
  const fixed = setting.source === "file";
  const table = typed ?? held;
  const changed = differing(held, table).length;
  const forget = () => {
    save.reset();
    setTyped(null);
    again();
  };
  return (
    <>
      <Sheet
        title={
          <>
            <Trans>Wat er wordt geschreven</Trans> <Source source={setting.source} />
          </>
        }
      >
        {fixed && (
          <Notice>
            <Trans>
              Deze tabel staat in het instellingenbestand ([coercion]) en gaat daarom voor. Wijzig hem daar en start
              Beeldbrug opnieuw, of haal hem uit het bestand om hem hier te beheren. Proberen kan hieronder wel.
            </Trans>
          </Notice>
        )}
        <Choices table={table} held={held} fixed={fixed} onChange={setTyped} />
        {isMixed(table) && (
          <Notice>
            <Trans>
              Het onderzoeksnummer en de uitgever ervan komen nu uit verschillende bronnen. Een nummer kan dan van een
              ander ziekenhuis lijken dan waar het bij hoort.
            </Trans>
          </Notice>
        )}
        {save.error !== null && <Trouble error={save.error} compact />}
        {!fixed && (
          <Group mt="md" gap="sm">
            <Button
              disabled={changed === 0 || !prefixFits(table.description_prefix)}
              loading={save.isPending}
              onClick={() => save.mutate(table)}
            >
              <Trans>Opslaan; geldt voor de volgende import</Trans>
            </Button>
            <Button variant="default" disabled={typed === null} onClick={forget}>
              <Trans>Wijzigingen weggooien</Trans>
            </Button>
          </Group>
        )}
      </Sheet>
      <CoercionTry table={table} changed={changed > 0} />
      <Versions present={held} fixed={fixed} onTake={setTyped} />
    </>
  );
}

function Difference({ from, to }: { from: Table; to: Table }) {
  const { i18n } = useI18n();
  const word = useWord();
  const fields = differing(from, to);
  const names = new Map(ROWS.map(({ field, name }) => [field as string, name]));
  const said = (table: Table, field: Field | "description_prefix") =>
    field === "description_prefix" ? `“${table.description_prefix}”` : word(SOURCES, table[field]);
  if (fields.length === 0) return <Trans>zoals het daarvoor was</Trans>;
  return (
    <ul className={classes.changes}>
      {fields.map((field) => {
        const name = names.get(field);
        return (
          <li key={field}>
            {name === undefined ? <Trans>Vóór elke omschrijving</Trans> : i18n._(name)}: {said(from, field)} →{" "}
            <strong>{said(to, field)}</strong>
          </li>
        );
      })}
    </ul>
  );
}

/** As delivered; what stood before the first version that was set here. */
const DELIVERED: Table = {
  name: "own",
  birth_date: "own",
  sex: "own",
  accession_number: "order",
  accession_issuer: "order",
  study_description: "sent",
  procedure_code: "sent",
  request: "sent",
  institution: "sent",
  description_prefix: "",
};

function Versions({ present, fixed, onTake }: { present: Table; fixed: boolean; onTake: (table: Table) => void }) {
  const { t } = useLingui();
  const query = useQuery({
    queryKey: ["administration", "history", "coercion"],
    queryFn: ({ signal }) =>
      data(api.GET("/administration/settings/history", { params: { query: { kind: "coercion" } } as never, signal })),
  });
  return (
    <Answer query={query}>
      {({ changes }) => {
        const tables = changes.map((one) => (one.value === null ? DELIVERED : (one.value as Table)));
        return (
          <List
            caption={<Trans>Eerdere versies</Trans>}
            rows={changes.map((change, at) => ({
              change,
              table: tables[at] ?? DELIVERED,
              before: tables[at + 1] ?? DELIVERED,
            }))}
            keyOf={({ change }) => change.revision}
            empty={<Trans>De tabel is hier nog nooit gewijzigd.</Trans>}
            columns={[
              {
                name: t`Wanneer`,
                cell: ({ change }) => (
                  <span title={showMomentFully(change.at)}>{showMoment(change.at, Date.now() / 1000)}</span>
                ),
              },
              { name: t`Door`, named: true, cell: ({ change }) => change.actor },
              { name: t`Wat`, cell: ({ table, before }) => <Difference from={before} to={table} /> },
            ]}
            deeds={({ table, change }) =>
              !fixed &&
              differing(table, present).length > 0 && (
                <Button variant="default" size="xs" onClick={() => onTake(table)}>
                  <Trans>Terug naar deze versie</Trans>
                  <span className="bb-hidden"> {showMomentFully(change.at)}</span>
                </Button>
              )
            }
          />
        );
      }}
    </Answer>
  );
}

export function Coercion() {
  const { t } = useLingui();
  const query = useQuery(settingsQuery);
  return (
    <>
      <Head
        title={t`Importtabel`}
        lead={
          <Trans>
            Bepaalt wat er in uw PACS komt te staan als een ontvangen onderzoek wordt geïmporteerd. Wat de afzender
            stuurde, blijft bewaard in het beeld zelf (Original Attributes). Een import die al begonnen is, gaat verder
            met de tabel waarmee hij begon.
          </Trans>
        }
      />
      <Answer query={query}>
        {(configuration) => (
          <>
            <Clashes configuration={configuration} kinds={["coercion"]} />
            <Editor configuration={configuration} again={() => void query.refetch()} />
          </>
        )}
      </Answer>
    </>
  );
}
