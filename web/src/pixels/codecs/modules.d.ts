/** The codecs' own packages have no types, or none for their WebAssembly builds. */

interface CodecFrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned?: boolean;
}

interface CodecDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): CodecFrameInfo;
  /** JPEG-LS only: 0 is plane by plane. */
  getInterleaveMode?(): number;
  decode(): void;
  delete(): void;
}

interface CodecModule {
  readonly JpegLSDecoder: new () => CodecDecoder;
  readonly J2KDecoder: new () => CodecDecoder;
  readonly HTJ2KDecoder: new () => CodecDecoder;
  readonly JPEGDecoder: new () => CodecDecoder;
  readonly JpegXLDecoder: new () => CodecDecoder;
  getExceptionMessage?(pointer: number): string;
}

type CodecFactory = (settings: { locateFile: (file: string) => string }) => Promise<CodecModule>;

declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  const factory: CodecFactory;
  export default factory;
}
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  const factory: CodecFactory;
  export default factory;
}
declare module "@cornerstonejs/codec-openjph/wasmjs" {
  const factory: CodecFactory;
  export default factory;
}
declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs" {
  const factory: CodecFactory;
  export default factory;
}
declare module "@cornerstonejs/codec-libjxl/decodewasmjs" {
  const factory: CodecFactory;
  export default factory;
}
