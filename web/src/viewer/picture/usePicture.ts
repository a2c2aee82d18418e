/** The picture that is being made: drawn once, looked through for text, covered, and looked through again. */
import { useEffect, useMemo, useState } from "react";
import type { Check } from "@/pixels/burned-in";
import { lookForText } from "@/pixels/look-for-text";
import type { Pane } from "../pane";
import { type Box, covered, drawPicture, pixelsOf } from "./draw";

export interface Making {
  /** As it will go out but for the boxes; null when there is nothing to make a picture of. */
  readonly picture: HTMLCanvasElement | null;
  /** The same without drawings, which is what is looked through: drawings are the reader's own words. */
  readonly plain: HTMLCanvasElement | null;
  readonly withheld: number;
  /** What was found with the boxes as they are; null while it is being looked for. */
  readonly check: Check | null;
}

const SETTLE_MS = 250;

export function usePicture(pane: Pane, withDrawings: boolean, boxes: readonly Box[]): Making {
  const drawn = useMemo(() => drawPicture(pane, withDrawings), [pane, withDrawings]);
  const plain = useMemo(() => drawPicture(pane, false)?.canvas ?? null, [pane]);
  const [found, setFound] = useState<{ boxes: readonly Box[]; check: Check } | null>(null);
  useEffect(() => {
    if (!plain) return undefined;
    let over = false;
    const wait = setTimeout(
      () => {
        void lookForText(pixelsOf(covered(plain, boxes))).then((check) => {
          if (!over) setFound({ boxes, check });
        });
      },
      boxes.length > 0 ? SETTLE_MS : 0,
    );
    return () => {
      over = true;
      clearTimeout(wait);
    };
  }, [plain, boxes]);
  const check = found?.boxes === boxes ? found.check : null;
  return { picture: drawn?.canvas ?? null, plain, withheld: drawn?.withheld ?? 0, check };
}
