/** The text beside a drawn measurement: its points in pixels of its picture, measured by `measurements`, in words. */

import * as core from "@cornerstonejs/core";
import { i18n } from "@lingui/core";
import { t } from "@lingui/core/macro";
import { type JoinedInstance, openStudies } from "@/join";
import { regionsOf } from "./dataset";
import {
  angleOf,
  areaText,
  ellipseArea,
  figure,
  inEllipse,
  inRectangle,
  lengthOf,
  lengthText,
  type Pixel,
  rectangleArea,
  regionScale,
  type Scale,
  spacingScale,
  statisticsOf,
  UNCALIBRATED,
  valuesInside,
  valueUnit,
  WORTH,
} from "./measurements";

interface Drawn {
  handles: { points: core.Types.Point3[] };
  cachedStats?: Record<string, unknown>;
}

interface Picture {
  imageId: string;
  instance: JoinedInstance | null;
  modality: string;
  suv: boolean;
}

const IMAGE = "imageId:";

function pictureOf(targetId: string): Picture | null {
  if (!targetId.startsWith(IMAGE)) return null;
  const imageId = targetId.slice(IMAGE.length);
  for (const study of openStudies()) {
    const found = study.image(imageId);
    if (!found) continue;
    const series = study.series.find((one) => one.instances.some((instance) => instance.id === found.instance.id));
    return { imageId, instance: found.instance, modality: series?.modality ?? "", suv: series?.suv === true };
  }
  return null;
}

interface PlaneModule {
  rowCosines: core.Types.Point3 | null;
  columnCosines: core.Types.Point3 | null;
  imagePositionPatient: core.Types.Point3 | null;
  rowPixelSpacing: number | null;
  columnPixelSpacing: number | null;
}

/** Points of the drawing in pixels of the picture, centres of pixels at whole numbers. */
export function pixelsOf(imageId: string, points: readonly core.Types.Point3[]): Pixel[] {
  const plane = core.metaData.get("imagePlaneModule", imageId) as PlaneModule | undefined;
  const row = plane?.rowCosines ?? [1, 0, 0];
  const column = plane?.columnCosines ?? [0, 1, 0];
  const origin = plane?.imagePositionPatient ?? [0, 0, 0];
  const [x, y] = [plane?.columnPixelSpacing || 1, plane?.rowPixelSpacing || 1];
  return points.map((point) => {
    const away = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]] as const;
    const along = (axis: core.Types.Point3) => away[0] * axis[0] + away[1] * axis[1] + away[2] * axis[2];
    return [along(row) / x, along(column) / y];
  });
}

/** What a pixel of this picture is worth where these points are. */
export function scaleOf(instance: JoinedInstance | null, imageId: string, points: readonly Pixel[]): Scale {
  if (!instance) return UNCALIBRATED;
  if (instance.calibration === "regions") return regionScale(regionsOf(instance.attributes), points);
  const plane = core.metaData.get("imagePlaneModule", imageId) as PlaneModule | undefined;
  const spacing =
    plane?.rowPixelSpacing && plane.columnPixelSpacing ? [plane.rowPixelSpacing, plane.columnPixelSpacing] : null;
  return spacingScale(instance.calibration, spacing);
}

type Lines = (points: Pixel[], scale: Scale, picture: Picture) => string[];

const LINES: Record<string, Lines> = {
  Length: ([a, b], scale) => (a && b ? [lengthText(lengthOf(a, b, scale), scale, i18n.locale), worth(scale)] : []),
  Angle: ([a, corner, b], scale) =>
    a && corner && b ? [`${figure(angleOf(a, corner, b, scale), i18n.locale)}°`, ...angleWorth(scale)] : [],
  EllipticalROI: ([bottom, top, left, right], scale, picture) => {
    if (!bottom || !top || !left || !right) return [];
    const ends = [bottom, top, left, right] as const;
    return [
      ...valueLines(picture, ends, inEllipse(ends)),
      areaText(ellipseArea(ends, scale), scale, i18n.locale),
      worth(scale),
    ];
  },
  RectangleROI: ([a, b, c, d], scale, picture) => {
    if (!a || !b || !c || !d) return [];
    const corners = [a, b, c] as const;
    const values = valueLines(picture, [a, b, c, d], inRectangle(corners));
    return [...values, areaText(rectangleArea(corners, scale), scale, i18n.locale), worth(scale)];
  },
};

function worth(scale: Scale): string {
  return i18n._(WORTH[scale.worth]);
}

/** An angle needs no size of a pixel, but square pixels; without any spacing that is a guess. */
function angleWorth(scale: Scale): string[] {
  return scale.worth === "none" ? [t`pixels als vierkant genomen`] : [];
}

function valueLines(picture: Picture, box: readonly Pixel[], inside: (x: number, y: number) => boolean): string[] {
  const image = core.cache.getImage(picture.imageId);
  if (!image || image.color) return [];
  const values = valuesInside(image.getPixelData(), image.columns, image.rows, box, inside);
  const found = statisticsOf(values);
  if (!found) return [];
  const unit = valueUnit(picture.modality, picture.suv);
  const text = (value: number) => `${figure(value, i18n.locale)}${unit ? ` ${unit}` : ""}`;
  return [
    t`gem. ${text(found.mean)}  sd ${figure(found.deviation, i18n.locale)}`,
    t`min. ${text(found.min)}  max. ${text(found.max)}`,
  ];
}

const VOLUME = "volumeId:";
const MILLIMETRES: Scale = { worth: "patient", x: 1, y: 1, unit: "mm" };

interface VolumeStatistics {
  mean?: number;
  stdDev?: number;
  min?: number;
  max?: number;
  modalityUnit?: string;
}

/** In a plane of MPR points are millimetres already; values inside a region come from the drawing library. */
function volumeLines(tool: string, data: Drawn, target: string): string[] {
  const [a, b, c, d] = data.handles.points;
  const apart = (from: core.Types.Point3, to: core.Types.Point3) =>
    Math.hypot(...from.map((part, axis) => part - (to[axis] as number)));
  const size = (value: number) => [areaText(value, MILLIMETRES, i18n.locale), worth(MILLIMETRES)];
  if (!a || !b) return [];
  if (tool === "Length") return [lengthText(apart(a, b), MILLIMETRES, i18n.locale), worth(MILLIMETRES)];
  if (tool === "Angle") return c ? [`${figure(flatAngle(a, b, c), i18n.locale)}°`] : [];
  if (!c || !d) return [];
  const area = tool === "EllipticalROI" ? (Math.PI / 4) * apart(a, b) * apart(c, d) : apart(a, b) * apart(a, c);
  return [...cachedLines(data.cachedStats?.[target] as VolumeStatistics | undefined), ...size(area)];
}

function flatAngle(a: core.Types.Point3, corner: core.Types.Point3, b: core.Types.Point3): number {
  const from = a.map((part, axis) => part - (corner[axis] as number));
  const to = b.map((part, axis) => part - (corner[axis] as number));
  const size = Math.hypot(...from) * Math.hypot(...to);
  const cosine = size === 0 ? 1 : from.reduce((sum, part, axis) => sum + part * (to[axis] as number), 0) / size;
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

function cachedLines(found: VolumeStatistics | undefined): string[] {
  if (found?.mean === undefined || found.stdDev === undefined) return [];
  const unit = found.modalityUnit === "HU" || found.modalityUnit === "SUV" ? ` ${found.modalityUnit}` : "";
  return [t`gem. ${`${figure(found.mean, i18n.locale)}${unit}`}  sd ${figure(found.stdDev, i18n.locale)}`];
}

/** The lines beside a drawing of this tool; none where its picture is not open. */
export function textLinesOf(tool: string): (data: Drawn, target: string | string[]) => string[] | undefined {
  const lines = LINES[tool];
  return (data, target) => {
    const named = Array.isArray(target) ? (target[0] ?? "") : target;
    if (named.startsWith(VOLUME)) return volumeLines(tool, data, named);
    const picture = pictureOf(named);
    if (!lines || !picture) return undefined;
    const points = pixelsOf(picture.imageId, data.handles.points);
    return lines(points, scaleOf(picture.instance, picture.imageId, points), picture);
  };
}
