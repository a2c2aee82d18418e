// @vitest-environment node
/** Every text of the screen is in both catalogues, and no inner word of the program is on screen. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";
import { describe, expect, it } from "vitest";

const WEB = resolve(import.meta.dirname, "../..");
const LOCALES = join(WEB, "src/locales");
const STRING = /"(?:[^"\\]|\\.)*"/g;
const INNER = /\b(parcel|capsule|segment|supplement|pack|envelope|spool|manifest|node|vault|kluis)s?\b/i;

/** The texts of a catalogue with their translations. */
function readCatalogue(text: string): Map<string, string> {
  const join_ = (part: string) => (part.match(STRING) ?? []).map((piece) => JSON.parse(piece) as string).join("");
  const found = new Map<string, string>();
  for (const match of text.matchAll(/^(?!#~)msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)msgstr ((?:"(?:[^"\\]|\\.)*"\s*)+)/gm)) {
    const id = join_(match[1] ?? "");
    if (id !== "") found.set(id, join_(match[2] ?? ""));
  }
  return found;
}

function catalogue(language: string, room: string): Map<string, string> {
  const path = join(LOCALES, language, `${room}.po`);
  return existsSync(path) ? readCatalogue(readFileSync(path, "utf8")) : new Map();
}

const rooms = readdirSync(join(LOCALES, "nl")).map((name) => name.replace(/\.po$/, ""));

describe("the catalogues", () => {
  it("have been read", () => {
    expect(catalogue("nl", "list").size).toBeGreaterThan(50);
    expect(readCatalogue('msgid "a"\n"b"\nmsgstr ""\n\nmsgid "c"\nmsgstr "d"\n')).toEqual(
      new Map([
        ["ab", ""],
        ["c", "d"],
      ]),
    );
  });

  it.each(rooms)("of %s are complete in both languages", (room) => {
    const dutch = catalogue("nl", room);
    const english = catalogue("en", room);
    expect([...dutch.keys()].filter((id) => !english.has(id))).toEqual([]);
    expect([...english].filter(([, text]) => text === "").map(([id]) => id)).toEqual([]);
  });

  it.each(rooms)("of %s keep every blank in the translation", (room) => {
    const blanks = (text: string) => [...new Set(text.match(/\{\w+(?=\s*[,}])|<\/?\d+/g) ?? [])].sort();
    for (const [id, text] of catalogue("en", room))
      if (text !== "") expect([id, blanks(text)]).toEqual([id, blanks(id)]);
  });

  it.each(rooms)("of %s hold no inner word", (room) => {
    for (const [id, text] of catalogue("en", room)) expect(`${id} ${text}`).not.toMatch(INNER);
  });

  it("are those of the source as it is", async () => {
    const missing: string[] = [];
    for (const source of await getCatalogs(getConfig({ cwd: WEB }))) {
      const room = source.path.split("/").at(-1) ?? "";
      const known = catalogue("en", room);
      for (const [id, { message }] of Object.entries((await source.collect({})) ?? {}))
        if (!known.has(message ?? id)) missing.push(`${room}: ${message ?? id}`);
    }
    expect(missing).toEqual([]);
  }, 120_000);
});
