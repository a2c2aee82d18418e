/** An instance as it is kept while a study is open, and its frames as pictures. Behind the interface; the join's own. */

import {
  bytesOf,
  codingOf,
  FrameIndex,
  type FrameJob,
  isVideo,
  type Output,
  type Palette,
  type Shape,
} from "../pixels";
import { type Measure, measureOf } from "./calibration";
import { number, text } from "./dataset";
import { frameDataset } from "./groups";
import { type Fetched, type Lut, modalityLut, paletteOf, voiLuts } from "./luts";
import { outputOf, poseOf, type Rescale, rescaleOf, shapeOf, type Window, windowsOf } from "./picture";
import type { JoinedInstance, JsonDataset, SeriesKind } from "./types";
import type { InstanceLine } from "./wire";

/** More frames than this in one instance are not listed. */
const FRAMES_MOST = 100_000;

/** A frame's header values, worked out once. */
export interface Picture {
  readonly imageId: string;
  readonly record: InstanceRecord;
  readonly frame: number;
  readonly dataset: JsonDataset;
  readonly shape: Shape | null;
  readonly measure: Measure;
  readonly pose: { readonly position: readonly number[]; readonly orientation: readonly number[] } | null;
  readonly rescale: Rescale;
  readonly suv: number | null;
  readonly output: Output | null;
  readonly palette: Palette | null;
  readonly lut: Lut | null;
  readonly windows: readonly Window[];
  readonly windowFunction: string;
  readonly voiLuts: readonly Lut[];
  readonly absurd: boolean;
}

export interface InstanceRecord {
  readonly line: InstanceLine;
  readonly joined: JoinedInstance;
  readonly kind: SeriesKind;
  readonly index: FrameIndex | null;
  readonly base: string;
  readonly pictures: Map<number, Picture>;
}

/** What becomes of a line of the plan. `prefix` is that of the study's image ids, `base` the path of its instances. */
export function recordOf(line: InstanceLine, prefix: string, base: string): InstanceRecord {
  const kind = kindOf(line);
  let index: FrameIndex | null = null;
  let undecodable: string | null = null;
  try {
    index = line.pixels ? new FrameIndex(bytesOf(line.pixels.index)) : null;
  } catch {
    undecodable = "message-malformed";
  }
  const images = kind === "images";
  const frames = images ? Math.min(Math.max(index?.count ?? line.frames, 0), FRAMES_MOST) : 0;
  if (images && line.here && !line.pixels && !line.at_node) undecodable ??= "pixels-missing";
  if (images && shapeOf(line.metadata, line.pixels?.tag ?? "7FE00010", line.transfer_syntax) === null) {
    undecodable ??= "pixels-not-decodable";
  }
  const path = `${base}/${line.id}`;
  const joined: JoinedInstance = {
    id: line.id,
    sopInstanceUid: text(line.metadata, "00080018"),
    sopClassUid: line.sop_class,
    transferSyntax: line.transfer_syntax,
    instanceNumber: number(line.metadata, "00200013"),
    here: line.here,
    frames,
    imageIds: Array.from({ length: frames }, (_, at) => `${prefix}${line.id}/${at + 1}`),
    attributes: line.metadata,
    calibration: measureOf(line.metadata).calibration,
    undecodable,
    documentUrl: kind === "document" ? `${path}/document` : null,
    videoUrl: kind === "video" ? `${path}/video` : null,
  };
  return { line, joined, kind, index, base: path, pictures: new Map() };
}

/** The picture of a frame (from 1). `suv` and `fetched` as they are known by now. */
export function pictureOf(record: InstanceRecord, frame: number, suv: number | null, fetched: Fetched): Picture {
  const known = record.pictures.get(frame);
  if (known) return known;
  const { line } = record;
  const dataset = frameDataset(line.metadata, frame);
  const shape = shapeOf(dataset, line.pixels?.tag ?? "7FE00010", line.transfer_syntax);
  const lut = modalityLut(dataset, fetched);
  const rescale = rescaleOf(dataset);
  const { windows, function: windowFunction, absurd } = windowsOf(dataset, suv);
  const picture: Picture = {
    imageId: record.joined.imageIds[frame - 1] ?? "",
    record,
    frame,
    dataset,
    shape,
    measure: measureOf(dataset),
    pose: poseOf(dataset),
    rescale,
    suv,
    output: shape && outputOf(shape, rescale, suv, lut),
    palette: paletteOf(dataset, fetched),
    lut,
    windows,
    windowFunction,
    voiLuts: voiLuts(dataset, fetched),
    absurd,
  };
  record.pictures.set(frame, picture);
  return picture;
}

/** How the frame's samples are had; null when they cannot be. */
export function jobOf(picture: Picture): FrameJob | null {
  const { record, frame, shape, output, palette, lut } = picture;
  const { line } = record;
  if (!shape || !output || !line.here) return null;
  const url = `${record.base}/frames/${frame}/decoded`;
  const common = {
    id: picture.imageId,
    shape,
    palette,
    lut: lut && { first: lut.first, entries: Uint16Array.from(lut.entries) },
    output,
  };
  if (line.pixels && record.index && codingOf(line.transfer_syntax) !== null) {
    const source = {
      kind: "sealed",
      opening: line.pixels.opening,
      span: record.index.span(frame),
      syntax: line.transfer_syntax,
    } as const;
    return { ...common, source, fallback: url };
  }
  return { ...common, source: { kind: "node", url }, fallback: null };
}

function kindOf(line: InstanceLine): SeriesKind {
  const root = "1.2.840.10008.5.1.4.1.1.";
  const of = line.sop_class.startsWith(root) ? line.sop_class.slice(root.length) : "";
  if (of.startsWith("104.")) return "document";
  if (of === "88.59") return "key-objects";
  if (of.startsWith("88.")) return "report";
  if (/^11\.\d+$/.test(of)) return "presentation";
  if (isVideo(line.transfer_syntax)) return "video";
  if (/^66(\.|$)/.test(of) || /^9\./.test(of) || /^481\.(3|4|5|6|7|8|9)/.test(of)) return "other";
  const described = number(line.metadata, "00280010") !== null && number(line.metadata, "00280011") !== null;
  return described && (line.pixels !== null || line.at_node || !line.here) ? "images" : "other";
}
