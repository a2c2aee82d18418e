/**
 * Seals parts before they leave this machine: RFC 8188 `aes128gcm` messages under one key a line, both keys sealed by
 * age to the upload. The opening half is `beeldbrug.sealed.opening.parts`; the tests here open with it, and what was sealed here is one of its vectors.
 */
import { Encrypter } from "age-encryption";
import type { Line, Part } from "./parts";

/** Each record is a call of its own, which costs as much as sealing 100 KiB. */
const RECORD_BYTES = 1 << 20;
const PAYLOAD = RECORD_BYTES - 17;
const HEADER_BYTES = 21;
const INSIDE_BYTES = 21;
const LAST_FLAG = 1;
const KEY_INFO = new TextEncoder().encode("Content-Encoding: aes128gcm\0");
const NONCE_INFO = new TextEncoder().encode("Content-Encoding: nonce\0");

type Octets = Uint8Array<ArrayBuffer>;

export function randomBytes(length: number): Octets {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

export function fromBase64(text: string): Octets {
  return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** One record before it is sealed; `encrypt` takes a copy before it returns, so one is enough for all. */
const record = new Uint8Array(RECORD_BYTES - 16);

/**
 * The message over these pieces, itself in pieces (RFC 8188 section 2): large buffers are not copied more often than
 * they must be. `key` is an HKDF key over the content key.
 */
export async function sealMessage(key: CryptoKey, salt: Octets, pieces: readonly Uint8Array[]): Promise<Octets[]> {
  const length = pieces.reduce((sum, one) => sum + one.length, 0);
  const records = Math.max(1, Math.ceil(length / PAYLOAD));
  const [secret, base] = await Promise.all([
    crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt, info: KEY_INFO },
      key,
      { name: "AES-GCM", length: 128 },
      false,
      ["encrypt"],
    ),
    crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: NONCE_INFO }, key, 96),
  ]);
  const header = new Uint8Array(HEADER_BYTES);
  header.set(salt);
  new DataView(header.buffer).setUint32(16, RECORD_BYTES);
  const source = new Reader(pieces);
  const sealing: Promise<ArrayBuffer>[] = [];
  for (let number = 0; number < records; number++) {
    const size = Math.min(PAYLOAD, length - number * PAYLOAD);
    source.fill(record.subarray(0, size));
    record[size] = number === records - 1 ? 2 : 1;
    const way = { name: "AES-GCM", iv: nonceOf(base, number), tagLength: 128 };
    sealing.push(crypto.subtle.encrypt(way, secret, record.subarray(0, size + 1)));
  }
  const sealed = await Promise.all(sealing);
  return [header, ...sealed.map((one) => new Uint8Array(one))];
}

function nonceOf(base: ArrayBuffer, record: number): Octets {
  const nonce = new Uint8Array(base.slice(0));
  const view = new DataView(nonce.buffer);
  view.setUint32(8, (view.getUint32(8) ^ record) >>> 0);
  return nonce;
}

/** Gives the bytes of several pieces in order. */
class Reader {
  private piece = 0;
  private at = 0;

  constructor(private readonly pieces: readonly Uint8Array[]) {}

  fill(target: Uint8Array): void {
    let filled = 0;
    while (filled < target.length) {
      const piece = this.pieces[this.piece];
      if (piece === undefined) throw new RangeError("fewer bytes than counted");
      const run = piece.subarray(this.at, this.at + target.length - filled);
      target.set(run, filled);
      filled += run.length;
      this.at += run.length;
      if (this.at === piece.length) {
        this.piece += 1;
        this.at = 0;
      }
    }
  }
}

/** What a part says of itself inside its seal: of which file and part it is; the first, name and size of the file. */
function inside(file: Octets, part: Part, name: string, size: number): Uint8Array[] {
  const head = new Uint8Array(INSIDE_BYTES);
  head.set(file);
  new DataView(head.buffer).setUint32(16, part.number);
  head[20] = part.last ? LAST_FLAG : 0;
  if (part.number > 0) return [head];
  const said = new TextEncoder().encode(JSON.stringify({ name, size }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, said.length);
  return [head, length, said];
}

/** One page's content keys for one upload. The page keeps them in memory alone; they go with it. */
export class Writer {
  private constructor(
    readonly id: string,
    readonly sealed: Octets,
    private readonly keys: Record<Line, CryptoKey>,
  ) {}

  static async make(upload: string, recipient: string): Promise<Writer> {
    const id = hex(randomBytes(16));
    const [identity, pixel] = [randomBytes(16), randomBytes(16)];
    const age = new Encrypter();
    age.addRecipient(recipient);
    const said = JSON.stringify({ upload, writer: id, identity: base64(identity), pixel: base64(pixel) });
    const sealed = new Uint8Array(await age.encrypt(said));
    const keyed = (raw: Octets) => crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey", "deriveBits"]);
    const keys = { identity: await keyed(identity), pixel: await keyed(pixel) };
    identity.fill(0);
    pixel.fill(0);
    return new Writer(id, sealed, keys);
  }

  /** The message of a part, in pieces. */
  seal(file: Octets, part: Part, name: string, size: number): Promise<Octets[]> {
    return sealMessage(this.keys[part.line], randomBytes(16), [...inside(file, part, name, size), part.content]);
  }
}

/** Ids of files: equal for the same file chosen again, and nothing to who does not hold the key. */
export async function fileIds(key: Octets): Promise<(name: string, size: number, mark: string) => Promise<Octets>> {
  const keyed = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return async (name, size, mark) => {
    const text = new TextEncoder().encode(`${name}\0${size}\0${mark}`);
    return new Uint8Array(await crypto.subtle.sign("HMAC", keyed, text)).slice(0, 16);
  };
}

/** Equal for the same files, in whatever order they were given. */
export async function markOf(files: readonly { name: string; size: number; mark: string }[]): Promise<string> {
  const lines = files.map((one) => `${one.name}\0${one.size}\0${one.mark}`).sort();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
  return hex(new Uint8Array(digest)).slice(0, 64);
}
