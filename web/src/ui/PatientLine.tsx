/** Who it is about: name, birth date with age, sex, number. */
import { useLingui } from "@lingui/react/macro";
import type { Patient } from "@/api/types";
import { ageOf, showDay } from "@/words/dates";
import { clean, listName } from "@/words/person";
import { SEXES } from "@/words/states";
import classes from "./PatientLine.module.css";

export function PatientLine({ patient, large = false }: { patient: Patient | null; large?: boolean }) {
  const { i18n, t } = useLingui();
  if (patient === null) return <div className={classes.none}>{t`Patiënt nog niet bekend`}</div>;
  const name = listName(patient.name);
  const age = ageOf(patient.birth_date);
  const sex = SEXES[patient.sex];
  return (
    <div className={classes.patient}>
      <bdi className={large ? classes.large : classes.name}>{name === "" ? t`Zonder naam` : name}</bdi>
      <div className={classes.facts}>
        <span>
          {patient.birth_date === "" ? t`geboortedatum onbekend` : showDay(patient.birth_date)}
          {age !== undefined && ` (${age})`}
        </span>
        {sex !== undefined && <span>{i18n._(sex)}</span>}
        {patient.number !== "" && <bdi>{clean(patient.number)}</bdi>}
      </div>
    </div>
  );
}
