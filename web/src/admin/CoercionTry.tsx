/** The try-out: what an import under the table at hand would write, beside what it writes now and what was sent. */
import { useLingui as useI18n } from "@lingui/react";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { may, useMe } from "@/api/queries";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { DayField } from "@/ui/TypedField";
import { showDay } from "@/words/dates";
import { clean, listName } from "@/words/person";
import { SEXES } from "@/words/states";
import classes from "./Coercion.module.css";
import { EXAMPLE, LINES, type Line, type Table, type Trial, type Typed } from "./coercion";
import { Sheet, shapes } from "./parts";

const SETTLED_MS = 300;

/** "19620417" as "1962-04-17", and back. */
const dashed = (day: string) => (day.length === 8 ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` : "");
const plain = (day: string) => day.replaceAll("-", "");

type Person = Typed["sent"];

function PersonFields({ who, person, set }: { who: string; person: Person; set: (part: Partial<Person>) => void }) {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const sexes = [
    { value: "", label: t`onbekend` },
    ...Object.entries(SEXES).map(([value, word]) => ({ value, label: i18n._(word) })),
  ];
  const text = (field: "number" | "issuer" | "name") => ({
    value: person[field],
    maxLength: 64,
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }),
  });
  return (
    <fieldset className={classes.group}>
      <legend>{who}</legend>
      <TextInput label={t`Patiëntnummer`} {...text("number")} />
      <TextInput label={t`Uitgever`} {...text("issuer")} />
      <TextInput
        label={t`Naam, zoals DICOM die schrijft`}
        description={t`Achternaam^Voornaam^^voorvoegsel`}
        inputWrapperOrder={["label", "input", "description", "error"]}
        {...text("name")}
      />
      <DayField
        label={t`Geboortedatum`}
        value={dashed(person.birth_date)}
        onChange={(day) => set({ birth_date: plain(day) })}
      />
      <NativeSelect
        label={t`Geslacht`}
        value={person.sex}
        data={sexes}
        onChange={(event) => set({ sex: event.currentTarget.value })}
      />
    </fieldset>
  );
}

type Study = Typed["study"];

function StudyFields({ study, set }: { study: Study; set: (part: Partial<Study>) => void }) {
  const { t } = useLingui();
  const text = (field: "accession_number" | "accession_issuer" | "description" | "procedure_id", longest = 64) => ({
    value: study[field],
    maxLength: longest,
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }),
  });
  return (
    <>
      <TextInput label={t`Onderzoeksnummer`} {...text("accession_number", 16)} />
      <TextInput label={t`Uitgever van dat nummer`} {...text("accession_issuer")} />
      <TextInput label={t`Omschrijving`} {...text("description")} />
      <TextInput
        label={t`Verrichtingcode`}
        value={study.code.value}
        maxLength={16}
        autoComplete="off"
        onChange={(event) => set({ code: { ...study.code, value: event.currentTarget.value } })}
      />
      <TextInput label={t`Nummer van de aanvraag`} {...text("procedure_id", 16)} />
    </>
  );
}

function TypedFields({ typed, onChange }: { typed: Typed; onChange: (typed: Typed) => void }) {
  const { t } = useLingui();
  const [order, setOrder] = useState(typed.order ?? EXAMPLE.order);
  const known = typed.own.name !== "";
  return (
    <div className={classes.typed}>
      <div>
        <PersonFields
          who={t`Wat de afzender stuurt`}
          person={typed.sent}
          set={(part) => onChange({ ...typed, sent: { ...typed.sent, ...part } })}
        />
        <fieldset className={classes.group} aria-label={t`Het onderzoek zoals gestuurd`}>
          <StudyFields study={typed.study} set={(part) => onChange({ ...typed, study: { ...typed.study, ...part } })} />
          <TextInput
            label={t`Instelling`}
            value={typed.institution}
            maxLength={64}
            onChange={(event) => onChange({ ...typed, institution: event.currentTarget.value })}
          />
        </fieldset>
      </div>
      <div>
        <PersonFields
          who={t`Zoals uw ziekenhuis de patiënt kent`}
          person={typed.own}
          set={(part) => onChange({ ...typed, own: { ...typed.own, ...part } })}
        />
        {!known && (
          <p className={shapes.quiet}>
            <Trans>Zonder naam is de patiënt hier onbekend: dan wordt alleen het nummer geschreven.</Trans>
          </p>
        )}
        <fieldset className={classes.group} aria-label={t`De opdracht in uw RIS`}>
          <Checkbox
            className={shapes.wide}
            label={t`Er is een opdracht in het RIS`}
            checked={typed.order !== null}
            onChange={(event) => onChange({ ...typed, order: event.currentTarget.checked ? order : null })}
          />
          {typed.order !== null && (
            <StudyFields
              study={typed.order}
              set={(part) => {
                const next = { ...(typed.order ?? EXAMPLE.study), ...part };
                setOrder(next);
                onChange({ ...typed, order: next });
              }}
            />
          )}
        </fieldset>
      </div>
    </div>
  );
}

function Arrivals({ chosen, onChoose }: { chosen: string; onChoose: (id: string) => void }) {
  const { t } = useLingui();
  const query = useQuery({
    queryKey: ["administration", "coercion", "arrivals"],
    queryFn: ({ signal }) =>
      data(
        api.POST("/exchanges/search", {
          body: { direction: "in", states: ["verified", "seen"], limit: 50 } as never,
          signal,
        }),
      ),
    gcTime: 0,
  });
  if (query.error !== null) return <Trouble error={query.error} retry={() => void query.refetch()} compact />;
  const rows = query.data?.rows ?? [];
  if (query.isSuccess && rows.length === 0)
    return (
      <p className={shapes.quiet}>
        <Trans>Er staat nu geen ontvangst klaar voor import. Probeer het met getypte waarden.</Trans>
      </p>
    );
  return (
    <NativeSelect
      label={t`Ontvangst`}
      value={chosen}
      onChange={(event) => onChoose(event.currentTarget.value)}
      data={[
        { value: "", label: t`Kies een ontvangst` },
        ...rows.map((row) => ({
          value: row.id,
          label: [
            listName(row.patient?.name ?? ""),
            showDay(row.patient?.birth_date ?? ""),
            clean(row.description),
            clean(row.other.name),
          ]
            .filter((part) => part !== "")
            .join(" · "),
        })),
      ]}
    />
  );
}

function shown(line: Line, value: string): string {
  if (value === "") return "–";
  return line.name === "birth-date" ? showDay(value) : clean(value);
}

function Result({ lines, changed }: { lines: Line[]; changed: boolean }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const other = lines.filter((line) => line.new !== line.now).length;
  return (
    <div className={classes.result}>
      <p role="status" className={shapes.quiet}>
        {changed ? (
          <Plural
            value={other}
            _0="Met deze wijzigingen wordt hier hetzelfde geschreven als nu."
            one="# regel wordt anders dan nu."
            other="# regels worden anders dan nu."
          />
        ) : (
          <Trans>Dit schrijft de tabel zoals hij nu geldt. Wijzig hierboven iets om het verschil te zien.</Trans>
        )}
      </p>
      <table className={classes.lines}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t`Gestuurd`}</th>
            <th scope="col">{t`In uw PACS, nu`}</th>
            {changed && <th scope="col">{t`In uw PACS, met deze tabel`}</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const label = LINES[line.name];
            return (
              <tr key={line.name}>
                <th scope="row">{label === undefined ? line.name : i18n._(label)}</th>
                <td data-label={t`Gestuurd`} dir="auto">
                  {shown(line, line.sent)}
                </td>
                <td data-label={t`In uw PACS, nu`} data-written={line.now !== line.sent} dir="auto">
                  {shown(line, line.now)}
                  {!changed && line.now !== line.sent && <span className={classes.word}>{t`overschreven`}</span>}
                </td>
                {changed && (
                  <td
                    data-label={t`In uw PACS, met deze tabel`}
                    data-differs={line.new !== line.now}
                    data-written={line.new !== line.sent}
                    dir="auto"
                  >
                    {shown(line, line.new)}
                    {line.new !== line.now && <span className={classes.word}>{t`anders dan nu`}</span>}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function CoercionTry({ table, changed }: { table: Table; changed: boolean }) {
  const { t } = useLingui();
  const me = useMe();
  const seesArrivals = may(me, "see-exchanges") && may(me, "import");
  const [by, setBy] = useState("typed");
  const [arrival, setArrival] = useState("");
  const [typed, setTyped] = useState<Typed>(EXAMPLE);
  const ofArrival = by === "arrival";
  const wanted: Trial = {
    value: table as never, // the node's model says what it takes; the API's description only that it is an object
    sender: typed.institution,
    ...typed,
    exchange: ofArrival ? arrival : "",
  };
  const [asked] = useDebouncedValue(wanted, SETTLED_MS, { leading: true });
  const ready = !ofArrival || (arrival !== "" && asked.exchange === arrival);
  const query = useQuery({
    queryKey: ["administration", "coercion", "try", JSON.stringify(asked)],
    queryFn: ({ signal }) => data(api.POST("/administration/coercion/try", { body: asked, signal })),
    enabled: ready,
    retry: false,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
  return (
    <Sheet title={<Trans>Proberen</Trans>}>
      <p className={shapes.quiet}>
        <Trans>
          Zie wat er geschreven zou worden, vóórdat u opslaat. Er wordt niets geïmporteerd en niets bewaard.
        </Trans>
      </p>
      {seesArrivals && (
        <SegmentedControl
          aria-label={t`Waarmee proberen`}
          value={by}
          onChange={setBy}
          data={[
            { value: "typed", label: t`Getypte waarden` },
            { value: "arrival", label: t`Een ontvangst` },
          ]}
          mb="sm"
        />
      )}
      {ofArrival ? (
        <Arrivals chosen={arrival} onChoose={setArrival} />
      ) : (
        <details className={classes.details}>
          <summary>
            <Trans>Voorbeeldwaarden bekijken of wijzigen (een verzonnen patiënt)</Trans>
          </summary>
          <TypedFields typed={typed} onChange={setTyped} />
        </details>
      )}
      {query.error !== null && ready && <Trouble error={query.error} compact />}
      {query.isLoading && ready && <Loading height={160} />}
      {query.data !== undefined && ready && query.error === null && (
        <>
          {ofArrival && !query.data.ordered && (
            <p className={shapes.quiet}>
              <Trans>
                Bij deze ontvangst past nu niet precies één opdracht: getoond is een import zonder opdracht.
              </Trans>
            </p>
          )}
          <Result lines={query.data.lines} changed={changed} />
        </>
      )}
    </Sheet>
  );
}
