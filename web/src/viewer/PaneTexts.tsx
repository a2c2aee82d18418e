/** Texts in the corners of a pane: which picture, where it lies, how it is shown, and which way is up. */
import { Trans, useLingui } from "@lingui/react/macro";
import { IconAlertTriangle, IconChevronLeft, IconChevronRight, IconStarFilled } from "@tabler/icons-react";
import { clean } from "@/words/person";
import { useDesk, useDeskState } from "./context";
import { number } from "./dataset";
import { planeOf } from "./describe";
import { directionLetters, type Vector } from "./geometry";
import { markOf } from "./key-objects";
import type { Pane } from "./pane";
import styles from "./pane.module.css";
import { studyMoment } from "./patient";
import { presetsFor } from "./presets";
import { whyRejected } from "./rejected";
import { useStore } from "./store";
import { windowText } from "./windowing";

export function PaneTexts({ pane }: { pane: Pane }) {
  const state = useStore(pane.state);
  const { i18n, t } = useLingui();
  const { series, study } = pane;
  if (!series || !study || state.index < 0) return null;
  const image = state.imageId ? study.image(state.imageId) : null;
  const thickness = image ? number(image.instance.attributes, "00180050") : null;
  const preset = presetsFor(series.modality).find((one) => one.id === state.preset);
  const shown = state.window && windowText(state.window);
  return (
    <div className={styles.texts}>
      <p className={styles.topLeft}>
        <span dir="auto">{clean(series.description || series.protocol)}</span>
        <span>
          {series.modality} {series.number ?? ""}
        </span>
      </p>
      <p className={styles.topRight}>
        <span>{studyMoment(study.header?.studyDate ?? "", series.time || (study.header?.studyTime ?? ""))}</span>
        <Marked pane={pane} />
      </p>
      <Runs pane={pane} />
      <p className={styles.bottomLeft}>
        <TakenBack pane={pane} />
        <span>
          {state.index + 1} / {state.count}
          {image && image.instance.frames > 1 ? ` · ${t`beeld ${image.frame}`}` : ""}
        </span>
        {image?.position !== null && image?.position !== undefined && (
          <span>
            {image.position.toFixed(1)} mm{thickness ? ` · ${thickness.toFixed(thickness < 1 ? 2 : 1)} mm` : ""}
          </span>
        )}
      </p>
      <p className={styles.bottomRight}>
        {state.clamped && (
          <span className={styles.warningText}>
            <Trans>venster van afzender onbruikbaar; aangepast</Trans>
          </span>
        )}
        {shown && (
          <span>
            {preset ? `${i18n._(preset.name)} · ` : ""}W {shown.width} L {shown.center}
            {state.invert ? ` · ${t`omgekeerd`}` : ""}
          </span>
        )}
        <span>{Math.round(state.zoom * 100)} %</span>
      </p>
      {!state.fault && <Directions pane={pane} />}
    </div>
  );
}

/** A series of several runs (phases, echoes, clips): which one is shown, and the way to the others. */
function Runs({ pane }: { pane: Pane }) {
  const desk = useDesk();
  const { t } = useLingui();
  const { run } = pane.state.get();
  const count = pane.series?.stacks.length ?? 1;
  if (count < 2) return null;
  return (
    <div className={styles.runs}>
      <button type="button" aria-label={t`Vorig deel`} disabled={run === 0} onClick={() => desk.showRun(pane, run - 1)}>
        <IconChevronLeft size={15} aria-hidden />
      </button>
      <Trans>
        Deel {run + 1} van {count}
      </Trans>
      <button
        type="button"
        aria-label={t`Volgend deel`}
        disabled={run >= count - 1}
        onClick={() => desk.showRun(pane, run + 1)}
      >
        <IconChevronRight size={15} aria-hidden />
      </button>
    </div>
  );
}

/** The picture is one that its sender takes back. */
function TakenBack({ pane }: { pane: Pane }) {
  const { i18n } = useLingui();
  const { imageId } = pane.state.get();
  const image = imageId ? pane.study?.image(imageId) : null;
  const code = image ? (pane.study?.rejected(image.instance.id) ?? "") : "";
  if (code === "") return null;
  const why = whyRejected(code);
  return (
    <span className={styles.rejected} data-rejected={code}>
      <IconAlertTriangle size={13} aria-hidden /> <Trans>door de afzender teruggenomen</Trans>
      {why !== undefined && `: ${i18n._(why)}`}
    </span>
  );
}

function Marked({ pane }: { pane: Pane }) {
  const desk = useDesk();
  useDeskState((state) => state.marked);
  if (!markOf(desk, pane)) return null;
  return (
    <span className={styles.keyImage}>
      <IconStarFilled size={12} aria-hidden /> <Trans>sleutelbeeld</Trans>
    </span>
  );
}

/** Letters of the patient's sides at the edges, turned with the picture. */
function Directions({ pane }: { pane: Pane }) {
  const { imageId } = pane.state.get();
  const image = imageId ? pane.study?.image(imageId) : null;
  const plane = image ? planeOf(image) : null;
  const matrix = pane.matrix();
  if (!plane || !matrix) return null;
  const [a, b, c, d] = matrix;
  const size = Math.abs(a * d - b * c) || 1;
  const row = plane.orientation.slice(0, 3) as unknown as Vector;
  const column = plane.orientation.slice(3, 6) as unknown as Vector;
  const toward = (x: number, y: number): string => {
    const [u, v] = [(d * x - c * y) / size, (a * y - b * x) / size];
    const vector = [0, 1, 2].map((axis) => u * (row[axis] ?? 0) + v * (column[axis] ?? 0)) as unknown as Vector;
    const length = Math.hypot(...vector) || 1;
    const sign = Math.sign(a * d - b * c) || 1;
    return directionLetters(vector.map((part) => (sign * part) / length) as unknown as Vector);
  };
  return (
    <>
      <span className={styles.left}>{toward(-1, 0)}</span>
      <span className={styles.right}>{toward(1, 0)}</span>
      <span className={styles.top}>{toward(0, -1)}</span>
      <span className={styles.bottom}>{toward(0, 1)}</span>
    </>
  );
}
