/** The presentation state to save: what a pane shows and what was drawn in it, as plain values for the node. Pure. */
import type { Frame } from "./marked-frame";
import type { Pixel } from "./measurements";
import type { Window } from "./presets";

/** A drawing on a picture: which tool, its points in pixels (centres at whole numbers), its words. */
export interface Drawn {
  tool: string;
  points: readonly Pixel[];
  lines: readonly string[];
}

/** Points are x, y, x, y ... from the upper left corner of the first pixel (PS3.3 C.10.5, PIXEL). */
export interface SavedGraphic {
  kind: "POLYLINE" | "ELLIPSE" | "POINT";
  points: number[];
  filled: boolean;
}

export interface SavedText {
  text: string;
  /** Where the text points to. */
  x: number;
  y: number;
}

export interface SavedImage {
  series_uid: string;
  sop_class_uid: string;
  sop_instance_uid: string;
  /** From 1; empty for an instance of one frame. */
  frames: number[];
}

export interface SavedPresentation {
  label: string;
  description: string;
  images: SavedImage[];
  window: Window | null;
  /** What the picture's values are multiplied by after its own transform: the factor to SUV. */
  scale: number;
  invert: boolean;
  /** 0, 90, 180 or 270, clockwise, before the flip. */
  rotation: 0 | 90 | 180 | 270;
  flip: boolean;
  /** Corners of what is shown, in pixels from 1, as Displayed Area has them. */
  area: { left: number; top: number; right: number; bottom: number };
  graphics: SavedGraphic[];
  texts: SavedText[];
}

export interface Shown {
  window: Window | null;
  scale: number;
  invert: boolean;
  rotation: number;
  flipH: boolean;
  flipV: boolean;
  /** Pixels of the picture in the corners of the pane. */
  from: Pixel;
  to: Pixel;
}

const half = (points: readonly Pixel[]): number[] => points.flatMap(([x, y]) => [round(x + 0.5), round(y + 0.5)]);
const round = (value: number): number => Math.round(value * 1000) / 1000;

export function savedImage(frame: Frame): SavedImage {
  return {
    series_uid: frame.series,
    sop_class_uid: frame.sopClass,
    sop_instance_uid: frame.sop,
    frames: frame.frames > 1 ? [frame.frame] : [],
  };
}

/** Turn and flips of the viewport as the standard says them: a turn first, then left-right; upside down is both. */
export function turned(rotation: number, flipH: boolean, flipV: boolean): Pick<SavedPresentation, "rotation" | "flip"> {
  const flip = flipH !== flipV;
  const degrees = rotation + (flipV ? 180 : 0);
  const nearest = Math.round((((degrees % 360) + 360) % 360) / 90) * 90;
  return { rotation: (nearest % 360) as 0 | 90 | 180 | 270, flip };
}

/** The lines of a drawing, as graphics of the standard; the ends of the longer axis of an ellipse come first. */
export function graphicsOf({ tool, points }: Drawn): SavedGraphic[] {
  const [a, b, c, d] = points;
  if (!a || !b) return [];
  if (tool === "EllipticalROI" && c && d) {
    const [first, second] = [Math.hypot(a[0] - b[0], a[1] - b[1]), Math.hypot(c[0] - d[0], c[1] - d[1])];
    return [{ kind: "ELLIPSE", points: half(first >= second ? [a, b, c, d] : [c, d, a, b]), filled: false }];
  }
  if (tool === "RectangleROI" && c && d) return [{ kind: "POLYLINE", points: half([a, b, d, c, a]), filled: false }];
  return [{ kind: "POLYLINE", points: half(points), filled: false }];
}

/** The words of a drawing at its last point; at the tip of an arrow. */
export function textOf({ tool, points, lines }: Drawn): SavedText[] {
  const at = tool === "ArrowAnnotate" ? points[0] : points.at(-1);
  if (!at || lines.length === 0) return [];
  return [{ text: lines.join("\n"), x: round(at[0] + 0.5), y: round(at[1] + 0.5) }];
}

export function presentationOf(
  frame: Frame,
  shown: Shown,
  drawings: readonly Drawn[],
  label: string,
): SavedPresentation {
  const [left, right] = [shown.from[0], shown.to[0]].sort((a, b) => a - b) as [number, number];
  const [top, bottom] = [shown.from[1], shown.to[1]].sort((a, b) => a - b) as [number, number];
  return {
    label: labelOf(label),
    description: label.trim().slice(0, 64),
    images: [savedImage(frame)],
    window: shown.window,
    scale: shown.scale,
    invert: shown.invert,
    ...turned(shown.rotation, shown.flipH, shown.flipV),
    area: {
      left: Math.round(left) + 1,
      top: Math.round(top) + 1,
      right: Math.round(right),
      bottom: Math.round(bottom),
    },
    graphics: drawings.flatMap(graphicsOf),
    texts: drawings.flatMap(textOf),
  };
}

/** A label is a code string: capitals, digits, space and underscore, at most 16 (PS3.5 6.2 CS). */
export function labelOf(text: string): string {
  const plain = text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toUpperCase()
    .replace(/[^A-Z0-9 _]+/g, " ")
    .replace(/ +/g, " ")
    .trim();
  return plain.slice(0, 16).trim() || "BEELDBRUG";
}
