/** Files are cut on the right border, sealed so that the node opens them, and read from ZIP and ISO files. */
// @vitest-environment node
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Bytes, blobBytes, buffered, Remembered } from "./bytes";
import { chosenFiles, FILES_MOST } from "./found";
import { lookAt } from "./header";
import { isoFiles } from "./iso";
import { headParts, type Part, partsOf } from "./parts";
import { fileIds, hex, markOf, Writer } from "./seal";
import { zipFiles } from "./zip";

const PART = 4 << 20;
const python = fileURLToPath(new URL("../../../.venv/bin/python", import.meta.url));

function bytes(...parts: (number[] | string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts.map((one) => Buffer.from(one as never))));
}

const two = (value: number) => [value & 255, value >> 8];
const four = (value: number) => [...two(value & 0xffff), ...two(value >>> 16)];
/** An element in explicit VR little endian. */
function element(group: number, number: number, vr: string, value: Uint8Array | string, length?: number) {
  const long = ["OB", "OW", "SQ", "UN", "UT"].includes(vr);
  const size = length ?? value.length;
  return bytes(two(group), two(number), vr, long ? [0, 0, ...four(size)] : two(size), value);
}

const UID = "1.2.3.4 ".replace(" ", "\0");
function part10(syntax: string, ...dataset: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const padded = syntax.length % 2 ? `${syntax}\0` : syntax;
  return bytes(new Uint8Array(128), "DICM", element(2, 0x10, "UI", padded), ...dataset);
}
const NAMES = [element(8, 0x18, "UI", UID), element(0x10, 0x10, "PN", "Jansen^Jan")];
const EXPLICIT = "1.2.840.10008.1.2.1";

async function cut(content: Uint8Array<ArrayBuffer>, until?: number) {
  const file = new Blob([content]);
  const layout = await lookAt(blobBytes(file));
  const parts: Part[] = [];
  for await (const part of partsOf(blobBytes(file), layout, content.length, PART, until)) parts.push(part);
  return { layout, parts };
}

const lines = (parts: Part[]) => parts.map((one) => `${one.line} ${one.content.length}${one.last ? " last" : ""}`);

describe("cutting", () => {
  it("puts the pixels on their own line, and what follows them back on the other", async () => {
    const pixels = new Uint8Array(9 << 20).fill(7);
    const tail = element(0xfffc, 0xfffc, "OB", new Uint8Array(10));
    const content = part10(EXPLICIT, ...NAMES, element(0x7fe0, 0x10, "OW", pixels), tail);
    const { layout, parts } = await cut(content);
    const header = content.length - pixels.length - tail.length;
    expect(layout).toEqual({ kind: "instance", header, bulk: pixels.length, cut: true });
    const sizes = [
      `identity ${header}`,
      `pixel ${PART}`,
      `pixel ${PART}`,
      `pixel ${1 << 20}`,
      `identity ${tail.length} last`,
    ];
    expect(lines(parts)).toEqual(sizes);
    expect(Buffer.concat(parts.map((one) => one.content)).equals(Buffer.from(content))).toBe(true);
    expect(lines((await cut(content, headParts(layout, content.length, PART))).parts)).toEqual([`identity ${header}`]);
  });

  const pixels = (length: number) => element(0x7fe0, 0x10, "OW", new Uint8Array(length));
  const items = bytes(
    [0xfe, 0xff, 0, 0xe0, ...four(0)],
    [0xfe, 0xff, 0, 0xe0, ...four(4 << 20)],
    new Uint8Array(4 << 20),
  );
  it.each([
    ["native", part10(EXPLICIT, ...NAMES, pixels(6 << 20))],
    ["encapsulated", part10(EXPLICIT, ...NAMES, element(0x7fe0, 0x10, "OB", items, 0xffffffff))],
    ["none", part10(EXPLICIT, ...NAMES, pixels(0), element(0xfffc, 0xfffc, "OB", new Uint8Array(10)))],
  ])("reads no pixels for a header (%s), once, and cuts it as the whole file is cut", async (_, content) => {
    let read = 0;
    const inner = blobBytes(new Blob([content]));
    const counted: Bytes = {
      read: async (size) => {
        const data = await inner.read(size);
        read += data.length;
        return data;
      },
      skip: (size) => inner.skip(size),
      close: () => inner.close(),
    };
    const beginning = new Remembered(counted);
    const layout = await lookAt(beginning);
    beginning.rewind();
    const head: Part[] = [];
    const until = headParts(layout, content.length, PART);
    for await (const part of partsOf(beginning, layout, content.length, PART, until)) head.push(part);
    expect(read).toBeLessThanOrEqual(32 << 10);
    const { parts } = await cut(content);
    expect(head).toEqual(parts.slice(0, until));
  });

  it("asks for much at once, and gives every byte in order", async () => {
    const content = crypto.getRandomValues(new Uint8Array(5000));
    for (const ahead of [0, 1, 700, 5000, 9000]) {
      const bytes = blobBytes(new Blob([content]), ahead);
      expect(await bytes.read(10)).toEqual(content.subarray(0, 10));
      await bytes.skip(990);
      expect(await bytes.read(2000)).toEqual(content.subarray(1000, 3000));
      await bytes.skip(1500);
      expect(await bytes.read(9999)).toEqual(content.subarray(4500));
      expect((await bytes.read(1)).length).toBe(0);
    }
  });

  it("follows the items of encapsulated pixels", async () => {
    const items = bytes([0xfe, 0xff, 0, 0xe0, ...four(0)], [0xfe, 0xff, 0, 0xe0, ...four(6)], "abcdef");
    const end = [0xfe, 0xff, 0xdd, 0xe0, ...four(0)];
    const value = bytes(items, end);
    const content = part10("1.2.840.10008.1.2.4.90", ...NAMES, element(0x7fe0, 0x10, "OB", value, 0xffffffff));
    const { layout, parts } = await cut(content);
    expect(layout.bulk).toBeNull();
    expect(lines(parts)).toEqual([`identity ${layout.header}`, `pixel ${items.length}`, "identity 8 last"]);
  });

  it("passes over nested sequences that hold pixels of their own", async () => {
    const icon = element(0x7fe0, 0x10, "OW", new Uint8Array(20));
    const item = bytes([0xfe, 0xff, 0, 0xe0, ...four(0xffffffff)], icon, [0xfe, 0xff, 0x0d, 0xe0, ...four(0)]);
    const sequence = element(0x88, 0x200, "SQ", bytes(item, [0xfe, 0xff, 0xdd, 0xe0, ...four(0)]), 0xffffffff);
    const content = part10(EXPLICIT, ...NAMES, sequence, element(0x7fe0, 0x10, "OW", new Uint8Array(30)));
    expect((await cut(content)).layout.header).toBe(content.length - 30);
  });

  it("leaves on the identity line what it cannot walk through", async () => {
    const deflated = part10("1.2.840.10008.1.2.1.99", bytes("anything at all that was deflated"));
    expect(lines((await cut(deflated)).parts)).toEqual([`identity ${deflated.length} last`]);
    const broken = part10(EXPLICIT, ...NAMES, bytes(two(0x20), two(0x10), "??", two(4), "abcd"));
    expect((await cut(broken)).layout).toEqual({ kind: "instance", header: 0, bulk: null, cut: false });
  });

  it("takes a dataset without preamble for one only when it says which instance it is", async () => {
    const bare = bytes(element(8, 5, "CS", "ISO_IR 100"), ...NAMES, element(0x7fe0, 0x10, "OW", new Uint8Array(8)));
    expect((await cut(bare)).layout.kind).toBe("instance");
    const program = bytes([8, 0, 5, 0], "CS", new Uint8Array(300).fill(1));
    expect((await cut(program)).layout.kind).toBe("other");
  });

  it.each([
    ["%PDF-1.7", "pdf"],
    ["\xff\xd8\xff\xe0", "jpeg"],
    ["\x89PNG\r\n\x1a\n", "png"],
    ["MZ program", "other"],
    ["", "empty"],
  ])("tells what %j is", async (text, kind) => {
    expect((await lookAt(blobBytes(new Blob([Buffer.from(text, "latin1")])))).kind).toBe(kind);
  });

  it("tells a file that became shorter", async () => {
    const content = part10(EXPLICIT, ...NAMES, element(0x7fe0, 0x10, "OW", new Uint8Array(30)));
    const layout = await lookAt(blobBytes(new Blob([content])));
    const walk = async () => {
      for await (const _ of partsOf(blobBytes(new Blob([content.slice(0, -5)])), layout, content.length, PART));
    };
    await expect(walk()).rejects.toThrow(RangeError);
  });

  it("reads ahead without losing a byte", async () => {
    const content = Uint8Array.from({ length: 1000 }, (_, at) => at & 255);
    const ahead = buffered(blobBytes(new Blob([content])), 64);
    const got: number[] = [];
    for (const size of [3, 8, 200, 1, 64, 500, 400]) got.push(...(await ahead.read(size)));
    expect(got.length).toBeGreaterThan(700);
    expect(got).toEqual([...content.slice(0, got.length)]);
  });
});

const OPEN = `
import json, sys
from beeldbrug.model.dataset import Line
from beeldbrug.sealed.opening.parts import entries_of, open_part, open_writer, split_chunk, split_head
said = json.load(sys.stdin)
keys = open_writer(bytes.fromhex(said["writer"]), said["secret"], said["upload"], said["name"])
contents, messages = split_chunk(bytes.fromhex(said["chunk"]))
found = []
for entry, line in zip(entries_of(contents), said["lines"]):
    part = open_part(keys.keys[Line(line)], entry, messages[entry.offset : entry.offset + entry.length])
    found.append((bytes(part.content).hex(), part.last))
name, size, head = split_head(memoryview(bytes.fromhex(found[0][0])))
print(json.dumps([name, size, bytes(head).hex() + "".join(one for one, _ in found[1:]), found[-1][1]]))
`;
const KEYS = `
import json
from beeldbrug.sealed.keys import new_transport_key
key = new_transport_key()
print(json.dumps([key.recipient, key.secret]))
`;

describe("sealing", () => {
  const there = existsSync(python);
  it.skipIf(!there)("makes what the node opens, header and pixels under different keys", async () => {
    const [recipient, secret] = JSON.parse(execFileSync(python, ["-c", KEYS], { encoding: "utf8" })) as [
      string,
      string,
    ];
    const pixels = Uint8Array.from({ length: 2_500_000 }, (_, at) => (at * 13) & 255);
    const content = part10(EXPLICIT, ...NAMES, element(0x7fe0, 0x10, "OW", pixels));
    const { parts } = await cut(content);
    const upload = "ab".repeat(16);
    const writer = await Writer.make(upload, recipient);
    const id = await (await fileIds(new Uint8Array(32)))("DISC/IM1", content.length, "1");
    const messages: Uint8Array[] = [];
    for (const part of parts) messages.push(Buffer.concat(await writer.seal(id, part, "DISC/IM1", content.length)));
    const entries = messages.map((one, at) => {
      const entry = Buffer.alloc(24);
      entry.set(id);
      entry.writeUInt32BE(at, 16);
      entry.writeUInt32BE(one.length, 20);
      return entry;
    });
    const count = Buffer.alloc(4);
    count.writeUInt32BE(entries.length);
    const chunk = Buffer.concat([count, ...entries, ...messages]);
    for (const word of ["Jansen", "DISC/IM1", "DICM", "1.2.3.4"]) expect(chunk.includes(word)).toBe(false);
    const said = {
      writer: hex(writer.sealed),
      secret,
      upload,
      name: writer.id,
      chunk: chunk.toString("hex"),
      lines: parts.map((one) => one.line),
    };
    const answer = execFileSync(python, ["-c", OPEN], {
      input: JSON.stringify(said),
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    const [name, size, plain, last] = JSON.parse(answer) as [string, number, string, boolean];
    expect([name, size, last]).toEqual(["DISC/IM1", content.length, true]);
    expect(plain === Buffer.from(content).toString("hex")).toBe(true);
  });

  it("gives the same file the same id, which tells nothing without the key", async () => {
    const [one, other] = await Promise.all([fileIds(new Uint8Array(32)), fileIds(new Uint8Array(32).fill(1))]);
    expect(hex(await one("a", 1, "x"))).toBe(hex(await one("a", 1, "x")));
    expect(hex(await one("a", 1, "x"))).not.toBe(hex(await one("a", 2, "x")));
    expect(hex(await one("a", 1, "x"))).not.toBe(hex(await other("a", 1, "x")));
  });

  it("knows the same files chosen again, in another order", async () => {
    const [a, b] = ["a", "b"].map((name) => ({ name, size: 1, mark: "1" })) as [never, never];
    expect(await markOf([a, b])).toBe(await markOf([b, a]));
    expect(await markOf([a])).not.toBe(await markOf([b]));
  });
});

describe("a ZIP file", () => {
  const there = existsSync(python);
  it.skipIf(!there)("is read file by file, and what it should not hold is told", async () => {
    const script = `
import io, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as made:
    made.writestr(zipfile.ZipInfo("disc/stored"), b"as it is")
    made.writestr("disc/packed", b"ab" * 100_000, zipfile.ZIP_DEFLATED)
    made.writestr("../outside", b"x")
    made.writestr("bomb", bytes(20_000_000), zipfile.ZIP_DEFLATED)
    made.writestr("odd", b"abc", zipfile.ZIP_BZIP2)
sys.stdout.buffer.write(out.getvalue())
`;
    const content = execFileSync(python, ["-c", script], { maxBuffer: 2 ** 24 });
    const found = await zipFiles(new File([new Uint8Array(content)], "a.zip", { lastModified: 1 }));
    expect(found.map((one) => [one.name, one.size, one.refused])).toEqual([
      ["disc/stored", 8, ""],
      ["disc/packed", 200_000, ""],
      ["../outside", 1, "disc-name-outside"],
      ["bomb", 20_000_000, "disc-file-suspicious"],
      ["odd", 3, "disc-file-unreadable"],
    ]);
    const read = async (at: number, skip: number, size: number) => {
      const one = await found[at]?.open();
      await one?.skip(skip);
      return Buffer.from((await one?.read(size)) ?? []).toString();
    };
    expect(await read(0, 3, 99)).toBe("it is");
    expect(await read(1, 199_996, 99)).toBe("abab");
  });

  it("that is none is refused", async () => {
    await expect(zipFiles(new File(["PK nothing"], "a.zip"))).rejects.toThrow("carrier-damaged");
  });
});

describe("a disc image", () => {
  const BLOCK = 2048;

  function record(name: string, block: number, size: number, flags: number): Uint8Array {
    const length = 33 + name.length + ((name.length + 1) % 2);
    const made = new Uint8Array(length);
    const view = new DataView(made.buffer);
    made[0] = length;
    view.setUint32(2, block, true);
    view.setUint32(10, size, true);
    made[25] = flags;
    made[32] = name.length;
    made.set(new TextEncoder().encode(name), 33);
    return made;
  }

  function image(...files: Uint8Array[]): File {
    const whole = new Uint8Array(24 * BLOCK);
    whole.set([1, ...new TextEncoder().encode("CD001")], 16 * BLOCK);
    whole.set(record("\0", 18, BLOCK, 2), 16 * BLOCK + 156);
    whole.set([255, ...new TextEncoder().encode("CD001")], 17 * BLOCK);
    let at = 18 * BLOCK;
    for (const one of files) {
      whole.set(one, at);
      at += one.length;
    }
    for (let block = 20; block < 24; block++) whole.fill(block, block * BLOCK, (block + 1) * BLOCK);
    return new File([whole], "disc.iso");
  }

  it("gives a file of several extents, such as one over 4 GB, as one", async () => {
    const found = await isoFiles(
      image(record("A.;1", 20, BLOCK, 0x80), record("A.;1", 22, 100, 0), record("B.;1", 21, 10, 0)),
    );
    expect(found.map(({ name, size, refused }) => [name, size, refused])).toEqual([
      ["A", BLOCK + 100, ""],
      ["B", 10, ""],
    ]);
    const content = await (await found[0]?.open())?.read(BLOCK + 200);
    expect([content?.length, content?.[0], content?.[BLOCK], content?.[BLOCK + 99]]).toEqual([BLOCK + 100, 20, 22, 22]);
  });

  it("tells a file that lies beyond its end", async () => {
    const [found] = await isoFiles(image(record("A.;1", 23, BLOCK + 1, 0)));
    expect(found?.refused).toBe("disc-file-unreadable");
  });
});

describe("what is chosen", () => {
  const chosen = (count: number) =>
    Array.from({ length: count }, (_, number) => {
      const name = `I${String(count - number).padStart(6, "0")}`;
      return { name, size: 9, lastModified: 0, webkitRelativePath: `disc/${name}` } as File;
    });

  it("may be 300,000 tiny files, and is told of a few times, not as often", async () => {
    let told = 0;
    const found = await chosenFiles(chosen(300_000), () => {
      told += 1;
    });
    expect([found.length, found[0]?.name, found.at(-1)?.name]).toEqual([300_000, "disc/I000001", "disc/I300000"]);
    expect(told).toBeLessThan(3000);
  });

  it("is refused when it is more than a carrier may hold", async () => {
    await expect(chosenFiles(chosen(FILES_MOST + 1), () => undefined)).rejects.toThrow("carrier-too-large");
  });
});
