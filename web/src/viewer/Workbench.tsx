/** The whole screen of the viewer: banner, toolbar, series, panes, panels. */
import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useRef } from "react";
import { ArrowText } from "./ArrowText";
import { useDesk, useDeskState } from "./context";
import { Help } from "./Help";
import { cellsOf } from "./layouts";
import { MprView } from "./MprView";
import { NoteLine } from "./NoteLine";
import { PaneView } from "./PaneView";
import { PatientBar } from "./PatientBar";
import paneStyles from "./pane.module.css";
import { MakePicture } from "./picture/MakePicture";
import { SidePanel } from "./SidePanel";
import { Thumbnails } from "./Thumbnails";
import { Toolbar } from "./Toolbar";
import { useKeys } from "./useKeys";
import styles from "./viewer.module.css";

export function Workbench({ notForDiagnosis, children }: { notForDiagnosis: boolean; children?: ReactNode }) {
  const { t } = useLingui();
  const desk = useDesk();
  useKeys(desk);
  return (
    <div className={styles.workbench}>
      <PatientBar notForDiagnosis={notForDiagnosis} />
      <Toolbar />
      <div className={styles.middle}>
        <Thumbnails />
        <main className={styles.main} aria-label={t`Beelden`}>
          <Stage />
        </main>
        <SidePanel />
        {children}
      </div>
      <NoteLine />
      <Help />
      <ArrowText />
      <MakePicture />
    </div>
  );
}

function Stage() {
  const desk = useDesk();
  const mode = useDeskState((state) => state.mode);
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!holder.current) return undefined;
    const watch = new ResizeObserver(() => desk.resize());
    watch.observe(holder.current);
    return () => watch.disconnect();
  }, [desk]);
  return (
    <div ref={holder} className={paneStyles.stage}>
      {mode === "mpr" && desk.mpr ? <MprView mpr={desk.mpr} /> : <Panes />}
    </div>
  );
}

function Panes() {
  const desk = useDesk();
  const layout = useDeskState((state) => state.layout);
  const large = useDeskState((state) => state.large);
  useDeskState((state) => state.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a pane that grew must be drawn in its new size
  useEffect(() => desk.resize(), [desk, layout, large]);
  const numbers = desk.patientNumbers();
  const several = desk.studies.length > 1;
  return (
    <div
      className={paneStyles.panes}
      data-large={large === null ? undefined : ""}
      style={{
        gridTemplate: large === null ? `repeat(${layout.rows}, 1fr) / repeat(${layout.columns}, 1fr)` : "1fr / 1fr",
      }}
    >
      {desk.panes.slice(0, cellsOf(layout)).map((pane, place) => (
        <div key={pane.id} className={paneStyles.cell} hidden={large !== null && large !== place}>
          <PaneView
            pane={pane}
            place={place}
            colour={several ? numbers[desk.studies.indexOf(pane.study as never)] : undefined}
          />
        </div>
      ))}
    </div>
  );
}
