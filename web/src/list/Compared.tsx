/** The sender's patient and one of the own, side by side: what differs is red, what nearly agrees is marked. */
import { useLingui } from "@lingui/react/macro";
import { IconAlertTriangle, IconCheck, IconTilde } from "@tabler/icons-react";
import type { Candidate, Patient } from "@/api/types";
import { showDay } from "@/words/dates";
import { clean, listName } from "@/words/person";
import { SEXES } from "@/words/states";
import classes from "./Compared.module.css";

type Agreement = "same" | "alike" | "different" | "unknown";
type Field = "family" | "given" | "birth_date" | "sex" | "bsn";

const FIELDS: readonly Field[] = ["bsn", "birth_date", "family", "given", "sex"];

/** The fields that say something, those that contradict first. */
export function remarks(likeness: Candidate["likeness"]): { field: Field; agreement: Agreement }[] {
  const rank: Record<string, number> = { different: 0, alike: 1, same: 2 };
  return FIELDS.map((field) => ({ field, agreement: likeness[field] as Agreement }))
    .filter(({ agreement }) => agreement in rank)
    .sort((a, b) => (rank[a.agreement] ?? 3) - (rank[b.agreement] ?? 3));
}

/** In a few words how a candidate is like the arrival. */
export function Remarks({ likeness }: { likeness: Candidate["likeness"] }) {
  const { t } = useLingui();
  const names: Record<Field, string> = {
    family: t`achternaam`,
    given: t`voornaam`,
    birth_date: t`geboortedatum`,
    sex: t`geslacht`,
    bsn: t`BSN`,
  };
  const say: Record<string, (name: string) => string> = {
    same: (name) => t`${name} gelijk`,
    alike: (name) => t`${name} bijna gelijk`,
    different: (name) => t`${name} wijkt af`,
  };
  return (
    <ul className={classes.remarks}>
      {remarks(likeness).map(({ field, agreement }) => (
        <li key={field} data-agreement={agreement}>
          <Sign agreement={agreement} />
          {say[agreement]?.(names[field])}
        </li>
      ))}
    </ul>
  );
}

function Sign({ agreement }: { agreement: Agreement }) {
  if (agreement === "same") return <IconCheck size={14} aria-hidden />;
  return agreement === "alike" ? <IconTilde size={14} aria-hidden /> : <IconAlertTriangle size={14} aria-hidden />;
}

/** The attributes that a BSN may stand in, by their names in the standard (PS3.6). */
const ATTRIBUTES: Record<string, string> = {
  "(0010,0020)": "Patient ID",
  "(0010,1000)": "Other Patient IDs",
  "(0010,1002)": "Other Patient IDs Sequence",
};

/** Where a BSN was found, as whoever must mend it at the sender's can look it up. */
function placeOf(source: string): string {
  const name = ATTRIBUTES[source];
  return name === undefined ? clean(source) : `${name} ${source}`;
}

interface Props {
  arrived: Patient | null;
  /** BSN of the arrival, and the attribute that it stood in; empty when there was none. */
  bsn: string;
  source: string;
  found: Candidate;
}

export function Compared({ arrived, bsn, source, found }: Props) {
  const { i18n, t } = useLingui();
  const { patient, likeness } = found;
  const sexOf = (sex: string) => (SEXES[sex] === undefined ? "" : i18n._(SEXES[sex]));
  const rows: [string, string, string, string, string?][] = [
    [t`Naam`, listName(arrived?.name ?? ""), listName(patient.name), worst(likeness.family, likeness.given)],
    [t`Geboortedatum`, showDay(arrived?.birth_date ?? ""), showDay(patient.birth_date), likeness.birth_date],
    [t`Geslacht`, sexOf(arrived?.sex ?? ""), sexOf(patient.sex), likeness.sex],
    [t`BSN`, bsn, found.bsn, likeness.bsn, bsn === "" ? "" : placeOf(source)],
    [t`Patiëntnummer`, numbered(arrived), numbered(patient), "unknown"],
  ];
  return (
    <table className={classes.compared}>
      <thead>
        <tr>
          <td />
          <th scope="col">{t`Afzender`}</th>
          <th scope="col">{t`Bij ons`}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, theirs, ours, agreement, place]) => (
          <tr key={name} data-agreement={agreement}>
            <th scope="row">{name}</th>
            <td dir="auto">
              {theirs || "–"}
              {place && <div className={classes.place}>{place}</div>}
            </td>
            <td dir="auto">
              {ours || "–"}
              {agreement === "different" && <span className={classes.word}> {t`wijkt af`}</span>}
              {agreement === "alike" && <span className={classes.word}> {t`bijna gelijk`}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of two fields in one line the one that contradicts more. */
function worst(one: string, other: string): string {
  const order = ["different", "alike", "unknown", "same"];
  return order.find((agreement) => one === agreement || other === agreement) ?? "unknown";
}

function numbered(patient: Patient | null): string {
  return [patient?.number, patient?.issuer]
    .map((part) => clean(part ?? ""))
    .filter(Boolean)
    .join(" · ");
}
