/** One report: how far it is, who wrote it and when, its text or PDF, and its earlier versions. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui as useCatalogue } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { useState } from "react";
import { showMomentFully } from "@/words/dates";
import { clean } from "@/words/person";
import sideStyles from "./side.module.css";
import { inForce, type ReportVersion, type StudyReport } from "./study-reports";
import styles from "./viewer.module.css";

const STATUS: Record<string, MessageDescriptor> = {
  preliminary: msg`Voorlopig verslag`,
  final: msg`Definitief verslag`,
  corrected: msg`Gecorrigeerd verslag`,
  cancelled: msg`Ingetrokken verslag: niet gebruiken`,
};

export function StudyReportView({ report }: { report: StudyReport }) {
  const { t } = useLingui();
  const { i18n } = useCatalogue();
  const [chosen, setChosen] = useState<number | null>(null);
  const standing = inForce(report);
  const version = report.versions.find((one) => one.number === chosen) ?? standing;
  if (version === undefined) return null;
  const word = (status: string) => {
    const found = STATUS[status];
    return found === undefined ? status : i18n._(found);
  };
  const named = (one: ReportVersion) => `${one.number}. ${word(one.status)} · ${showMomentFully(one.arrived)}`;
  return (
    <article className={sideStyles.given} data-status={version.status}>
      <h3 dir="auto">{clean(version.title) || <Trans>Verslag</Trans>}</h3>
      <p className={sideStyles.status}>{word(version.status)}</p>
      {version !== standing && (
        <p role="alert" className={sideStyles.older}>
          <Trans>Dit is een eerdere versie; de geldende is versie {standing?.number}.</Trans>
        </p>
      )}
      <Facts version={version} />
      {report.versions.length > 1 && (
        <Select
          label={t`Versie`}
          value={String(version.number)}
          onChange={(value) => setChosen(value === null ? null : Number(value))}
          allowDeselect={false}
          data={report.versions.map((one) => ({ value: String(one.number), label: named(one) }))}
          mb="sm"
        />
      )}
      {version.text !== "" && (
        <p className={sideStyles.reportText} dir="auto">
          {version.text}
        </p>
      )}
      {version.document !== "" && (
        <iframe className={sideStyles.document} src={`${version.document}#navpanes=0`} title={t`Verslag als PDF`} />
      )}
    </article>
  );
}

function Facts({ version }: { version: ReportVersion }) {
  const author = clean(version.author);
  const verifier = clean(version.verifier);
  return (
    <p className={styles.quiet}>
      {author !== "" && (
        <>
          <Trans>Verslaglegger</Trans>: <bdi>{author}</bdi>
          <br />
        </>
      )}
      {verifier !== "" && (
        <>
          <Trans>Geautoriseerd door</Trans>: <bdi>{verifier}</bdi>
          <br />
        </>
      )}
      {version.written > 0 && (
        <>
          <Trans>Geschreven</Trans>: {showMomentFully(version.written)}
          <br />
        </>
      )}
      <Trans>Binnengekomen</Trans>: {showMomentFully(version.arrived)}
    </p>
  );
}
