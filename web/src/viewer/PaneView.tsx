/** One pane on the screen: the place of its picture, with texts, marks and faults over it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import type { StudyHeader } from "@/join";
import { clean } from "@/words/person";
import { useDesk, useDeskState } from "./context";
import { FaultCard } from "./FaultCard";
import { OverlayPlanes } from "./OverlayPlanes";
import { PaneTexts } from "./PaneTexts";
import { PaneWarnings } from "./PaneWarnings";
import { PresentationMarks } from "./PresentationMarks";
import type { Pane } from "./pane";
import styles from "./pane.module.css";
import { patientWords, studyMoment } from "./patient";
import { ReferenceLines } from "./ReferenceLines";
import { RemotePointer } from "./RemotePointer";
import { ScrollBar } from "./ScrollBar";
import { seriesName } from "./series-name";
import { useStore } from "./store";

export function PaneView({ pane, place, colour }: { pane: Pane; place: number; colour: number | undefined }) {
  const desk = useDesk();
  const { t } = useLingui();
  const holder = useRef<HTMLDivElement>(null);
  const active = useDeskState((state) => state.active === place);
  const texts = useDeskState((state) => state.texts);
  useDeskState((state) => state.version);
  const series = useStore(pane.state, (state) => state.series);
  const fault = useStore(pane.state, (state) => state.fault);
  const wanted = useStore(pane.state, (state) => state.wanted);
  const index = useStore(pane.state, (state) => state.index);
  useEffect(() => (holder.current ? desk.mount(pane, holder.current) : undefined), [desk, pane]);
  const header = series ? (pane.study?.header ?? null) : null;
  const name = series ? t`Vak ${place + 1}: ${seriesName(pane.series)}` : t`Vak ${place + 1}: leeg`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a pane is a group of a picture and its texts, not a fieldset
    <div
      className={styles.pane}
      role="group"
      data-active={active || undefined}
      data-colour={colour}
      aria-label={name}
      onPointerDownCapture={() => desk.activate(place)}
      onDoubleClick={() => desk.toggleLarge()}
      onContextMenu={(event) => event.preventDefault()}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => dropped(event, desk, place)}
    >
      {header && colour !== undefined && <PaneHead header={header} />}
      <div className={styles.picture}>
        <div ref={holder} className={styles.viewport} data-testid="viewport" />
        <OverlayPlanes pane={pane} />
        <PresentationMarks pane={pane} />
        <ReferenceLines pane={pane} />
        <RemotePointer pane={pane} />
        {texts && <PaneTexts pane={pane} />}
        <PaneWarnings pane={pane} />
        {wanted !== null && (
          <p className={styles.loading} role="status">
            {index < 0 ? <Trans>Laden…</Trans> : <Trans>Beeld {wanted + 1} laadt…</Trans>}
          </p>
        )}
        {fault && <FaultCard fault={fault} number={index + 1} />}
        {!series && (
          <p className={styles.emptyPane}>
            <Trans>Sleep hier een serie heen, of kies er links een.</Trans>
          </p>
        )}
        <ScrollBar pane={pane} />
      </div>
    </div>
  );
}

function dropped(event: React.DragEvent, desk: ReturnType<typeof useDesk>, place: number): void {
  event.preventDefault();
  const [studyId, seriesId] = event.dataTransfer.getData("text/x-beeldbrug-series").split("\n");
  const study = desk.study(studyId ?? null);
  const series = study?.series.find((one) => one.id === seriesId);
  if (!study || !series) return;
  desk.activate(place);
  void desk.show(study, series, place);
}

/** With two patients, or a prior, every pane says whose it is. */
function PaneHead({ header }: { header: StudyHeader }) {
  const words = patientWords(header);
  return (
    <p className={styles.paneHead} dir="auto">
      <strong>{words.name}</strong> {words.born} · {studyMoment(header.studyDate, "")} · {clean(header.hospital)}
    </p>
  );
}
