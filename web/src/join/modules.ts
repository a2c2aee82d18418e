/** Cornerstone3D's metadata modules of one picture, by the names that `metaData.get` is asked with. Pure. */
import { aspectOf } from "./calibration";
import { item, items, number, numbers, text, texts } from "./dataset";
import type { Fetched } from "./luts";
import { overlaysOf } from "./overlays";
import type { Picture } from "./records";
import type { Calibration, JsonDataset } from "./types";

export type ModuleOf = (picture: Picture, fetched: Fetched) => unknown;

/** Cornerstone's words for what a measure is worth. */
const CALIBRATION: Readonly<Record<Calibration, string>> = {
  patient: "",
  calibrated: "Calibrated",
  detector: "Proj",
  regions: "",
  none: "Uncalibrated",
};

const BITS = { Uint8Array: 8, Int8Array: 8, Uint16Array: 16, Int16Array: 16, Float32Array: 32 } as const;

/** The module of this name; undefined for one that Cornerstone asks others for. */
export function moduleOf(type: string, picture: Picture, fetched: Fetched): unknown {
  return Object.hasOwn(MODULES, type) ? MODULES[type]?.(picture, fetched) : undefined;
}

const MODULES: Readonly<Record<string, ModuleOf>> = {
  generalSeriesModule: ({ dataset }) => ({
    modality: text(dataset, "00080060"),
    seriesInstanceUID: text(dataset, "0020000E"),
    seriesDescription: text(dataset, "0008103E"),
    seriesNumber: number(dataset, "00200011"),
    studyInstanceUID: text(dataset, "0020000D"),
    seriesDate: text(dataset, "00080021"),
    seriesTime: text(dataset, "00080031"),
    acquisitionDate: text(dataset, "00080022"),
    acquisitionTime: text(dataset, "00080032"),
  }),
  generalStudyModule: ({ dataset }) => ({
    studyDescription: text(dataset, "00081030"),
    studyDate: text(dataset, "00080020"),
    studyTime: text(dataset, "00080030"),
    accessionNumber: text(dataset, "00080050"),
    studyInstanceUID: text(dataset, "0020000D"),
  }),
  generalImageModule: ({ dataset, frame }) => ({
    sopInstanceUID: text(dataset, "00080018"),
    instanceNumber: number(dataset, "00200013") ?? undefined,
    frameNumber: frame,
    lossyImageCompression: text(dataset, "00282110"),
    lossyImageCompressionRatio: number(dataset, "00282112") ?? undefined,
    lossyImageCompressionMethod: text(dataset, "00282114"),
  }),
  patientModule: ({ dataset }) => ({
    patientID: text(dataset, "00100020"),
    patientName: text(dataset, "00100010"),
    patientId: text(dataset, "00100020"),
  }),
  patientDemographicModule: ({ dataset }) => ({ patientSex: text(dataset, "00100040") }),
  patientStudyModule: ({ dataset }) => ({
    patientAge: Number.parseInt(text(dataset, "00101010"), 10) || undefined,
    patientSize: number(dataset, "00101020") ?? undefined,
    patientSex: text(dataset, "00100040"),
    patientWeight: number(dataset, "00101030") ?? undefined,
  }),
  sopCommonModule: ({ dataset }) => ({
    sopClassUID: text(dataset, "00080016"),
    sopInstanceUID: text(dataset, "00080018"),
  }),
  frameOfReferenceModule: ({ dataset }) => ({ frameOfReferenceUID: text(dataset, "00200052") }),
  frameModule: ({ dataset, frame, record }) => ({
    sopClassUID: text(dataset, "00080016"),
    sopInstanceUID: text(dataset, "00080018"),
    frameNumber: frame,
    numberOfFrames: record.joined.frames,
  }),
  transferSyntax: ({ record }) => ({ transferSyntaxUID: record.line.transfer_syntax }),
  imagePixelModule: pixelModule,
  imagePlaneModule: planeModule,
  voiLutModule: voiModule,
  modalityLutModule: ({ rescale, dataset, lut }) => ({
    rescaleSlope: lut ? 1 : rescale.slope,
    rescaleIntercept: lut ? 0 : rescale.intercept,
    rescaleType: text(dataset, "00281054") || undefined,
  }),
  scalingModule: ({ suv, rescale, dataset }) => {
    if (suv !== null) return { suvbw: suv };
    return text(dataset, "00080060") === "RTDOSE" ? { DoseGridScaling: rescale.slope } : undefined;
  },
  petSeriesModule: ({ dataset }) => ({
    correctedImage: texts(dataset, "00280051").join("\\"),
    units: text(dataset, "00541001"),
    decayCorrection: text(dataset, "00541102"),
  }),
  petImageModule: ({ dataset }) => ({
    frameReferenceTime: number(dataset, "00541300") ?? undefined,
    actualFrameDuration: number(dataset, "00181242") ?? undefined,
  }),
  petIsotopeModule: ({ dataset }) => {
    const tracer = item(dataset, "00540016");
    if (!tracer) return undefined;
    return {
      radiopharmaceuticalInfo: {
        radiopharmaceuticalStartTime: text(tracer, "00181072"),
        radiopharmaceuticalStartDateTime: text(tracer, "00181078"),
        radionuclideTotalDose: number(tracer, "00181074") ?? undefined,
        radionuclideHalfLife: number(tracer, "00181075") ?? undefined,
      },
    };
  },
  ultrasoundEnhancedRegionModule: ({ dataset }) => regionsOf(dataset),
  calibrationModule: ({ measure, dataset }) => {
    const regions = regionsOf(dataset);
    if (measure.calibration === "regions" && regions) return { type: "", sequenceOfUltrasoundRegions: regions };
    return { type: CALIBRATION[measure.calibration] };
  },
  cineModule: ({ dataset, record }) => ({
    cineRate: frameRateOf(dataset) ?? undefined,
    numberOfFrames: record.joined.frames,
  }),
  overlayPlaneModule: ({ dataset, frame }, fetched) => ({ overlays: overlaysOf(dataset, frame, fetched) }),
  multiframeModule: ({ record }) => ({ NumberOfFrames: record.joined.frames }),
  nmMultiframeGeometryModule: ({ dataset, pose, measure, record }) => ({
    modality: text(dataset, "00080060"),
    imageType: texts(dataset, "00080008").join("\\"),
    imageSubType: text(dataset, "00080008", 2),
    imageOrientationPatient: pose?.orientation,
    imagePositionPatient: pose?.position,
    sliceThickness: number(dataset, "00180050") ?? undefined,
    spacingBetweenSlices: number(dataset, "00180088") ?? undefined,
    pixelSpacing: measure.spacing ?? undefined,
    numberOfFrames: record.joined.frames,
    isNMReconstructable: text(dataset, "00080008", 2) === "RECON TOMO",
  }),
};

/** The samples as they are in memory, not as they were stored: Cornerstone sizes its textures by this. */
function pixelModule({ dataset, shape, output, palette }: Picture): unknown {
  const type = output?.type ?? "Uint16Array";
  const colour = palette !== null || (shape?.samples ?? 1) >= 3;
  const bits = colour ? 8 : BITS[type];
  return {
    samplesPerPixel: colour ? 3 : 1,
    photometricInterpretation: colour
      ? "RGB"
      : text(dataset, "00280004") === "MONOCHROME1"
        ? "MONOCHROME1"
        : "MONOCHROME2",
    rows: shape?.rows,
    columns: shape?.columns,
    bitsAllocated: bits,
    bitsStored: bits,
    highBit: bits - 1,
    pixelRepresentation: !colour && (type === "Int16Array" || type === "Int8Array" || type === "Float32Array") ? 1 : 0,
    planarConfiguration: 0,
    pixelAspectRatio: numbers(dataset, "00280034", 2)?.join("\\"),
    smallestPixelValue: undefined,
    largestPixelValue: undefined,
  };
}

function planeModule({ dataset, shape, pose, measure }: Picture): unknown {
  const [row, column] = measure.spacing ?? aspectOf(dataset);
  const orientation = pose?.orientation ?? [1, 0, 0, 0, 1, 0];
  return {
    frameOfReferenceUID: text(dataset, "00200052") || undefined,
    rows: shape?.rows,
    columns: shape?.columns,
    imageOrientationPatient: [...orientation],
    rowCosines: orientation.slice(0, 3),
    columnCosines: orientation.slice(3),
    imagePositionPatient: [...(pose?.position ?? [0, 0, 0])],
    sliceThickness: number(dataset, "00180050") ?? undefined,
    spacingBetweenSlices: number(dataset, "00180088") ?? undefined,
    sliceLocation: number(dataset, "00201041") ?? undefined,
    pixelSpacing: [row, column],
    rowPixelSpacing: row,
    columnPixelSpacing: column,
    usingDefaultValues: pose === null || measure.spacing === null,
  };
}

function voiModule({ windows, windowFunction, voiLuts }: Picture): unknown {
  const ranges = voiLuts.map((lut) => ({ center: lut.first + lut.entries.length / 2, width: lut.entries.length }));
  const shown = windows.length ? windows : ranges;
  return {
    windowCenter: shown.length ? shown.map((one) => one.center) : undefined,
    windowWidth: shown.length ? shown.map((one) => one.width) : undefined,
    windowExplanation: windows.map((one) => one.explanation),
    voiLUTFunction: windowFunction,
    voiLUTSequence: voiLuts.map((lut) => ({
      id: lut.explanation,
      firstValueMapped: lut.first,
      numBitsPerEntry: lut.bits,
      lut: lut.entries,
    })),
  };
}

/** Frames a second, where the header gives it and it can be. */
export function frameRateOf(dataset: JsonDataset): number | null {
  const time = number(dataset, "00181063");
  const times = numbers(dataset, "00181065", 2);
  const average = times && times.slice(1).reduce((sum, one) => sum + one, 0) / (times.length - 1);
  const rates = [
    number(dataset, "00082144"),
    number(dataset, "00180040"),
    time ? 1000 / time : null,
    average ? 1000 / average : null,
  ];
  return rates.find((rate): rate is number => rate !== null && rate >= 0.1 && rate <= 240) ?? null;
}

const REGION = {
  regionSpatialFormat: "00186012",
  regionDataType: "00186014",
  regionFlags: "00186016",
  regionLocationMinX0: "00186018",
  regionLocationMinY0: "0018601A",
  regionLocationMaxX1: "0018601C",
  regionLocationMaxY1: "0018601E",
  referencePixelX0: "00186020",
  referencePixelY0: "00186022",
  physicalUnitsXDirection: "00186024",
  physicalUnitsYDirection: "00186026",
  referencePhysicalPixelValueX: "00186028",
  referencePhysicalPixelValueY: "0018602A",
  physicalDeltaX: "0018602C",
  physicalDeltaY: "0018602E",
  transducerFrequency: "00186030",
} as const;

function regionsOf(dataset: JsonDataset): Record<string, number | undefined>[] | undefined {
  const found = items(dataset, "00186011").map((region) =>
    Object.fromEntries(Object.entries(REGION).map(([name, tag]) => [name, number(region, tag) ?? undefined])),
  );
  return found.length ? found : undefined;
}
