/** Overlay planes of the picture on screen, laid over it and moved with it. */
import { metaData } from "@cornerstonejs/core";
import { useEffect, useRef } from "react";
import { useDeskState } from "./context";
import { type OverlayPlane, overlayPixels } from "./overlay-planes";
import type { Pane } from "./pane";
import styles from "./pane.module.css";
import { useStore } from "./store";

const COLOUR = [126, 224, 255] as const;

export function OverlayPlanes({ pane }: { pane: Pane }) {
  const on = useDeskState((state) => state.overlays);
  const imageId = useStore(pane.state, (state) => (state.fault ? null : state.imageId));
  if (!on || !imageId) return null;
  const found = metaData.get("overlayPlaneModule", imageId) as { overlays?: OverlayPlane[] } | undefined;
  const planes = found?.overlays ?? [];
  return planes.length === 0 ? null : <Planes key={imageId} pane={pane} planes={planes} />;
}

function Planes({ pane, planes }: { pane: Pane; planes: readonly OverlayPlane[] }) {
  useStore(pane.state, (state) => state.revision);
  const matrix = pane.matrix();
  if (!matrix) return null;
  return (
    <div className={styles.overlays} style={{ transform: `matrix(${matrix.join(",")})` }} aria-hidden>
      {planes.map((plane, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: planes of one picture stay in the order of their groups
        <One key={place} plane={plane} />
      ))}
    </div>
  );
}

function One({ plane }: { plane: OverlayPlane }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = new ImageData(overlayPixels(plane, COLOUR), plane.columns, plane.rows);
    canvas.current?.getContext("2d")?.putImageData(pixels, 0, 0);
  }, [plane]);
  return <canvas ref={canvas} width={plane.columns} height={plane.rows} style={{ left: plane.x, top: plane.y }} />;
}
