/** UDF volumes in the browser: by hand, with every way in which a file can lie there, and by genisoimage. */
// @vitest-environment node
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Found } from "./found";
import { isoFiles } from "./iso";

const BLOCK = 2048;
const top = fileURLToPath(new URL("../../../", import.meta.url));
const python = `${top}.venv/bin/python`;
const folder = mkdtempSync(join(tmpdir(), "udf-"));
const program = ["genisoimage", "mkisofs"].find((name) => spawnSync(name, ["--version"]).status === 0);

afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (content: Uint8Array<ArrayBuffer>) => new File([content], "disc.iso");
const image = (path: string) => new Uint8Array(readFileSync(path));

async function contents(found: Found[]): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const one of found) {
    if (one.refused !== "") continue;
    const bytes = await (await one.open()).read(one.size + 10);
    said[one.name] = Buffer.from(bytes).toString();
  }
  return said;
}

describe.runIf(existsSync(python))("a UDF volume", () => {
  const path = join(folder, "disc.udf");
  execFileSync(python, ["-m", "tests.unit.node.stores.carrier.udf_volume", path], { cwd: top });

  it("gives a file however it lies there", async () => {
    expect(await contents(await isoFiles(fileOf(image(path))))).toEqual({
      plain: "plain",
      pieces: "A".repeat(BLOCK) + "B".repeat(100),
      hole: `${"C".repeat(BLOCK)}${"\0".repeat(BLOCK)}${"D".repeat(10)}`,
      inside: "inside its entry",
      extended: "extended entry",
      further: "E".repeat(BLOCK) + "F".repeat(BLOCK),
      "map/één 病": "deep",
    });
  });

  it("does not give what leads outside or lies beyond its end", async () => {
    const refused = (await isoFiles(fileOf(image(path)))).filter((one) => one.refused !== "");
    expect(Object.fromEntries(refused.map(({ name, refused: why }) => [name, why]))).toEqual({
      link: "disc-name-outside",
      beyond: "disc-file-unreadable",
      "../outside": "disc-name-outside",
    });
  });

  it("of another kind is refused by name", async () => {
    const content = image(path);
    content[33 * BLOCK + 440] = 2;
    await expect(isoFiles(fileOf(content))).rejects.toThrow("carrier-udf");
  });

  it("that is damaged anywhere is told or harmless", async () => {
    const whole = image(path);
    let seed = 7;
    const chance = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    for (let round = 0; round < 200; round++) {
      const content = whole.slice();
      for (let at = 0; at < 3; at++) content[256 * BLOCK + chance(whole.length - 256 * BLOCK)] = chance(256);
      const start = (257 + chance(20)) * BLOCK;
      let sum = 0;
      for (let at = 0; at < 16; at++) if (at !== 4) sum += content[start + at] ?? 0;
      content[start + 4] = sum & 255; // a checksum that is right again
      const said = await isoFiles(fileOf(content)).catch((thrown: { code?: string }) => thrown.code ?? String(thrown));
      if (typeof said === "string") expect(said).toMatch(/^carrier-/);
    }
  });
});

describe.runIf(program !== undefined)("an image of genisoimage", () => {
  const source = join(folder, "source");
  mkdirSync(join(source, "DICOM"), { recursive: true });
  writeFileSync(join(source, "DICOM", "IM000001"), "first");
  writeFileSync(join(source, "DICOM", "Beeld één"), "second");
  writeFileSync(join(source, "README.TXT"), "UDF");
  const made = (...options: string[]) => {
    const path = join(folder, "made.iso");
    execFileSync(program ?? "", ["-quiet", "-udf", ...options, "-o", path, source], { stdio: "ignore" });
    return image(path);
  };
  const all = { "DICOM/IM000001": "first", "DICOM/Beeld één": "second", "README.TXT": "UDF" };

  it("that has both is read by either", async () => {
    const found = await contents(await isoFiles(fileOf(made("-J"))));
    expect(found).toEqual(all);
  });

  it("that has UDF alone is read", async () => {
    const content = made();
    const at = Buffer.from(content).indexOf("BEA01") - 1;
    content.copyWithin(16 * BLOCK, at, at + 3 * BLOCK);
    content.fill(0, 19 * BLOCK, at + 3 * BLOCK);
    expect(await contents(await isoFiles(fileOf(content)))).toEqual(all);
  });

  it("whose ISO 9660 only says that it is UDF gives all its files", async () => {
    expect(await contents(await isoFiles(fileOf(made("-hide", "DICOM"))))).toEqual(all);
  });
});
