/** What was drawn on the picture of a pane, in pixels of that picture with the words beside it. */
import type { Types } from "@cornerstonejs/core";
import { annotation } from "@cornerstonejs/tools";
import { pixelsOf, textLinesOf } from "./measurement-lines";
import type { Pane } from "./pane";
import type { Drawn } from "./presentation-write";
import { DRAWING_TOOLS } from "./tools";

export function drawingsIn(pane: Pane): Drawn[] {
  const { imageId } = pane.state.get();
  if (!imageId) return [];
  return annotation.state
    .getAllAnnotations()
    .filter((one) => one.metadata?.referencedImageId === imageId && DRAWING_TOOLS.includes(one.metadata.toolName))
    .map((one) => {
      const tool = one.metadata?.toolName ?? "";
      const points = (one.data.handles?.points ?? []) as Types.Point3[];
      const written = one.data.label ? [one.data.label] : [];
      const lines = textLinesOf(tool)({ handles: { points } }, `imageId:${imageId}`) ?? written;
      return { tool, points: pixelsOf(imageId, points), lines };
    });
}
