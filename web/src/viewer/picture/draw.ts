/**
 * The picture that goes out, drawn out of what the pane shows: pixels, window and zoom; the reader's own drawings where he
 * wants them; boxes over what may not go along. Texts, overlays and drawings of the sender are never on it: they stand in
 * layers of their own, which are not read here.
 */
import { holdsIdentity } from "@/join";
import { drawingsIn } from "../drawings";
import type { Pane, Point } from "../pane";
import type { Drawn } from "../presentation-write";

/** In pixels of the picture that goes out. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A picture and what it is of. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  /** Texts beside drawings that hold something of the patient, and so were left out. */
  readonly withheld: number;
}

/** What the pane shows, cut to the image; null when there is none, or nothing of it is in sight. */
export function drawPicture(pane: Pane, withDrawings: boolean): Picture | null {
  const [element, source] = [pane.element, pane.planar?.getCanvas()];
  const place = placeOf(pane);
  if (!element || !source || !place) return null;
  const scale = source.width / element.clientWidth;
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(place.width * scale);
  canvas.height = Math.floor(place.height * scale);
  const pen = canvas.getContext("2d");
  if (!pen || canvas.width < 8 || canvas.height < 8) return null;
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, -Math.ceil(place.x * scale), -Math.ceil(place.y * scale));
  const drawings = withDrawings ? drawingsIn(pane) : [];
  const at = (point: Point): Point => {
    const [x, y] = pane.toCanvas([point[0] + 0.5, point[1] + 0.5]) ?? [0, 0];
    return [(x - place.x) * scale, (y - place.y) * scale];
  };
  let withheld = 0;
  for (const drawing of drawings) {
    const hidden = drawing.lines.some((line) => holdsIdentity(pane.study?.header ?? null, line));
    if (hidden) withheld += 1;
    draw(pen, drawing, at, scale, !hidden);
  }
  return { canvas, withheld };
}

/** The part of the pane, in CSS pixels, that the image fills. */
function placeOf(pane: Pane): Box | null {
  const [image, element] = [pane.image(), pane.element];
  if (!image || !element) return null;
  const corners = [
    [0, 0],
    [image.columns, 0],
    [0, image.rows],
    [image.columns, image.rows],
  ].map(([x, y]) => pane.toCanvas([x as number, y as number]) ?? [0, 0]);
  const [xs, ys] = [corners.map(([x]) => x as number), corners.map(([, y]) => y as number)];
  const [left, top] = [Math.max(0, Math.min(...xs)), Math.max(0, Math.min(...ys))];
  const [right, bottom] = [
    Math.min(element.clientWidth, Math.max(...xs)),
    Math.min(element.clientHeight, Math.max(...ys)),
  ];
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

const INK = "#ffe14d";

function draw(
  pen: CanvasRenderingContext2D,
  { tool, points, lines }: Drawn,
  at: (point: Point) => Point,
  scale: number,
  withText: boolean,
): void {
  const placed = points.map(at);
  const [a, b, c, d] = placed;
  if (!a || !b) return;
  pen.save();
  pen.strokeStyle = pen.fillStyle = INK;
  pen.lineWidth = 1.5 * scale;
  pen.shadowColor = "#000";
  pen.shadowBlur = 2 * scale;
  pen.beginPath();
  if (tool === "EllipticalROI" && c && d) {
    const [cx, cy] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const turn = Math.atan2(d[1] - c[1], d[0] - c[0]);
    pen.ellipse(cx, cy, distance(c, d) / 2, distance(a, b) / 2, turn, 0, 2 * Math.PI);
  } else {
    const path = tool === "RectangleROI" && c && d ? [a, b, d, c, a] : placed;
    for (const [x, y] of path) pen.lineTo(x, y);
    if (tool === "ArrowAnnotate") head(pen, b, a, 10 * scale);
  }
  pen.stroke();
  if (withText) write(pen, tool === "ArrowAnnotate" ? b : (placed.at(-1) as Point), lines, scale);
  pen.restore();
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

function head(pen: CanvasRenderingContext2D, from: Point, tip: Point, size: number): void {
  const angle = Math.atan2(from[1] - tip[1], from[0] - tip[0]);
  for (const side of [-0.4, 0.4]) {
    pen.moveTo(tip[0], tip[1]);
    pen.lineTo(tip[0] + size * Math.cos(angle + side), tip[1] + size * Math.sin(angle + side));
  }
}

function write(pen: CanvasRenderingContext2D, [x, y]: Point, lines: readonly string[], scale: number): void {
  pen.font = `${14 * scale}px sans-serif`;
  lines.forEach((line, row) => {
    pen.fillText(line, x + 8 * scale, y + (row + 1) * 17 * scale);
  });
}

/** A copy of the picture with boxes over it that nothing shines through. */
export function covered(picture: HTMLCanvasElement, boxes: readonly Box[]): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.drawImage(picture, 0, 0);
  pen.fillStyle = "#000";
  for (const { x, y, width, height } of boxes)
    pen.fillRect(Math.floor(x), Math.floor(y), Math.ceil(width) + 1, Math.ceil(height) + 1);
  return canvas;
}

export function pixelsOf(canvas: HTMLCanvasElement): ImageData {
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
