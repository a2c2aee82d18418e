/** Three planes with the lines in which they cut each other. */

import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import { useEffect, useRef } from "react";
import { clean } from "@/words/person";
import { useDesk } from "./context";
import { currentBackend } from "./engine";
import { dot, type Vector } from "./geometry";
import type { Mpr, MprPane } from "./mpr";
import { ACROSS, type PlaneName, reach } from "./mpr-planes";
import styles from "./pane.module.css";
import { useStore } from "./store";
import { windowText } from "./windowing";

const NAMES = { axial: msg`Axiaal`, coronal: msg`Coronaal`, sagittal: msg`Sagittaal` };
const EDGES: Record<PlaneName, [string, string, string, string]> = {
  axial: ["R", "L", "A", "P"],
  coronal: ["R", "L", "H", "F"],
  sagittal: ["A", "P", "H", "F"],
};
const SLABS = ["0", "5", "10", "20"];

export function MprView({ mpr }: { mpr: Mpr }) {
  return (
    <div className={styles.mpr}>
      {mpr.panes.map((pane) => (
        <PlaneView key={pane.id} pane={pane} mpr={mpr} />
      ))}
    </div>
  );
}

function PlaneView({ pane, mpr }: { pane: MprPane; mpr: Mpr }) {
  const desk = useDesk();
  const { i18n, t } = useLingui();
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => (holder.current ? desk.mountMpr(pane, holder.current) : undefined), [desk, pane]);
  const name = i18n._(NAMES[pane.plane]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a plane is a group of a picture and its texts, not a fieldset
    <div
      className={styles.pane}
      role="group"
      aria-label={t`MPR: ${name}`}
      data-plane={pane.plane}
      onContextMenu={(event) => event.preventDefault()}
    >
      <div className={styles.picture}>
        <div ref={holder} className={styles.viewport} data-testid="viewport" />
        <Crosshair pane={pane} mpr={mpr} />
        <PlaneTexts pane={pane} mpr={mpr} name={name} />
        {pane.plane === "axial" && currentBackend() === "gpu" && <Slab mpr={mpr} />}
        <Building mpr={mpr} />
      </div>
    </div>
  );
}

function PlaneTexts({ pane, mpr, name }: { pane: MprPane; mpr: Mpr; name: string }) {
  const { point, window, loaded, total } = useStore(mpr.state);
  const shown = windowText(window);
  const [left, right, top, bottom] = EDGES[pane.plane];
  return (
    <div className={styles.texts}>
      <p className={styles.topLeft}>
        <span data-plane-name={pane.plane}>{name}</span>
        <span dir="auto">{clean(mpr.series.description)}</span>
      </p>
      <p className={styles.bottomLeft}>
        <span>
          {pane.number()} / {pane.length()}
        </span>
        <span>{dot(point, ACROSS[pane.plane]).toFixed(1)} mm</span>
      </p>
      <p className={styles.bottomRight}>
        {loaded < total && (
          <span className={styles.warningText}>
            <Trans>
              volume: {loaded} van {total}
            </Trans>
          </span>
        )}
        <span>
          W {shown.width} L {shown.center}
        </span>
      </p>
      <span className={styles.left}>{left}</span>
      <span className={styles.right}>{right}</span>
      <span className={styles.top}>{top}</span>
      <span className={styles.bottom}>{bottom}</span>
    </div>
  );
}

/** While pictures are gathered for the volume. */
function Building({ mpr }: { mpr: Mpr }) {
  const { loaded, total, built } = useStore(mpr.state);
  if (built) return null;
  return (
    <p className={styles.emptyPane} role="status">
      <Trans>
        Volume wordt opgebouwd: {loaded} van {total}
      </Trans>
    </p>
  );
}

/** The other two planes as lines, with a gap in the middle so that the spot itself is seen. */
function Crosshair({ pane, mpr }: { pane: MprPane; mpr: Mpr }) {
  const { point } = useStore(mpr.state);
  const centre = pane.toCanvas(point);
  if (!centre) return null;
  return (
    <svg className={styles.marks} aria-hidden>
      {mpr.panes
        .filter((other) => other !== pane)
        .map((other) => (
          <Cut key={other.id} pane={pane} mpr={mpr} other={other.plane} centre={centre} point={point} />
        ))}
    </svg>
  );
}

const GAP = 14;

function Cut(props: { pane: MprPane; mpr: Mpr; other: PlaneName; centre: readonly [number, number]; point: Vector }) {
  const { pane, mpr, other, centre, point } = props;
  // the line in which the other plane cuts this one runs across the third
  const third = (Object.keys(ACROSS) as PlaneName[]).find(
    (plane) => plane !== other && plane !== pane.plane,
  ) as PlaneName;
  const [low, high] = reach(mpr.block, third);
  const at = (place: number) =>
    pane.toCanvas(
      point.map(
        (part, axis) => part + (ACROSS[third][axis] as number) * (place - dot(point, ACROSS[third])),
      ) as unknown as Vector,
    );
  return (
    <>
      {[at(low), at(high)].map((end, side) => {
        if (!end) return null;
        const away = Math.hypot(end[0] - centre[0], end[1] - centre[1]);
        if (away <= GAP) return null;
        const from = [0, 1].map(
          (axis) => (centre[axis] as number) + (((end[axis] as number) - (centre[axis] as number)) * GAP) / away,
        );
        return (
          <line
            // biome-ignore lint/suspicious/noArrayIndexKey: the two halves of one line
            key={side}
            x1={from[0]}
            y1={from[1]}
            x2={end[0]}
            y2={end[1]}
            className={styles.cut}
            data-plane={other}
          />
        );
      })}
    </>
  );
}

function Slab({ mpr }: { mpr: Mpr }) {
  const { t } = useLingui();
  const { slab } = useStore(mpr.state);
  return (
    <div className={styles.slab}>
      <SegmentedControl
        size="xs"
        aria-label={t`Plak van de helderste waarden (MIP), in mm`}
        value={`${slab}`}
        onChange={(value) => mpr.setSlab(Number(value))}
        data={SLABS.map((value) => ({ value, label: value === "0" ? t`coupe` : t`MIP ${value}` }))}
      />
    </div>
  );
}
