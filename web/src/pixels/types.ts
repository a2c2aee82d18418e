/** Values that go between the pixel line's parts: where bytes lie, how to open and decode them. Nothing here is a name. */

/** A run of sealed bytes in a segment: [segment, offset, length]. */
export type Extent = readonly [segment: number, offset: number, length: number];

/** All that opens one RFC 8188 message, and nothing else of its pack. Key, nonce and salt are base64. */
export interface Opening {
  readonly pack: string;
  readonly extents: readonly Extent[];
  readonly key: string;
  readonly nonce: string;
  readonly salt: string;
  readonly record_size: number;
  readonly length: number;
  readonly hash: string;
}

/** A frame's fragments as [offset, length] in the opened value; native frames of single bits may begin inside a byte. */
export interface Span {
  readonly fragments: readonly (readonly [offset: number, length: number])[];
  readonly bitOffset: number;
}

/** How the pixels of a frame are laid out (PS3.3 C.7.6.3); `photometric` as the header has it. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly planar: boolean;
  readonly photometric: string;
  /** Bytes that a big endian word has; 1 for bytes (OB). */
  readonly word: number;
  /** "integer", or what (7FE0,0008) and (7FE0,0009) hold. */
  readonly kind: "integer" | "float" | "double";
}

/** Palette Color Lookup Table (PS3.3 C.7.9): already 8 bits an entry. */
export interface Palette {
  readonly first: number;
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
}

/** Sample types that Cornerstone shows. */
export type SampleType = "Uint8Array" | "Int8Array" | "Uint16Array" | "Int16Array" | "Float32Array";
export type Samples = Uint8Array | Int8Array | Uint16Array | Int16Array | Float32Array;

/** What the samples become: value x slope + intercept, in this type. */
export interface Output {
  readonly slope: number;
  readonly intercept: number;
  readonly type: SampleType;
}

/** A Modality LUT: what a stored value means when that is no straight line (PS3.3 C.11.1). */
export interface Table {
  readonly first: number;
  readonly entries: Uint16Array;
}

/** One frame to be had, from sealed bytes or decoded from the node. `id` is unique in the pool. */
export interface FrameJob {
  readonly id: string;
  readonly source:
    | { readonly kind: "sealed"; readonly opening: Opening; readonly span: Span; readonly syntax: string }
    | { readonly kind: "node"; readonly url: string };
  readonly shape: Shape;
  readonly palette: Palette | null;
  readonly lut: Table | null;
  readonly output: Output;
  /** Decoded again by the node when the browser's own decoder refuses it; null when that cannot be. */
  readonly fallback: string | null;
}

/** A decoded frame. Colour is RGB by pixel, 8 bits. */
export interface Frame {
  readonly data: Samples;
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly decodeMs: number;
}

/** Codes of what can go wrong with a frame; `web/src/words` has the texts. */
export type PixelCode =
  | "seal-broken"
  | "message-malformed"
  | "pixels-not-decodable"
  | "pixels-too-short"
  | "still-arriving"
  | "not-found"
  | "not-signed-in"
  | "offline"
  | "node-failed"
  | "closed";

/** An error of the pixel line. The text holds no identity. */
export class PixelError extends Error {
  constructor(
    readonly code: PixelCode | (string & {}),
    message: string,
  ) {
    super(message);
    this.name = "PixelError";
  }
}
