/** What is on it, before anything is taken in: patients, studies, what is odd; and then whose, which, from whom. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Radio, Text, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Failure } from "@/api/failure";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { showDay, showNumber } from "@/words/dates";
import { clean } from "@/words/person";
import { inLanguage } from "@/words/reasons";
import { showSize } from "@/words/sizes";
import { useLanguage } from "@/words/useLanguage";
import classes from "./intake.module.css";
import type { PatientSeen, Seen, Status, StudySeen, TakeOrder } from "./queries";

interface Props {
  seen: Seen;
  /** What came of it before, when not all could be taken. */
  last: Status | null;
  onTake: (order: TakeOrder) => void;
  onAgain: () => void;
  /** What who sent it has said already. */
  from?: string;
  note?: string;
  /** What the button says that leaves it. */
  back?: ReactNode;
}

const withImages = (seen: Seen) => seen.patients.filter((one) => one.instances > 0);

function Others({ seen }: { seen: Seen }) {
  const { t } = useLingui();
  const words: Record<string, string> = {
    dicomdir: t`inhoudsopgave (DICOMDIR)`,
    pdf: t`PDF`,
    jpeg: t`foto’s`,
    other: t`andere bestanden`,
    empty: t`lege bestanden`,
  };
  const left = Object.entries(seen.others).filter(([kind]) => kind !== "dicomdir");
  if (left.length === 0) return null;
  const told = left.map(([kind, count]) => `${showNumber(count)} ${words[kind] ?? kind}`).join(", ");
  return (
    <Text size="sm" c="dimmed">
      <Trans>Wat er verder op staat, is niet meegenomen: {told}.</Trans>
    </Text>
  );
}

function Findings({ seen }: { seen: Seen }) {
  const language = useLanguage();
  if (seen.findings.length === 0) return null;
  return (
    <ul className={classes.findings}>
      {seen.findings.map(({ reason, count, lacking }) => {
        const { text, remedy } = inLanguage(reason, language);
        return (
          <li key={reason.code} data-lacking={lacking}>
            <IconAlertTriangle size={18} aria-hidden className={classes.sign} />
            <div>
              <Text size="sm" fw={560}>
                {reason.code === "disc-several-patients" ? text : `${showNumber(count)} × ${text}`}
              </Text>
              {remedy !== "" && <Text size="sm">{remedy}</Text>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Study({ study, chosen, onChange }: { study: StudySeen; chosen: boolean; onChange: (on: boolean) => void }) {
  const { t } = useLingui();
  const description = clean(study.description) || t`Zonder omschrijving`;
  const [images, series] = [study.instances, study.series.length];
  return (
    <li>
      <Checkbox
        checked={chosen}
        onChange={(event) => onChange(event.currentTarget.checked)}
        disabled={images === 0}
        label={
          <span className={classes.study}>
            <bdi className={classes.strong}>{description}</bdi>
            <span>
              {[showDay(study.date), study.modalities.join(" "), clean(study.institution)]
                .filter((one) => one !== "")
                .join(" · ")}
            </span>
            <span className={classes.quiet}>
              <Plural value={series} one="# serie" other="# series" />
              {", "}
              <Plural value={images} one="# beeld" other="# beelden" />
              {`, ${showSize(study.bytes)}`}
            </span>
          </span>
        }
      />
    </li>
  );
}

interface PersonProps {
  patient: PatientSeen;
  alone: boolean;
  chosen: boolean;
  studies: ReadonlySet<string>;
  onChoose: () => void;
  onStudy: (uid: string, on: boolean) => void;
}

function Person({ patient, alone, chosen, studies, onChoose, onStudy }: PersonProps) {
  const line = <PatientLine patient={{ ...patient, number: patient.patient_number }} large />;
  return (
    <section className={classes.person} data-chosen={chosen && !alone}>
      {alone ? line : <Radio checked={chosen} onChange={onChoose} label={line} name="patient" />}
      <ul className={classes.plain}>
        {patient.studies.map((study) => (
          <Study
            key={study.uid}
            study={study}
            chosen={chosen && studies.has(study.uid)}
            onChange={(on) => onStudy(study.uid, on)}
          />
        ))}
      </ul>
    </section>
  );
}

function Partly({
  lacking,
  on,
  onChange,
}: {
  lacking: number;
  on: boolean;
  onChange: (on: boolean) => void;
}): ReactNode {
  if (lacking === 0) return null;
  return (
    <Checkbox
      checked={on}
      onChange={(event) => onChange(event.currentTarget.checked)}
      label={
        <Plural
          value={lacking}
          one="Inlezen zonder dit ene beeld dat niet te lezen is of ontbreekt"
          other="Inlezen zonder de # beelden die niet te lezen zijn of ontbreken"
        />
      }
    />
  );
}

export function Decide({ seen, last, onTake, onAgain, from: said = "", note: added = "", back }: Props) {
  const { t } = useLingui();
  const people = withImages(seen);
  const only = people.length === 1 ? people[0] : undefined;
  const [number, setNumber] = useState(only?.number ?? 0);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [from, setFrom] = useState(said);
  const [note, setNote] = useState(added);
  const [partly, setPartly] = useState(false);
  const whose = people.find((one) => one.number === number);
  const studies = (whose?.studies ?? []).filter((one) => one.instances > 0 && !left.has(one.uid));
  const images = studies.reduce((sum, one) => sum + one.instances, 0);
  const size = showSize(studies.reduce((sum, one) => sum + one.bytes, 0));
  const lacking = Math.max(seen.lacking, last?.missing ?? 0);
  const change = (patient: PatientSeen, uid: string, on: boolean) => {
    setNumber(patient.number);
    const next = new Set(patient.number === number ? left : patient.studies.map((one) => one.uid));
    if (on) next.delete(uid);
    else next.add(uid);
    setLeft(next);
  };
  const take = () =>
    onTake({ patient: number, studies: studies.map((one) => one.uid), brought_by: from, note, partly });
  return (
    <div className={classes.decide}>
      {last !== null && last.code !== "" && <Trouble error={new Failure("conflict", last.code)} compact />}
      {people.length === 0 ? (
        <Text fw={620}>
          <Trans>Er staat geen beeld op dat te lezen is.</Trans>
        </Text>
      ) : (
        <section className={classes.people} aria-label={t`Van wie`}>
          {people.map((patient) => (
            <Person
              key={patient.number}
              patient={patient}
              alone={only !== undefined}
              chosen={patient.number === number}
              studies={new Set(studies.map((one) => one.uid))}
              onChoose={() => {
                setNumber(patient.number);
                setLeft(new Set());
              }}
              onStudy={(uid, on) => change(patient, uid, on)}
            />
          ))}
        </section>
      )}
      <Findings seen={seen} />
      <Others seen={seen} />
      {people.length > 0 && (
        <div className={classes.words}>
          <TextInput
            label={t`Van wie is het gekomen`}
            description={t`Het ziekenhuis of de kliniek waar het vandaan komt`}
            value={from}
            maxLength={200}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <Textarea
            label={t`Opmerking voor wie het behandelt`}
            value={note}
            maxLength={1000}
            autosize
            minRows={2}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Partly lacking={lacking} on={partly} onChange={setPartly} />
        </div>
      )}
      <div className={classes.deeds}>
        {people.length > 0 && (
          <Button size="md" disabled={images === 0 || (lacking > 0 && !partly)} onClick={take}>
            {images === 0 ? (
              <Trans>Kies eerst van wie</Trans>
            ) : (
              <Plural value={images} one={`# beeld inlezen (${size})`} other={`# beelden inlezen (${size})`} />
            )}
          </Button>
        )}
        <Button size="md" variant="default" onClick={onAgain}>
          {back ?? <Trans>Iets anders kiezen</Trans>}
        </Button>
      </div>
    </div>
  );
}
