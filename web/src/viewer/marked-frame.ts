/** Which frame of which instance a pane shows, as DICOM names it. */
import type { Pane } from "./pane";

export interface Frame {
  sop: string;
  sopClass: string;
  series: string;
  frame: number;
  frames: number;
}

export function markedFrame(pane: Pane): Frame | null {
  const { imageId } = pane.state.get();
  const image = imageId ? pane.study?.image(imageId) : null;
  if (!image || !pane.series) return null;
  const { sopInstanceUid, sopClassUid, frames } = image.instance;
  return { sop: sopInstanceUid, sopClass: sopClassUid, series: pane.series.seriesUid, frame: image.frame, frames };
}

/** The name of a frame in a set of marks. */
export function frameKey({ sop, frame }: Pick<Frame, "sop" | "frame">): string {
  return `${sop}/${frame}`;
}
