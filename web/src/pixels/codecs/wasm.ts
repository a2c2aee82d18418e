/** Decoders in WebAssembly, each loaded when the first frame needs it. */
import charlsUrl from "@cornerstonejs/codec-charls/decodewasm?url";
import turboUrl from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm?url";
import jxlUrl from "@cornerstonejs/codec-libjxl/decodewasm?url";
import openjpegUrl from "@cornerstonejs/codec-openjpeg/decodewasm?url";
import openjphUrl from "@cornerstonejs/codec-openjph/wasm?url";

/** What a decoder gives: samples by pixel. `signed` as the stream says, null where it does not. */
export interface Coded {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bits: number;
  readonly signed: boolean | null;
  /** Plane by plane instead of pixel by pixel. */
  readonly planar: boolean;
}

type Decoder = (data: Uint8Array) => Promise<Coded>;
type Make = (codec: CodecModule) => CodecDecoder;

function decoder(load: () => Promise<{ default: CodecFactory }>, url: string, make: Make): Decoder {
  let codec: Promise<CodecModule> | null = null;
  return async (data) => {
    codec ??= load().then((module) => factoryOf(module)({ locateFile: () => url }));
    const ready = await codec;
    const made = make(ready);
    try {
      made.getEncodedBuffer(data.length).set(data);
      made.decode();
      const info = made.getFrameInfo();
      return {
        data: new Uint8Array(made.getDecodedBuffer()),
        rows: info.height,
        columns: info.width,
        samples: info.componentCount,
        bits: info.bitsPerSample,
        signed: info.isSigned ?? null,
        planar: info.componentCount > 1 && made.getInterleaveMode?.() === 0,
      };
    } finally {
      made.delete();
    }
  };
}

/** The factory, however the bundler wraps a module that is not an ES module. */
function factoryOf(module: { default: CodecFactory | { default: CodecFactory } }): CodecFactory {
  return typeof module.default === "function" ? module.default : module.default.default;
}

export const jpegLs = decoder(
  () => import("@cornerstonejs/codec-charls/decodewasmjs"),
  charlsUrl,
  (codec) => new codec.JpegLSDecoder(),
);
export const jpeg2000 = decoder(
  () => import("@cornerstonejs/codec-openjpeg/decodewasmjs"),
  openjpegUrl,
  (codec) => new codec.J2KDecoder(),
);
export const htj2k = decoder(
  () => import("@cornerstonejs/codec-openjph/wasmjs"),
  openjphUrl,
  (codec) => new codec.HTJ2KDecoder(),
);
export const jpegTurbo = decoder(
  () => import("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs"),
  turboUrl,
  (codec) => new codec.JPEGDecoder(),
);
export const jpegXl = decoder(
  () => import("@cornerstonejs/codec-libjxl/decodewasmjs"),
  jxlUrl,
  (codec) => new codec.JpegXLDecoder(),
);
