/** Where the slice of the active pane cuts the pictures of the others: one line each. */
import { useDesk, useDeskState } from "./context";
import { planeOf } from "./describe";
import type { Pane } from "./pane";
import styles from "./pane.module.css";
import { cutOf } from "./reference-lines";
import { useStore } from "./store";

export function ReferenceLines({ pane }: { pane: Pane }) {
  const desk = useDesk();
  const on = useDeskState((state) => state.lines);
  const active = useDeskState((state) => state.active);
  const source = desk.panes[active];
  if (!on || !source || source === pane) return null;
  return <LinesOf key={source.id} pane={pane} source={source} />;
}

function LinesOf({ pane, source }: { pane: Pane; source: Pane }) {
  useStore(pane.state, (state) => state.revision);
  useStore(source.state, (state) => state.revision);
  const [here, there] = [pictureIn(pane), pictureIn(source)];
  const line = here && there ? cutOf(here, there) : null;
  const ends = line?.map((end) => pane.toCanvas([end[0] + 0.5, end[1] + 0.5]));
  const [from, to] = ends ?? [];
  if (!from || !to) return null;
  return (
    <svg className={styles.marks} aria-hidden>
      <line x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} className={styles.referenceLine} />
    </svg>
  );
}

function pictureIn(pane: Pane) {
  const { imageId } = pane.state.get();
  const picture = imageId ? pane.study?.image(imageId) : null;
  const image = pane.image();
  const plane = picture ? planeOf(picture) : null;
  if (!plane || !image) return null;
  const { columns, rows, columnPixelSpacing: x, rowPixelSpacing: y } = image;
  return { plane, columns, rows, x: x || 1, y: y || 1 };
}
