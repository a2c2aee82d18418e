/** Looks for burned-in text beside the screen, so that the page goes on meanwhile. */
import { findText } from "./burned-in";

export interface Looked {
  readonly planes: readonly Uint8Array[];
  readonly width: number;
  readonly height: number;
}

addEventListener("message", ({ data: { planes, width, height } }: MessageEvent<Looked>) => {
  postMessage(planes.map((plane) => findText(plane, width, height)));
});
