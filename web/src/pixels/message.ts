/**
 * Opens records of RFC 8188 `aes128gcm` messages by their opening alone, with WebCrypto.
 *
 * The opening says what the bytes must be; bytes that differ in anything - header, length, delimiter, authentication -
 * are refused. It believes nothing that a message says of itself. The whole value's hash is not computed here: each
 * record is authenticated, and its number is part of its nonce.
 */
import { type Extent, type Opening, PixelError } from "./types";

export const HEADER_BYTES = 21;
const OVERHEAD_BYTES = 17;
const TAG_BITS = 128;
const MORE = 1;
const LAST = 2;
const RECORD_BYTES_LEAST = 18;

/** An opening ready for use. */
export interface Lock {
  readonly opening: Opening;
  readonly key: CryptoKey;
  readonly nonce: Uint8Array;
  readonly header: Uint8Array;
  readonly payload: number;
  readonly records: number;
}

/** The records [first, end) that hold bytes [start, start + length) of the value, and their bytes in the message. */
export interface RecordRun {
  readonly first: number;
  readonly end: number;
  /** Bytes of the message: from `from` up to `to`; the header comes with record 0. */
  readonly from: number;
  readonly to: number;
}

/** Bytes of base64. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Length of a sealed message over `length` bytes. */
export function sealedLength(length: number, recordSize: number): number {
  return HEADER_BYTES + length + recordsOf(length, recordSize) * OVERHEAD_BYTES;
}

/** Refuses an opening that contradicts itself, and makes the others usable. */
export async function prepare(opening: Opening): Promise<Lock> {
  checkOpening(opening);
  const salt = bytesOf(opening.salt);
  const nonce = bytesOf(opening.nonce);
  const secret = bytesOf(opening.key);
  if (salt.length !== 16 || nonce.length !== 12 || secret.length !== 16) throw malformed();
  const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);
  secret.fill(0);
  const header = new Uint8Array(HEADER_BYTES);
  header.set(salt);
  new DataView(header.buffer).setUint32(16, opening.record_size);
  const payload = opening.record_size - OVERHEAD_BYTES;
  return { opening, key, nonce, header, payload, records: recordsOf(opening.length, opening.record_size) };
}

/** Which records hold a run of the value. */
export function recordRun(opening: Opening, start: number, length: number): RecordRun {
  if (start < 0 || length < 0 || start + length > opening.length) throw tooShort();
  const payload = opening.record_size - OVERHEAD_BYTES;
  const first = Math.floor(start / payload);
  const end = length ? Math.floor((start + length - 1) / payload) + 1 : first + 1;
  const total = sealedLength(opening.length, opening.record_size);
  return {
    first,
    end,
    from: first ? HEADER_BYTES + first * opening.record_size : 0,
    to: Math.min(HEADER_BYTES + end * opening.record_size, total),
  };
}

/** The part of a message's extents from byte `from` up to byte `to` of it. */
export function cut(extents: readonly Extent[], from: number, to: number): Extent[] {
  const found: Extent[] = [];
  let passed = 0;
  for (const [segment, offset, length] of extents) {
    const low = Math.max(from - passed, 0);
    const high = Math.min(to - passed, length);
    if (low < high) found.push([segment, offset + low, high - low]);
    passed += length;
  }
  return found;
}

/**
 * Opens the sealed bytes of a run of records and writes bytes [start, start + length) of the value to `target` at `at`.
 * `sealed` holds exactly the bytes `run.from` up to `run.to` of the message.
 */
export async function openRun(
  lock: Lock,
  run: RecordRun,
  sealed: Uint8Array<ArrayBuffer>,
  start: number,
  length: number,
  target: Uint8Array,
  at: number,
): Promise<void> {
  if (sealed.length !== run.to - run.from) throw tooShort();
  if (run.first === 0) checkHeader(lock, sealed);
  const opened: Promise<void>[] = [];
  let position = run.first === 0 ? HEADER_BYTES : 0;
  for (let record = run.first; record < run.end; record++) {
    const size = Math.min(lock.opening.record_size, sealed.length - position);
    opened.push(openRecord(lock, record, sealed.subarray(position, position + size), start, length, target, at));
    position += size;
  }
  await Promise.all(opened);
}

async function openRecord(
  lock: Lock,
  record: number,
  sealed: Uint8Array<ArrayBuffer>,
  start: number,
  length: number,
  target: Uint8Array,
  at: number,
): Promise<void> {
  let plain: Uint8Array;
  try {
    const parameters = { name: "AES-GCM", iv: nonceOf(lock.nonce, record), tagLength: TAG_BITS };
    plain = new Uint8Array(await crypto.subtle.decrypt(parameters, lock.key, sealed));
  } catch {
    throw new PixelError("seal-broken", "Sealed bytes do not open: they were altered or exchanged.");
  }
  const last = record === lock.records - 1;
  const first = record * lock.payload;
  const expected = last ? lock.opening.length - first : lock.payload;
  if (plain.length !== expected + 1 || plain[expected] !== (last ? LAST : MORE)) throw malformed();
  const low = Math.max(start - first, 0);
  const high = Math.min(start + length - first, expected);
  if (low < high) target.set(plain.subarray(low, high), at + first + low - start);
}

function nonceOf(base: Uint8Array, record: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(base);
  const view = new DataView(nonce.buffer);
  // a record's number is below 2**53 and is XORed into the last bytes, big endian (RFC 8188 section 2.3)
  view.setUint32(8, (view.getUint32(8) ^ (record % 2 ** 32)) >>> 0);
  view.setUint32(4, (view.getUint32(4) ^ Math.floor(record / 2 ** 32)) >>> 0);
  return nonce;
}

function recordsOf(length: number, recordSize: number): number {
  return Math.max(1, Math.ceil(length / (recordSize - OVERHEAD_BYTES)));
}

function checkHeader(lock: Lock, sealed: Uint8Array): void {
  for (let at = 0; at < HEADER_BYTES; at++) if (sealed[at] !== lock.header[at]) throw differs();
}

function checkOpening(opening: Opening): void {
  const { length, record_size, extents } = opening;
  const sizes = Number.isSafeInteger(length) && length >= 0 && Number.isSafeInteger(record_size);
  if (!sizes || record_size < RECORD_BYTES_LEAST) throw malformed();
  let total = 0;
  for (const [segment, offset, run] of extents) {
    const good = Number.isSafeInteger(segment) && segment >= 0 && Number.isSafeInteger(offset) && offset >= 0;
    if (!good || !Number.isSafeInteger(run) || run <= 0) throw malformed();
    total += run;
  }
  if (total !== sealedLength(length, record_size)) throw malformed();
}

function differs(): PixelError {
  return new PixelError("seal-broken", "A sealed value does not begin as its opening says that it does.");
}

function malformed(): PixelError {
  return new PixelError("message-malformed", "A sealed value is not what its opening says that it is.");
}

function tooShort(): PixelError {
  return new PixelError("pixels-too-short", "There are fewer pixels than the header says.");
}
