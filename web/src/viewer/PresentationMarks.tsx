/** Drawings, texts and shutters of the presentation state that a pane shows, over its picture. */
import { useId, useMemo } from "react";
import { markedFrame } from "./marked-frame";
import type { Pane } from "./pane";
import styles from "./pane.module.css";
import {
  type Area,
  type Asked,
  askedOf,
  type Graphic,
  type Point,
  readPresentation,
  smoothPath,
  type Units,
  type Words,
} from "./presentation-state";
import { useStore } from "./store";

type Place = (units: Units, point: Point) => Point;

export function PresentationMarks({ pane }: { pane: Pane }) {
  const uid = useStore(pane.state, (state) => state.presentation);
  useStore(pane.state, (state) => state.revision);
  const instance = uid ? pane.study?.instance(uid) : null;
  const state = useMemo(() => (instance ? readPresentation(instance.attributes) : null), [instance]);
  const frame = markedFrame(pane);
  const asked = state && frame ? askedOf(state, frame.sop, frame.frame) : null;
  const image = pane.image();
  if (!asked || !image || !pane.matrix()) return null;
  const place = placing(pane, asked.area, [image.columns, image.rows]);
  return (
    <svg className={styles.marks} aria-hidden>
      <Shutters pane={pane} asked={asked} />
      {asked.drawings.map((drawing, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: drawings of a state have no name and never move
        <g key={index} className={styles.presentation}>
          {drawing.graphics.map((graphic, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <Shape key={at} graphic={graphic} place={place} />
          ))}
          {drawing.words.map((words, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <Written key={at} words={words} place={place} />
          ))}
        </g>
      ))}
    </svg>
  );
}

/** Points in pixels of the pane; parts of the displayed area where it is not given are parts of the picture. */
function placing(pane: Pane, area: Area | null, size: Point): Place {
  const [from, to] = area ? [area.from, area.to] : [[0, 0] as Point, size];
  const corners = [from, to, [from[0], to[1]] as Point, [to[0], from[1]] as Point].map(
    (corner) => pane.toCanvas(corner) ?? [0, 0],
  );
  const [left, top] = [Math.min(...corners.map(([x]) => x)), Math.min(...corners.map(([, y]) => y))];
  const [right, bottom] = [Math.max(...corners.map(([x]) => x)), Math.max(...corners.map(([, y]) => y))];
  return (units, [x, y]) =>
    units === "PIXEL" ? (pane.toCanvas([x, y]) ?? [0, 0]) : [left + x * (right - left), top + y * (bottom - top)];
}

function Shape({ graphic, place }: { graphic: Graphic; place: Place }) {
  const points = graphic.points.map((point) => place(graphic.units, point));
  const fill = graphic.filled ? "currentColor" : "none";
  const [a, b, c, d] = points;
  if (!a) return null;
  switch (graphic.kind) {
    case "POINT":
      return <circle cx={a[0]} cy={a[1]} r={3} fill="currentColor" />;
    case "POLYLINE":
      return <polyline points={points.map((point) => point.join(",")).join(" ")} fill={fill} />;
    case "INTERPOLATED":
      return <path d={smoothPath(points)} fill={fill} />;
    case "CIRCLE":
      return b ? <circle cx={a[0]} cy={a[1]} r={Math.hypot(b[0] - a[0], b[1] - a[1])} fill={fill} /> : null;
    case "ELLIPSE": {
      if (!b || !c || !d) return null;
      const [cx, cy] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      const angle = (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;
      const [rx, ry] = [Math.hypot(b[0] - a[0], b[1] - a[1]) / 2, Math.hypot(d[0] - c[0], d[1] - c[1]) / 2];
      return <ellipse cx={cx} cy={cy} rx={rx} ry={ry} fill={fill} transform={`rotate(${angle} ${cx} ${cy})`} />;
    }
  }
}

function Written({ words, place }: { words: Words; place: Place }) {
  const box = words.box && [place(words.box.units, words.box.from), place(words.box.units, words.box.to)];
  const anchor = words.anchor && place(words.anchor.units, words.anchor.at);
  const at = box
    ? [Math.min(box[0]?.[0] ?? 0, box[1]?.[0] ?? 0), Math.min(box[0]?.[1] ?? 0, box[1]?.[1] ?? 0) + 14]
    : anchor;
  if (!at) return null;
  return (
    <>
      {box && anchor && words.anchor?.visible && (
        <line x1={at[0]} y1={at[1]} x2={anchor[0]} y2={anchor[1]} strokeDasharray="3 3" />
      )}
      <text x={at[0]} y={at[1]}>
        {words.text.split(/\r?\n/).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text
          <tspan key={index} x={at[0]} dy={index === 0 ? 0 : 15}>
            {line}
          </tspan>
        ))}
      </text>
    </>
  );
}

function Shutters({ pane, asked }: { pane: Pane; asked: Asked }) {
  const mask = useId();
  const { rectangle, circle, polygon } = asked.shutter;
  const at = (point: Point): Point => pane.toCanvas(point) ?? [0, 0];
  const openings: Point[][] = [];
  if (rectangle) {
    const { left, top, right, bottom } = rectangle;
    openings.push([at([left, top]), at([right - 1, top]), at([right - 1, bottom - 1]), at([left, bottom - 1])]);
  }
  if (polygon) openings.push(polygon.map(at));
  if (openings.length === 0 && !circle) return null;
  const centre = circle && at(circle.centre);
  const edge = circle && at([circle.centre[0] + circle.radius, circle.centre[1]]);
  return (
    <>
      {openings.map((points, index) => (
        <Closed
          // biome-ignore lint/suspicious/noArrayIndexKey: at most two openings, in one order
          key={index}
          id={`${mask}-${index}`}
          opening={<polygon points={points.map((one) => one.join(",")).join(" ")} />}
        />
      ))}
      {centre && edge && (
        <Closed
          id={`${mask}-circle`}
          opening={<circle cx={centre[0]} cy={centre[1]} r={Math.hypot(edge[0] - centre[0], edge[1] - centre[1])} />}
        />
      )}
    </>
  );
}

/** Black everywhere but in the opening. */
function Closed({ id, opening }: { id: string; opening: React.ReactElement }) {
  return (
    <>
      <mask id={id}>
        <rect width="100%" height="100%" fill="#fff" />
        <g fill="#000">{opening}</g>
      </mask>
      <rect width="100%" height="100%" fill="#000" mask={`url(#${id})`} />
    </>
  );
}
