/** The series of what is open: a small picture each, with how many pictures it has; and what else there is to read. */

import { cache, imageLoader } from "@cornerstonejs/core";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { IconAlertTriangle, IconFileText, IconHistory, IconReportMedical, IconStar } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { JoinedSeries, JoinedStudy, StudyHeader } from "@/join";
import { clean } from "@/words/person";
import { useDesk, useDeskState } from "./context";
import { PriorHint } from "./Priors";
import { patientWords, studyMoment } from "./patient";
import { rejectedIn } from "./rejected";
import styles from "./side.module.css";
import { useStore } from "./store";
import { useStudyReports } from "./study-reports";
import { shrink } from "./thumbnail";
import { clampWindow, toRange } from "./windowing";

const SIZE = 112;

export function Thumbnails() {
  const desk = useDesk();
  const { t } = useLingui();
  useDeskState((state) => state.version);
  const numbers = desk.patientNumbers();
  const several = new Set(numbers).size > 1;
  return (
    <nav className={styles.thumbnails} aria-label={t`Series`}>
      {desk.studies.map((study, place) => (
        <section key={study.id} className={styles.thumbnailStudy} data-colour={several ? numbers[place] : undefined}>
          {desk.studies.length > 1 && study.header && (
            <StudyTitle header={study.header} prior={place > 0} several={several} />
          )}
          <ul>
            {study.series
              .filter((series) => series.kind === "images" && series.imageIds.length > 0)
              .map((series) => (
                <li key={series.id}>
                  <Thumbnail study={study} series={series} />
                </li>
              ))}
          </ul>
          <Others study={study} />
        </section>
      ))}
      <PriorHint />
    </nav>
  );
}

function StudyTitle({ header, prior, several }: { header: StudyHeader; prior: boolean; several: boolean }) {
  const when = studyMoment(header.studyDate, "");
  return (
    <h2 className={styles.thumbnailTitle} dir="auto">
      {prior && !several && <IconHistory size={13} aria-hidden />}{" "}
      {several ? patientWords(header).name : prior ? <Trans>Ernaast:</Trans> : <Trans>Dit onderzoek:</Trans>} {when}
    </h2>
  );
}

function Thumbnail({ study, series }: { study: JoinedStudy; series: JoinedSeries }) {
  const desk = useDesk();
  const active = useDeskState((state) => state.active);
  const shownIn = desk.visible().findIndex((pane) => pane.series?.id === series.id && pane.study === study);
  const current = useShown(active, series, study);
  const total = series.imageIds.length;
  const back = rejectedIn(study, series);
  return (
    <button
      type="button"
      className={styles.thumbnail}
      draggable
      data-current={current || undefined}
      data-shown={shownIn >= 0 || undefined}
      aria-pressed={current}
      onClick={() => void desk.show(study, series)}
      onDragStart={(event) => event.dataTransfer.setData("text/x-beeldbrug-series", `${study.id}\n${series.id}`)}
    >
      <Small series={series} />
      <span className={styles.thumbnailName} dir="auto">
        {clean(series.description || series.protocol) || series.modality}
      </span>
      <span className={styles.thumbnailFacts}>
        <span>
          {series.modality} {series.number ?? ""}
        </span>
        <span>
          {series.here < total ? `${series.here}/` : ""}
          <Plural value={total} one="# beeld" other="# beelden" />
        </span>
      </span>
      {back > 0 && (
        <span className={styles.thumbnailRejected}>
          <IconAlertTriangle size={13} aria-hidden />{" "}
          {back >= series.instances.length ? (
            <Trans>teruggenomen</Trans>
          ) : (
            <Plural value={back} one="# teruggenomen" other="# teruggenomen" />
          )}
        </span>
      )}
    </button>
  );
}

/** Whether the active pane shows this series; watches that pane. */
function useShown(active: number, series: JoinedSeries, study: JoinedStudy): boolean {
  const desk = useDesk();
  const pane = desk.panes[active];
  const none = useRef(desk.state as never);
  return useStore((pane?.state ?? none.current) as NonNullable<typeof pane>["state"], (state) => {
    return state.series === series.id && state.study === study.id;
  });
}

function Small({ series }: { series: JoinedSeries }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failed, setFailed] = useState(false);
  const imageId = series.thumbnail;
  useEffect(() => {
    let gone = false;
    if (!imageId) return undefined;
    const timer = window.setTimeout(async () => {
      try {
        const image = cache.getImage(imageId) ?? (await imageLoader.loadAndCacheImage(imageId));
        if (!gone && canvas.current) draw(canvas.current, image);
      } catch {
        if (!gone) setFailed(true);
      }
    }, 60);
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [imageId]);
  if (failed)
    return (
      <span className={styles.thumbnailFailed}>
        <Trans>niet te tonen</Trans>
      </span>
    );
  return <canvas ref={canvas} width={SIZE} height={SIZE} className={styles.small} aria-hidden />;
}

type Image = NonNullable<ReturnType<typeof cache.getImage>>;

function draw(canvas: HTMLCanvasElement, image: Image): void {
  const first = (value: number | number[]) => (Array.isArray(value) ? (value[0] ?? Number.NaN) : value);
  const asked = { center: first(image.windowCenter), width: first(image.windowWidth) };
  const { window } = clampWindow(asked, image.minPixelValue, image.maxPixelValue);
  const { columns, rows, color, rgba, numberOfComponents, invert } = image;
  const pixels = shrink(
    { columns, rows, color, rgba, numberOfComponents, invert, ...toRange(window), pixels: image.getPixelData() },
    SIZE,
  );
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, SIZE, SIZE), 0, 0);
}

/** Reports, documents, key objects and presentation states, which have no picture of their own. */
function Others({ study }: { study: JoinedStudy }) {
  const desk = useDesk();
  const count = (...kinds: string[]) =>
    study.series
      .filter((series) => kinds.includes(series.kind))
      .reduce((sum, series) => sum + series.instances.length, 0);
  const beside = useStudyReports().entries.filter((one) => one.study === study).length;
  const [documents, keys, states] = [
    beside + count("document", "report", "video"),
    count("key-objects"),
    count("presentation"),
  ];
  return (
    <div className={styles.others}>
      {documents > 0 && (
        <button type="button" onClick={() => desk.togglePanel("documents")}>
          <IconReportMedical size={15} aria-hidden />
          <Plural value={documents} one="# verslag of document" other="# verslagen en documenten" />
        </button>
      )}
      {keys > 0 && (
        <button type="button" onClick={() => desk.togglePanel("key-images")}>
          <IconStar size={15} aria-hidden />
          <Trans>Bewaarde sleutelbeelden</Trans>
        </button>
      )}
      {states > 0 && (
        <button type="button" onClick={() => desk.togglePanel("presentations")}>
          <IconFileText size={15} aria-hidden />
          <Plural value={states} one="# weergave" other="# weergaven" />
        </button>
      )}
    </div>
  );
}
