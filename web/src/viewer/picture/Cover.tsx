/** The picture as it will go out, with what the check points at; boxes are drawn over it by hand, by mouse, finger or keys. */
import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { Spot } from "@/pixels/burned-in";
import type { Box } from "./draw";
import styles from "./picture.module.css";

interface Props {
  picture: HTMLCanvasElement;
  spots: readonly Spot[];
  boxes: readonly Box[];
  onBoxes: (boxes: readonly Box[]) => void;
}

/** Smaller than this was a click, not a box. */
const LEAST = 4;

export function Cover({ picture, spots, boxes, onBoxes }: Props) {
  const { t } = useLingui();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawing, setDrawing] = useState<{ from: readonly [number, number]; box: Box } | null>(null);
  useEffect(() => {
    const shown = canvas.current;
    if (!shown) return;
    [shown.width, shown.height] = [picture.width, picture.height];
    shown.getContext("2d")?.drawImage(picture, 0, 0);
  }, [picture]);
  const pixel = (event: PointerEvent): readonly [number, number] => {
    const place = event.currentTarget.getBoundingClientRect();
    const [x, y] = [(event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height];
    return [inside(x) * picture.width, inside(y) * picture.height];
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("button")) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const from = pixel(event);
    setDrawing({ from, box: between(from, from) });
  };
  const move = (event: PointerEvent) => {
    if (drawing) setDrawing({ ...drawing, box: between(drawing.from, pixel(event)) });
  };
  const up = () => {
    if (drawing && drawing.box.width >= LEAST && drawing.box.height >= LEAST) onBoxes([...boxes, drawing.box]);
    setDrawing(null);
  };
  const style = (box: Box) => ({
    left: `${(100 * box.x) / picture.width}%`,
    top: `${(100 * box.y) / picture.height}%`,
    width: `${(100 * box.width) / picture.width}%`,
    height: `${(100 * box.height) / picture.height}%`,
  });
  return (
    <div
      className={styles.cover}
      style={{
        aspectRatio: `${picture.width} / ${picture.height}`,
        width: `min(100%, calc(var(--most) * ${picture.width / picture.height}))`,
      }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => setDrawing(null)}
    >
      <canvas ref={canvas} role="img" aria-label={t`Het plaatje zoals het de deur uit gaat`} />
      {spots.map((spot) => (
        <span
          key={`${spot.left}/${spot.top}/${spot.right}/${spot.bottom}`}
          className={styles.spot}
          data-sure={spot.sure || undefined}
          style={style(boxOf(spot))}
          aria-hidden
        />
      ))}
      {boxes.map((box, number) => (
        <button
          // biome-ignore lint/suspicious/noArrayIndexKey: boxes have nothing but their order
          key={number}
          type="button"
          className={styles.box}
          style={style(box)}
          aria-label={t`Vak ${number + 1}: pijltjes verplaatsen, met Shift groter of kleiner, Delete weg`}
          onKeyDown={(event) => {
            const next = pressed(event, box, picture);
            if (next === undefined) return;
            event.preventDefault();
            event.stopPropagation();
            onBoxes(
              next === null ? boxes.filter((one) => one !== box) : boxes.map((one) => (one === box ? next : one)),
            );
          }}
        />
      ))}
      {drawing && <span className={styles.drawing} style={style(drawing.box)} aria-hidden />}
    </div>
  );
}

export function boxOf({ left, top, right, bottom }: Spot): Box {
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function inside(part: number): number {
  return Math.min(1, Math.max(0, part));
}

function between(a: readonly [number, number], b: readonly [number, number]): Box {
  const [x, y] = [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
  return { x, y, width: Math.abs(a[0] - b[0]), height: Math.abs(a[1] - b[1]) };
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The box after a key; null when it goes, undefined when the key means nothing here. */
function pressed(event: KeyboardEvent, box: Box, picture: HTMLCanvasElement): Box | null | undefined {
  if (event.key === "Delete" || event.key === "Backspace") return null;
  const arrow = ARROWS[event.key];
  if (!arrow) return undefined;
  const step = Math.max(2, picture.width / 60);
  const [dx, dy] = [arrow[0] * step, arrow[1] * step];
  if (event.shiftKey) {
    const [width, height] = [Math.max(LEAST, box.width + dx), Math.max(LEAST, box.height + dy)];
    return { ...box, width, height };
  }
  const x = Math.min(Math.max(0, box.x + dx), picture.width - box.width);
  return { ...box, x, y: Math.min(Math.max(0, box.y + dy), picture.height - box.height) };
}
