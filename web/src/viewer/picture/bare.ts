/**
 * Image files with nothing in them but the picture: no text, time, camera, place, colour profile or comment. Pure.
 *
 * What is not known to be part of the picture is taken out (PNG: W3C REC-png 5.3 and 11; JPEG: ITU T.81 annex B), so that
 * what a browser may add one day does not go along.
 */

const PNG_HEAD = [137, 80, 78, 71, 13, 10, 26, 10];
const PNG_PARTS = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);

/** A file that is not what it should be: nothing of it goes out. */
export class NotAPicture extends Error {}

/** A PNG with the chunks that make up the picture, and no other. */
export function barePng(file: Uint8Array): Uint8Array<ArrayBuffer> {
  if (!PNG_HEAD.every((byte, at) => file[at] === byte)) throw new NotAPicture("no PNG");
  const kept: Uint8Array[] = [file.subarray(0, PNG_HEAD.length)];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = PNG_HEAD.length;
  while (at + 12 <= file.length) {
    const end = at + 12 + view.getUint32(at);
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (end > file.length) throw new NotAPicture("a PNG that is cut off");
    if (PNG_PARTS.has(name)) kept.push(file.subarray(at, end));
    at = end;
    if (name === "IEND") return joined(kept);
  }
  throw new NotAPicture("a PNG without end");
}

const SOS = 0xda;
const APP0 = 0xe0;
const APP15 = 0xef;
const COM = 0xfe;
const JFIF = "JFIF\0";

/** A JPEG without application segments (but for a plain JFIF head) and comments. */
export function bareJpeg(file: Uint8Array): Uint8Array<ArrayBuffer> {
  if (file[0] !== 0xff || file[1] !== 0xd8) throw new NotAPicture("no JPEG");
  const kept: Uint8Array[] = [file.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= file.length && file[at] === 0xff) {
    const marker = file[at + 1] as number;
    if (marker === SOS) {
      kept.push(scansOf(file, at));
      return joined(kept);
    }
    const end = at + 2 + (((file[at + 2] as number) << 8) | (file[at + 3] as number));
    if (end > file.length) throw new NotAPicture("a JPEG that is cut off");
    const application = marker >= APP0 && marker <= APP15;
    const plainHead =
      marker === APP0 && String.fromCharCode(...file.subarray(at + 4, at + 9)) === JFIF && end - at === 18;
    if ((!application && marker !== COM) || plainHead) kept.push(file.subarray(at, end));
    at = end;
  }
  throw new NotAPicture("a JPEG without picture");
}

/** From the first scan to the end of the image, and nothing behind that. */
function scansOf(file: Uint8Array, from: number): Uint8Array {
  for (let at = file.length - 2; at > from; at -= 1)
    if (file[at] === 0xff && file[at + 1] === 0xd9) return file.subarray(from, at + 2);
  throw new NotAPicture("a JPEG without end");
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
