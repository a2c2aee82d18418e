/**
 * What the viewer sees of an opened study: types only, no behaviour.
 *
 * A name meets a picture in this room and nowhere else. Nothing here may be written to a URL, a title, storage or a log.
 * Dates and times are DICOM's own (YYYYMMDD, HHMMSS.ffffff), names DICOM PN strings; `words` formats them.
 */

/** What to open: an exchange that came in (or was sent), or a study that lies on this node. Ids are random. */
export type Source =
  | { readonly kind: "exchange"; readonly id: string }
  | { readonly kind: "study"; readonly id: string };

/** How an opening may be tuned; the defaults suit a workstation. */
export interface OpenOptions {
  /** Load everything in the background (default true). A phone or a prior may want false: only what is asked for. */
  readonly loadAll?: boolean;
  /** Requests of this study go after those of others (a prior beside the current study). Default 0, higher is later. */
  readonly rank?: number;
}

/**
 * - `opening`: it is being read; pictures may be there already
 * - `arriving`: usable; more is on its way to this node ("312 of 540")
 * - `complete`: everything the sender announced is here
 * - `withdrawn`: it was withdrawn, expired or deleted while open; the pixels and names are gone from memory already
 * - `signed-out`: the session ended; the pixels and names are gone from memory already
 * - `failed`: it could not be opened (see `fault`)
 * - `closed`: `close()` was called
 */
export type StudyState = "opening" | "arriving" | "complete" | "withdrawn" | "signed-out" | "failed" | "closed";

/** What went wrong, by a stable code for which `web/src/errors` has the words. Never holds identity. */
export interface Fault {
  readonly code: string;
  readonly text: string;
  readonly remedy: string;
}

/** Header values that stay on screen wherever a picture is. Empty strings where the header lacks them. */
export interface StudyHeader {
  readonly patientName: string;
  readonly patientId: string;
  readonly issuer: string;
  readonly birthDate: string;
  /** "M", "F", "O" or "". */
  readonly sex: string;
  /** As DICOM has it ("045Y"). */
  readonly age: string;
  /** InstitutionName of the first instance that has one. */
  readonly hospital: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly description: string;
  readonly accessionNumber: string;
  readonly studyUid: string;
  readonly referringPhysician: string;
  readonly modalities: readonly string[];
  /**
   * True when instances disagree about the patient (name, number or birth date). The viewer must warn: this is one
   * study UID with two people in it.
   */
  readonly mixedPatients: boolean;
}

/** Counts for the screen. */
export interface Progress {
  /** Instances whose pixels are on this node, and instances known of. */
  readonly here: number;
  readonly total: number;
  /** Frames decoded in memory, frames wanted by the background loading, and sealed bytes fetched so far. */
  readonly loaded: number;
  readonly wanted: number;
  readonly bytes: number;
}

/** One attribute in the DICOM JSON model (PS3.18 annex F). */
export interface JsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

/** A dataset in the DICOM JSON model, by tag ("00100010"). */
export type JsonDataset = { readonly [tag: string]: JsonAttribute };

/** What a series is, and so where it belongs on the screen. */
export type SeriesKind =
  /** Pictures to scroll through (also a single one). */
  | "images"
  /** Encapsulated PDF or CDA: `documentUrl`. */
  | "document"
  /** Structured report: its content tree is in `attributes`. */
  | "report"
  /** Presentation state (GSPS and friends), in `attributes`. */
  | "presentation"
  /** Key object selection, in `attributes`. */
  | "key-objects"
  /** Video stream (MPEG): the browser's own player may show it; not in Cornerstone. */
  | "video"
  /** Waveforms, segmentations, RT objects, spectra and everything else without pictures to scroll. */
  | "other";

/** Something odd about a series that the viewer says in words where it matters. */
export interface Problem {
  readonly code: /** Several images at one position (phases, echoes or true doubles): `count` of them. */
    | "duplicate-positions"
    /** Gaps in an otherwise even run: `count` slices seem to lack. Also while still arriving. */
    | "missing-slices"
    /** Uneven spacing between slices: no MPR. */
    | "uneven-spacing"
    /** Images of several orientations in one series (a scout). */
    | "mixed-orientation"
    /** Images of several sizes. */
    | "mixed-sizes"
    /** No usable position: sorted by instance number. */
    | "no-position"
    /** Header values that cannot be (spacing 0, window width 0, NaN): ignored. */
    | "absurd-values"
    /** `count` images whose pixels cannot be shown at all. */
    | "undecodable";
  readonly count: number;
}

/** In-plane measure: what a millimetre on the screen means (PS3.3 C.7.6.3 and 10.7). */
export type Calibration =
  /** Pixel Spacing of a cross-sectional image: millimetres in the patient. */
  | "patient"
  /** Projection image whose Pixel Spacing was corrected for magnification (geometry or fiducial). */
  | "calibrated"
  /** Only Imager Pixel Spacing: millimetres at the detector. Say so beside every measure. */
  | "detector"
  /** Ultrasound regions say it (`ultrasoundEnhancedRegionModule`). */
  | "regions"
  /** No spacing at all: lengths are in pixels. */
  | "none";

/** One instance: one DICOM object of a series. */
export interface JoinedInstance {
  /** Its number in this opening; stable, means nothing elsewhere. */
  readonly id: number;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntax: string;
  readonly instanceNumber: number | null;
  /** Whether its pixels are on this node already. */
  readonly here: boolean;
  readonly frames: number;
  /** One per frame, for Cornerstone. Empty for what has no pictures. */
  readonly imageIds: readonly string[];
  /** All of its header as DICOM JSON, without bulk. */
  readonly attributes: JsonDataset;
  readonly calibration: Calibration;
  /** Set when its pixels cannot be shown; the reason by code. */
  readonly undecodable: string | null;
  /** Where an encapsulated document can be shown from (PDF, same origin, sandboxed); null for all else. */
  readonly documentUrl: string | null;
  /** Where a video can be played from; null for all else. */
  readonly videoUrl: string | null;
}

/** One image in the order of the stack. */
export interface StackImage {
  readonly imageId: string;
  readonly instance: JoinedInstance;
  /** From 1. */
  readonly frame: number;
  /** Distance along the normal of the stack in mm; null when it has no position. */
  readonly position: number | null;
}

/** A series, its images in the order of a stack. The object is replaced when anything in it changes. */
export interface JoinedSeries {
  readonly id: string;
  readonly seriesUid: string;
  readonly kind: SeriesKind;
  readonly modality: string;
  readonly number: number | null;
  readonly description: string;
  readonly protocol: string;
  readonly bodyPart: string;
  /** "L", "R" or "". */
  readonly laterality: string;
  /** View Position of projection images ("CC", "MLO", "AP" ...). */
  readonly viewPosition: string;
  readonly date: string;
  readonly time: string;
  readonly instances: readonly JoinedInstance[];
  /** Sorted; empty unless kind is `images`. */
  readonly images: readonly StackImage[];
  /** `images` as Cornerstone wants them. */
  readonly imageIds: readonly string[];
  /** Images whose pixels are here, of all known. */
  readonly here: number;
  /** Frame of Reference UID when all images share one: stacks that do can be synchronised by position. */
  readonly frameOfReference: string;
  /** Plane by the normal of the first image. */
  readonly plane: "axial" | "coronal" | "sagittal" | "oblique" | null;
  /** Whether a volume can be made of it (even spacing, one orientation and size, three images or more). */
  readonly volume: boolean;
  /** Runs that form a volume each when a series holds several (phases, b-values, echoes); else one or none. */
  readonly stacks: readonly (readonly string[])[];
  /** Frames per second for cine where the header gives it, else null. */
  readonly frameRate: number | null;
  /** The image that stands for the series as a thumbnail. */
  readonly thumbnail: string | null;
  /** Whether SUV can be computed from what the header says. */
  readonly suv: boolean;
  /** What values are multiplied by to be SUV; 1 where they are not. */
  readonly scale: number;
  readonly problems: readonly Problem[];
}

/** What `subscribe` tells. The study's properties are already those after the event. */
export type StudyEvent =
  /** `header`, `series`, `state` or `progress.here/total` changed. */
  | { readonly type: "changed" }
  /** A frame was decoded: `progress.loaded` changed (at most 10 a second). */
  | { readonly type: "loaded" }
  /** Pixels of this image could not be shown; the rest goes on. */
  | { readonly type: "image-failed"; readonly imageId: string; readonly fault: Fault }
  /** The network went (`offline` true) or came back. Loading waits and goes on by itself. */
  | { readonly type: "offline"; readonly offline: boolean }
  /** `state` is now `withdrawn`, `signed-out`, `failed` or `closed`: take the pictures and names off the screen. */
  | { readonly type: "ended"; readonly state: StudyState };

/** A study that is open. Everything of it is in memory only, and gone after `close()`. */
export interface JoinedStudy {
  /** Random, of this opening; the part of its image ids after `bb:`. */
  readonly id: string;
  readonly source: Source;
  readonly state: StudyState;
  readonly fault: Fault | null;
  readonly offline: boolean;
  readonly progress: Progress;
  /** Null until the first instance is known. */
  readonly header: StudyHeader | null;
  /** Sorted by series number; arrivals are sorted in. The array is replaced when anything in it changes. */
  readonly series: readonly JoinedSeries[];
  /** Grows with each change: `useSyncExternalStore(study.subscribe, () => study.version)`. */
  readonly version: number;
  /** Why the sender takes an instance back (its row): a code of PS3.16 CID 7011; empty where it does not. */
  rejected(instance: number): string;
  /** Resolves when the first series with pictures (or, without any, the first series) is there; rejects with a Fault. */
  readonly ready: Promise<void>;
  /** The plan was read to its end once: all series that there are by now are known, in full. */
  readonly planned: boolean;
  /** Listen; returns how to stop. May be passed about unbound. */
  readonly subscribe: (listener: (event: StudyEvent) => void) => () => void;
  /** Instance and frame of an image id of this study. */
  image(imageId: string): StackImage | null;
  /** An instance by its SOP Instance UID: for key objects and presentation states. */
  instance(sopInstanceUid: string): JoinedInstance | null;
  /** Image id of a frame (from 1) of an instance by SOP Instance UID; null when it is not here. */
  imageIdOf(sopInstanceUid: string, frame?: number): string | null;
  /**
   * Where somebody looks: this image comes first, then its neighbours in scroll direction, then the other side, then the
   * rest of that series, then the other series. Call it on every scroll; it costs next to nothing.
   */
  look(imageId: string, direction?: 1 | -1): void;
  /** The picture that was looked at last; null before the first. */
  readonly lookedAt: string | null;
  /** Values that lie outside the header (a BulkDataURI of `attributes`), e.g. overlays: little-endian bytes. */
  bulk(uri: string): Promise<ArrayBuffer>;
  /** Asks the node at once for what is new, such as what was just saved here. */
  renew(): void;
  /** Takes an instance off the screen that the node no longer has, by its row there. */
  drop(instance: number): void;
  /** Drop every byte, key and name from memory, Cornerstone's cache of these images included. Repeatable. */
  close(): void;
}
