/** Which transfer syntaxes the browser decodes itself, and how (PS3.6 table A-1). The rest is decoded by the node. */

export type Coding =
  | "little"
  | "big"
  | "rle"
  | "jpeg"
  | "jpeg-ls"
  | "jpeg-2000"
  | "htj2k"
  | "jpeg-xl"
  | "deflated-frame";

const CODINGS: Readonly<Record<string, Coding>> = {
  "1.2.840.10008.1.2": "little",
  "1.2.840.10008.1.2.1": "little",
  "1.2.840.10008.1.2.1.98": "little",
  "1.2.840.10008.1.2.2": "big",
  "1.2.840.113619.5.2": "big",
  "1.2.840.10008.1.2.5": "rle",
  "1.2.840.10008.1.2.8.1": "deflated-frame",
  "1.2.840.10008.1.2.4.50": "jpeg",
  "1.2.840.10008.1.2.4.51": "jpeg",
  "1.2.840.10008.1.2.4.53": "jpeg",
  "1.2.840.10008.1.2.4.55": "jpeg",
  "1.2.840.10008.1.2.4.57": "jpeg",
  "1.2.840.10008.1.2.4.70": "jpeg",
  "1.2.840.10008.1.2.4.80": "jpeg-ls",
  "1.2.840.10008.1.2.4.81": "jpeg-ls",
  "1.2.840.10008.1.2.4.90": "jpeg-2000",
  "1.2.840.10008.1.2.4.91": "jpeg-2000",
  "1.2.840.10008.1.2.4.110": "jpeg-xl",
  "1.2.840.10008.1.2.4.111": "jpeg-xl",
  "1.2.840.10008.1.2.4.112": "jpeg-xl",
  "1.2.840.10008.1.2.4.201": "htj2k",
  "1.2.840.10008.1.2.4.202": "htj2k",
  "1.2.840.10008.1.2.4.203": "htj2k",
};

/** How a transfer syntax is decoded in the browser; null where only the node may know. */
export function codingOf(syntax: string): Coding | null {
  return CODINGS[syntax] ?? null;
}

/** Streams of video: MPEG-2, MPEG-4 and HEVC. */
export function isVideo(syntax: string): boolean {
  return /^1\.2\.840\.10008\.1\.2\.4\.10[0-8](\.1)?$/.test(syntax);
}
