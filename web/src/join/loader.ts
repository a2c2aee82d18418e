/** Cornerstone3D's image loader for `bb:` and its metadata provider: pictures of open studies, and nothing else. */
import { cache, type Enums, imageLoader, metaData, type Types, utilities } from "@cornerstonejs/core";
import type { Frame, Samples, SampleType } from "../pixels";
import { moduleOf } from "./modules";
import { isInverted } from "./picture";
import type { Picture } from "./records";
import type { OpenStudy } from "./study";
import { rangeOf, windowOf } from "./window";

export const SCHEME = "bb";
/** Above the providers that Cornerstone registers itself, which know nothing of these images. */
const PRIORITY = 10_000;

const MAKERS = { Uint8Array, Int8Array, Uint16Array, Int16Array, Float32Array } as const;

interface LoaderOptions {
  readonly requestType?: string;
  readonly targetBuffer?: { readonly type?: string };
}

type Find = (imageId: string) => OpenStudy | null;

/** Makes Cornerstone know the scheme; once for the page. `find` gives the open study of an image id. */
export function registerLoader(find: Find): void {
  imageLoader.registerImageLoader(SCHEME, (imageId, options) => load(find, imageId, (options ?? {}) as LoaderOptions));
  metaData.addProvider((type: string, ...query: unknown[]) => {
    const [imageId] = query;
    if (typeof imageId !== "string" || !imageId.startsWith(`${SCHEME}:`)) return undefined;
    const study = find(imageId);
    const picture = study?.picture(imageId);
    return study && picture ? moduleOf(type, picture, study.fetched) : undefined;
  }, PRIORITY);
}

/** Lets go of what Cornerstone cached of these images, and of volumes made of them. */
export function dropCached(imageIds: readonly string[]): void {
  const gone = new Set(imageIds);
  for (const volume of cache.getVolumes()) {
    if (volume.imageIds?.some((imageId) => gone.has(imageId)))
      quietly(() => cache.removeVolumeLoadObject(volume.volumeId));
  }
  for (const imageId of imageIds) {
    if (cache.getImageLoadObject(imageId)) quietly(() => cache.removeImageLoadObject(imageId, { force: true }));
  }
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // it went in the meantime
  }
}

function load(find: Find, imageId: string, options: LoaderOptions): Types.IImageLoadObject {
  const study = find(imageId);
  const promise = study
    ? study.frame(imageId, options.requestType !== "prefetch").then((frame) => imageOf(study, imageId, frame, options))
    : Promise.reject(new Error("closed"));
  return { promise, cancelFn: () => study?.release(imageId) };
}

function imageOf(study: OpenStudy, imageId: string, frame: Frame, options: LoaderOptions): Types.IImage {
  const picture = study.picture(imageId);
  if (!picture) throw new Error("closed");
  const { rows, columns, samples } = frame;
  const data = fitted(frame.data, samples === 3 ? undefined : options.targetBuffer?.type);
  const range = rangeOf(frame);
  const [windowCenter, windowWidth] = windowOf(picture, frame, range);
  const spacing = picture.measure.spacing ?? [1, 1];
  const colour = samples === 3;
  const image = {
    imageId,
    dataType: data.constructor.name as Types.PixelDataTypedArrayString,
    isPreScaled: true,
    preScale: { enabled: true, scaled: true, scalingParameters: scalingOf(picture) },
    get minPixelValue() {
      return range()[0];
    },
    get maxPixelValue() {
      return range()[1];
    },
    slope: picture.rescale.slope,
    intercept: picture.rescale.intercept,
    windowCenter,
    windowWidth,
    voiLUTFunction: picture.windowFunction as Enums.VOILUTFunctionType,
    getPixelData: () => data,
    getCanvas: () => canvasOf(frame),
    rows,
    columns,
    height: rows,
    width: columns,
    color: colour,
    rgba: false,
    numberOfComponents: samples,
    columnPixelSpacing: spacing[1],
    rowPixelSpacing: spacing[0],
    invert: !colour && isInverted(picture.dataset),
    photometricInterpretation: colour ? "RGB" : "MONOCHROME2",
    sizeInBytes: data.byteLength,
    decodeTimeInMS: frame.decodeMs,
    imageFrame: { rows, columns, samplesPerPixel: samples, photometricInterpretation: colour ? "RGB" : "MONOCHROME2" },
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      scalarData: data,
      width: columns,
      height: rows,
      numberOfComponents: samples,
    }),
  };
  return image as unknown as Types.IImage;
}

function scalingOf(picture: Picture): Record<string, unknown> {
  const { rescale, suv, dataset } = picture;
  const modality = dataset["00080060"]?.Value?.[0];
  return {
    modality,
    rescaleSlope: rescale.slope,
    rescaleIntercept: rescale.intercept,
    ...(suv !== null && { suvbw: suv }),
  };
}

/** The same values in the type that a volume has; out of its range means its end. */
function fitted(data: Samples, type: string | undefined): Samples {
  if (!type || data.constructor.name === type || !Object.hasOwn(MAKERS, type)) return data;
  const found = new MAKERS[type as SampleType](data.length) as Samples;
  const bits = found.BYTES_PER_ELEMENT * 8;
  if (found instanceof Float32Array) {
    found.set(data);
    return found;
  }
  const signed = found instanceof Int8Array || found instanceof Int16Array;
  const [low, high] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  for (let at = 0; at < data.length; at++) {
    const value = Math.round(data[at] as number);
    found[at] = Math.min(Math.max(value, low), high);
  }
  return found;
}

/** For Cornerstone's drawing without a graphics card. */
function canvasOf(frame: Frame): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = frame.columns;
  canvas.height = frame.rows;
  const context = canvas.getContext("2d");
  if (!context || frame.samples !== 3) return canvas;
  const image = context.createImageData(frame.columns, frame.rows);
  for (let from = 0, to = 0; from + 2 < frame.data.length; from += 3, to += 4) {
    image.data[to] = frame.data[from] as number;
    image.data[to + 1] = frame.data[from + 1] as number;
    image.data[to + 2] = frame.data[from + 2] as number;
    image.data[to + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
