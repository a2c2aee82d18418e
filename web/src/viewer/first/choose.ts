/** Which picture is looked at first, and how it is shown: as the viewer itself will hang and window it. Pure. */
import type { JoinedSeries } from "@/join";
import { aspectOf } from "@/join/calibration";
import { isInverted } from "@/join/picture";
import type { OpenStudy } from "@/join/study";
import { rangeOf, windowOf } from "@/join/window";
import type { Frame } from "@/pixels";
import { hangingSeries } from "../describe";
import { hangStudies } from "../hanging";
import { firstIndex, stackOf } from "../stack";
import { clampWindow } from "../windowing";
import type { Shown } from "./draw";

export interface Choice {
  readonly series: JoinedSeries;
  readonly imageId: string;
}

/** The first picture of the first pane; null when there is none to hang. */
export function chosen(study: OpenStudy, narrow: boolean): Choice | null {
  const cell = hangStudies(hangingSeries(study), narrow).cells.find((one) => one !== null);
  const series = study.series.find((one) => one.id === cell?.series);
  if (!cell || !series) return null;
  const stack = stackOf(series, 0);
  const imageId = stack[cell.index ?? firstIndex(series, stack)];
  return imageId === undefined ? null : { series, imageId };
}

/** Its window and whether it is turned about; null when the picture is no more. */
export function shownAs(study: OpenStudy, { series, imageId }: Choice, frame: Frame): Shown | null {
  const picture = study.picture(imageId);
  if (!picture) return null;
  const range = rangeOf(frame);
  const suv = series.modality === "PT" && series.suv;
  const [center, width] = suv ? [2.5, 5] : windowOf(picture, frame, range);
  const { window } = clampWindow({ center, width }, ...range());
  const invert = frame.samples === 1 && (suv || isInverted(picture.dataset));
  return { window, invert, function: picture.windowFunction };
}

/** Width of the picture over its height on screen; pixels need not be square. */
export function proportion(study: OpenStudy, imageId: string, frame: Frame): number {
  const picture = study.picture(imageId);
  const [vertical, horizontal] = (picture && (picture.measure.spacing ?? aspectOf(picture.dataset))) ?? [1, 1];
  return (frame.columns * horizontal) / (frame.rows * vertical);
}
