/** Reports, those beside the study first: SR as text, PDF in the browser's own sandboxed reader, video in its player. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { useState } from "react";
import type { JoinedInstance, JoinedSeries, JoinedStudy } from "@/join";
import { Trouble } from "@/ui/Trouble";
import { clean, spokenName } from "@/words/person";
import { useDesk, useDeskState } from "./context";
import { text } from "./dataset";
import { showImage } from "./key-objects";
import { studyMoment } from "./patient";
import { StudyReportView } from "./StudyReport";
import sideStyles from "./side.module.css";
import { type ReportItem, readReport } from "./sr-tree";
import { inForce, type ReportEntry, useStudyReports } from "./study-reports";
import styles from "./viewer.module.css";

interface Entry {
  study: JoinedStudy;
  series: JoinedSeries;
  instance: JoinedInstance;
}

const KINDS = ["report", "document", "video"];

export function Documents() {
  const desk = useDesk();
  const { t } = useLingui();
  useDeskState((state) => state.version);
  const [chosen, setChosen] = useState<string | null>(null);
  const entries = desk.studies.flatMap((study) =>
    study.series
      .filter((series) => KINDS.includes(series.kind))
      .flatMap((series) => series.instances.map((instance): Entry => ({ study, series, instance }))),
  );
  const { entries: given, error, again } = useStudyReports();
  const all: readonly (Entry | ReportEntry)[] = [...given, ...entries];
  const entry = all.find((one) => keyOf(one) === chosen) ?? all[0];
  const trouble = error !== null && <Trouble error={error} retry={again} compact />;
  if (!entry) return trouble || <p className={styles.quiet}>{t`Bij dit onderzoek is geen verslag of document.`}</p>;
  return (
    <>
      {trouble}
      {all.length > 1 && (
        <Select
          label={t`Document`}
          value={keyOf(entry)}
          onChange={setChosen}
          allowDeselect={false}
          data={all.map((one) => ({
            value: keyOf(one),
            label: "report" in one ? clean(inForce(one.report)?.title ?? "") || t`Verslag` : titleOf(one),
          }))}
          mb="sm"
        />
      )}
      {"report" in entry ? (
        <StudyReportView key={keyOf(entry)} report={entry.report} />
      ) : (
        <Document key={keyOf(entry)} entry={entry} />
      )}
    </>
  );
}

function keyOf(entry: Entry | ReportEntry): string {
  return "report" in entry ? `${entry.study.id}/report/${entry.report.id}` : `${entry.study.id}/${entry.instance.id}`;
}

function titleOf({ series, instance }: Entry): string {
  const title =
    text(instance.attributes, "00420010") || (series.kind === "report" ? readReport(instance.attributes).title : "");
  return clean(title || series.description || series.modality) || series.modality;
}

function Document({ entry }: { entry: Entry }) {
  const { t } = useLingui();
  const { series, instance } = entry;
  if (series.kind === "report") return <ReportView entry={entry} />;
  if (series.kind === "video" && instance.videoUrl)
    // biome-ignore lint/a11y/useMediaCaption: a film of an endoscope has no spoken words
    return <video className={sideStyles.document} src={instance.videoUrl} controls />;
  if (instance.documentUrl)
    return <iframe className={sideStyles.document} src={instance.documentUrl} title={t`Document: ${titleOf(entry)}`} />;
  return <p>{t`Dit document kan hier niet worden getoond. Zet het onderzoek in uw PACS om het te openen.`}</p>;
}

function ReportView({ entry }: { entry: Entry }) {
  const desk = useDesk();
  const report = readReport(entry.instance.attributes);
  return (
    <article className={sideStyles.report}>
      <h3 dir="auto">{clean(report.title)}</h3>
      <p className={styles.quiet}>
        {studyMoment(report.date, report.time)}
        {report.verified ? (
          <>
            {" · "}
            <Trans>geverifieerd</Trans>
            {report.verifiers.length > 0 && ` (${report.verifiers.map(spokenName).join(", ")})`}
          </>
        ) : (
          <>
            {" · "}
            {report.completed ? <Trans>niet geverifieerd</Trans> : <Trans>voorlopig, niet af</Trans>}
          </>
        )}
      </p>
      <Items items={report.items} onImage={(sop, frame) => showImage(desk, entry.study, sop, frame)} />
    </article>
  );
}

function Items({ items, onImage }: { items: readonly ReportItem[]; onImage: (sop: string, frame: number) => void }) {
  if (items.length === 0) return null;
  return (
    <ul>
      {items.map((item, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items of a report have no name and keep their order
        <li key={place}>
          <ItemLine item={item} onImage={onImage} />
          <Items items={item.children} onImage={onImage} />
        </li>
      ))}
    </ul>
  );
}

function ItemLine({ item, onImage }: { item: ReportItem; onImage: (sop: string, frame: number) => void }) {
  const { image } = item;
  const name = clean(item.name);
  if (image)
    return (
      <button type="button" onClick={() => onImage(image.sop, image.frame)}>
        {name || <Trans>beeld</Trans>}: <Trans>toon beeld</Trans>
      </button>
    );
  if (item.kind === "CONTAINER") return <h4 dir="auto">{name}</h4>;
  const value = item.kind === "PNAME" ? spokenName(item.value) : item.value;
  return (
    <p dir="auto">
      {name && <span className={styles.quiet}>{name}: </span>}
      <span className={sideStyles.reportValue}>{value}</span>
    </p>
  );
}
