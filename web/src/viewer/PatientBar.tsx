/** Always on screen: who, where and when the pictures are of, what they are not for, and how many are here. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconWifiOff } from "@tabler/icons-react";
import type { JoinedStudy, StudyHeader } from "@/join";
import { clean } from "@/words/person";
import { useDesk, useDeskState } from "./context";
import { patientWords, studyMoment } from "./patient";
import { useStore } from "./store";
import styles from "./viewer.module.css";

export function PatientBar({ notForDiagnosis }: { notForDiagnosis: boolean }) {
  const desk = useDesk();
  useDeskState((state) => state.version);
  const all = desk.patientNumbers();
  const alone = useAlone(all);
  const studies = desk.studies.filter((study) => study.header !== null && (!alone || study.id === alone));
  const numbers = studies.map((study) => all[desk.studies.indexOf(study)] ?? 0);
  const several = new Set(numbers).size > 1;
  const offline = studies.some((study) => study.offline);
  return (
    <header className={styles.bar}>
      <h1 className="bb-hidden">
        <Trans>Beelden bekijken</Trans>
      </h1>
      <div className={styles.patients}>
        {studies.map((study, place) => (
          <Patient
            key={study.id}
            study={study}
            header={study.header as StudyHeader}
            number={numbers[place] ?? 0}
            several={several}
          />
        ))}
        {studies.length === 0 && (
          <p className={styles.quiet}>
            <Trans>Onderzoek wordt geopend…</Trans>
          </p>
        )}
      </div>
      <div className={styles.barEnd}>
        {several && (
          <p className={styles.danger} role="alert">
            <IconAlertTriangle size={18} aria-hidden />
            <Trans>Twee patiënten in dit venster</Trans>
          </p>
        )}
        {studies.some((study) => study.header?.mixedPatients) && (
          <p className={styles.danger} role="alert">
            <IconAlertTriangle size={18} aria-hidden />
            <Trans>Namen in dit onderzoek spreken elkaar tegen</Trans>
          </p>
        )}
        {offline && (
          <p className={styles.warning} role="status">
            <IconWifiOff size={16} aria-hidden />
            <Trans>Geen verbinding; laden gaat vanzelf verder</Trans>
          </p>
        )}
        <Arriving studies={studies} />
        {notForDiagnosis && (
          <p className={styles.notForDiagnosis}>
            <Trans>Niet voor primaire diagnostiek</Trans>
          </p>
        )}
      </div>
    </header>
  );
}

/** The study that a narrow screen shows, one at a time; none where there is room, or where another patient is open. */
function useAlone(numbers: readonly number[]): string | null {
  const desk = useDesk();
  const active = useDeskState((state) => state.active);
  const pane = desk.panes[active];
  const shown = useStore((pane?.state ?? desk.state) as NonNullable<typeof pane>["state"], (state) => state.study);
  const known = desk.studies.some((study) => study.id === shown && study.header !== null);
  return desk.narrow && known && new Set(numbers).size < 2 ? (shown ?? null) : null;
}

function Patient(props: { study: JoinedStudy; header: StudyHeader; number: number; several: boolean }) {
  const { header, number, several } = props;
  const { t } = useLingui();
  const words = patientWords(header);
  const sex = { M: t`man`, F: t`vrouw`, O: t`anders` }[header.sex] ?? "";
  const description = clean(header.description);
  return (
    <section className={styles.patient} data-colour={several ? number : undefined} aria-label={t`Patiënt`}>
      <p className={styles.patientName} dir="auto">
        {words.name || t`Naam onbekend`}
      </p>
      <p className={styles.patientFacts}>
        <span>
          {words.born
            ? words.age === undefined
              ? words.born
              : t`${words.born} (${words.age} jr)`
            : t`geboren: onbekend`}
        </span>
        {sex && <span>{sex}</span>}
        <span>{words.number || t`nummer onbekend`}</span>
        <span className={styles.hospital} dir="auto">
          {clean(header.hospital) || t`ziekenhuis onbekend`}
        </span>
        <span>{studyMoment(header.studyDate, header.studyTime) || t`datum onbekend`}</span>
        {description && (
          <span className={styles.quiet} dir="auto">
            {description}
          </span>
        )}
      </p>
    </section>
  );
}

function Arriving({ studies }: { studies: readonly JoinedStudy[] }) {
  const { t } = useLingui();
  const coming = studies.filter((study) => study.state === "arriving" || study.progress.here < study.progress.total);
  if (coming.length === 0) return null;
  const here = coming.reduce((sum, study) => sum + study.progress.here, 0);
  const total = coming.reduce((sum, study) => sum + study.progress.total, 0);
  return (
    <Tooltip label={t`U kunt al kijken; wat binnenkomt wordt vanzelf ingevoegd.`}>
      <p className={styles.arriving} role="status">
        <progress value={here} max={Math.max(total, 1)} aria-label={t`Binnengekomen beelden`} />
        <Trans>
          komt nog binnen: {here} van {total}
        </Trans>
      </p>
    </Tooltip>
  );
}
