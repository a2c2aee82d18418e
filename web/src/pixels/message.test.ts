/** Records of sealed messages open by their opening alone; anything that differs is refused. */
// @vitest-environment node
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cut, openRun, prepare, recordRun, sealedLength } from "./message";
import { Locks, needs, openFrame } from "./open-frame";
import type { Opening } from "./types";

const text = (data: Uint8Array) => Buffer.from(data).toString("base64");
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
const fromUrl = (base64url: string) => new Uint8Array(Buffer.from(base64url, "base64url"));

/** HKDF as the node does it (RFC 8188 sections 2.2 and 2.3). */
async function derived(key: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>): Promise<[Uint8Array, Uint8Array]> {
  const material = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  const bits = (info: string, length: number) =>
    crypto.subtle.deriveBits(
      { name: "HKDF", hash: "SHA-256", salt, info: new TextEncoder().encode(`Content-Encoding: ${info}\0`) },
      material,
      length * 8,
    );
  return [new Uint8Array(await bits("aes128gcm", 16)), new Uint8Array(await bits("nonce", 12))];
}

interface Made {
  readonly opening: Opening;
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly plain: Uint8Array;
}

/** A message sealed here by the standard's words, not by the code under test. */
async function made(length: number, recordSize: number): Promise<Made> {
  const key = crypto.getRandomValues(new Uint8Array(16));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const [secret, nonce] = await derived(key, salt);
  const plain = Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 255);
  const cipher = await crypto.subtle.importKey("raw", new Uint8Array(secret), "AES-GCM", false, ["encrypt"]);
  const payload = recordSize - 17;
  const records = Math.max(1, Math.ceil(length / payload));
  const parts: Uint8Array[] = [salt, new Uint8Array([0, 0, recordSize >> 8, recordSize & 255, 0])];
  for (let record = 0; record < records; record++) {
    const last = record === records - 1;
    const content = new Uint8Array([...plain.subarray(record * payload, (record + 1) * payload), last ? 2 : 1]);
    const iv = new Uint8Array(nonce);
    iv[11] = (iv[11] as number) ^ (record & 255);
    iv[10] = (iv[10] as number) ^ (record >> 8);
    parts.push(new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, cipher, content)));
  }
  const sealed = new Uint8Array(Buffer.concat(parts));
  const half = Math.floor(sealed.length / 2);
  const opening: Opening = {
    pack: "ab".repeat(16),
    extents: [
      [1, 100, half],
      [2, 0, sealed.length - half],
    ],
    key: text(secret),
    nonce: text(nonce),
    salt: text(salt),
    record_size: recordSize,
    length,
    hash: "",
  };
  return { opening, sealed, plain };
}

async function opened(one: Made, start: number, length: number, sealed = one.sealed): Promise<Uint8Array> {
  const lock = await prepare(one.opening);
  const run = recordRun(one.opening, start, length);
  const target = new Uint8Array(length);
  await openRun(lock, run, sealed.slice(run.from, run.to), start, length, target, 0);
  return target;
}

describe("opening records", () => {
  it("opens the message of RFC 8188 section 3.1", async () => {
    const sealed = fromUrl("I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");
    const [secret, nonce] = await derived(fromUrl("yqdlZ-tYemfogSmv7Ws5PQ"), sealed.slice(0, 16));
    const opening: Opening = {
      pack: "ab".repeat(16),
      extents: [[0, 0, sealed.length]],
      key: text(secret),
      nonce: text(nonce),
      salt: text(sealed.slice(0, 16)),
      record_size: 4096,
      length: 15,
      hash: "",
    };
    const plain = await opened({ opening, sealed, plain: new Uint8Array() }, 0, 15);
    expect(new TextDecoder().decode(plain)).toBe("I am the walrus");
  });

  it.each([
    [0, 0],
    [0, 1],
    [0, 5000],
    [82, 2],
    [83, 83],
    [4999, 1],
    [1000, 2345],
  ])("opens bytes %i on, %i of them", async (start, length) => {
    const one = await made(5000, 100);
    expect(await opened(one, start, length)).toEqual(one.plain.slice(start, start + length));
  });

  it("opens a value of no bytes and one of whole records", async () => {
    for (const length of [0, 83, 166]) {
      const one = await made(length, 100);
      expect(await opened(one, 0, length)).toEqual(one.plain);
    }
  });

  it("refuses any changed byte", async () => {
    const one = await made(300, 100);
    for (let at = 0; at < one.sealed.length; at++) {
      const spoilt = new Uint8Array(one.sealed);
      spoilt[at] = (spoilt[at] as number) ^ 1;
      await expect(opened(one, 0, 300, spoilt)).rejects.toMatchObject({ name: "PixelError", code: "seal-broken" });
    }
  });

  it("refuses records in another order and a message cut off between records", async () => {
    const one = await made(300, 100);
    const turned = new Uint8Array(one.sealed);
    turned.set(one.sealed.slice(21, 121), 121);
    turned.set(one.sealed.slice(121, 221), 21);
    await expect(opened(one, 0, 300, turned)).rejects.toMatchObject({ code: "seal-broken" });
    const shorter = {
      ...one,
      opening: { ...one.opening, length: 166, extents: [[1, 0, sealedLength(166, 100)]] as const },
    };
    await expect(opened(shorter, 0, 166, one.sealed)).rejects.toMatchObject({ code: "message-malformed" });
  });

  it("refuses openings that contradict themselves", async () => {
    const { opening } = await made(300, 100);
    const changes: Partial<Opening>[] = [
      { length: 301 },
      { length: -1 },
      { record_size: 17 },
      { extents: [[1, 0, 10]] },
      {
        extents: [
          [1, -1, opening.extents[0]?.[2] ?? 0],
          [2, 0, 1],
        ],
      },
      { salt: text(new Uint8Array(15)) },
      { key: text(new Uint8Array(32)) },
      { nonce: text(new Uint8Array(11)) },
    ];
    for (const change of changes) {
      await expect(prepare({ ...opening, ...change })).rejects.toMatchObject({ code: "message-malformed" });
    }
    expect(() => recordRun(opening, 299, 2)).toThrowError(/fewer pixels/);
  });

  it("opens a frame of several fragments out of runs that were fetched for it and others", async () => {
    const one = await made(5000, 100);
    const span = {
      fragments: [
        [10, 200],
        [2500, 700],
      ] as const,
      bitOffset: 0,
    };
    const whole = new Map([
      [1, one.sealed.slice(0, one.opening.extents[0]?.[2])],
      [2, one.sealed.slice(one.opening.extents[0]?.[2])],
    ]);
    const fetched = needs(one.opening, span).map((run) => {
      const base = run.segment === 1 ? 100 : 0;
      const data = (whole.get(run.segment) as Uint8Array<ArrayBuffer>).slice(run.from - base, run.to - base);
      return { ...run, data };
    });
    const data = await openFrame(new Locks(), one.opening, span, fetched);
    expect(data).toEqual(new Uint8Array([...one.plain.slice(10, 210), ...one.plain.slice(2500, 3200)]));
  });

  it("cuts extents where a run begins and ends", () => {
    const extents = [
      [1, 100, 50],
      [2, 0, 50],
    ] as const;
    expect(cut(extents, 0, 100)).toEqual([
      [1, 100, 50],
      [2, 0, 50],
    ]);
    expect(cut(extents, 40, 60)).toEqual([
      [1, 140, 10],
      [2, 0, 10],
    ]);
    expect(cut(extents, 50, 51)).toEqual([[2, 0, 1]]);
  });

  const python = fileURLToPath(new URL("../../../.venv/bin/python", import.meta.url));
  it.skipIf(!existsSync(python))("opens what the node's own code seals", async () => {
    const script = `
import base64, json, secrets
from beeldbrug.sealed.message import derived_keys, seal_message
key, salt = secrets.token_bytes(16), secrets.token_bytes(16)
plain = bytes(i * 31 % 251 for i in range(200_000))
sealed = seal_message(key, salt, 16384, plain)
secret, nonce = derived_keys(key, salt)
b = lambda data: base64.b64encode(data).decode()
print(json.dumps([b(sealed), b(plain), b(secret), b(nonce), b(salt)]))
`;
    const output = execFileSync(python, ["-c", script], { encoding: "utf8", maxBuffer: 2 ** 24 });
    const [sealed, plain, key, nonce, salt] = JSON.parse(output) as [string, string, string, string, string];
    const length = bytes(plain).length;
    const extents = [[1, 0, bytes(sealed).length]] as const;
    const opening = { pack: "ab".repeat(16), extents, key, nonce, salt, record_size: 16384, length, hash: "" };
    const one = { opening, sealed: bytes(sealed), plain: bytes(plain) };
    expect(await opened(one, 0, length)).toEqual(one.plain);
    expect(await opened(one, 50_000, 60_000)).toEqual(one.plain.slice(50_000, 110_000));
  });
});
