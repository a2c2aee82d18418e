// @vitest-environment node
/** The rooms of the portal import downwards only; siblings do not know each other. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCE = resolve(import.meta.dirname, "..");
/** A room imports from rooms of later lines only; rooms of one line never each other, but for the last. */
const LINES = [
  ["app"],
  ["sign-in", "setup", "list", "send", "intake", "consult", "missing", "admin", "roster", "audit", "viewer"],
  ["join"],
];
const BASE = ["pixels", "api", "words", "ui"];

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test.") && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name));
}

function imports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*["'](@\/[^"']+|\.{1,2}\/[^"']+)["']/g)];
  return found.map((match) => {
    const path = match[1] ?? "";
    const target = path.startsWith("@/") ? join(SOURCE, path.slice(2)) : resolve(dirname(file), path);
    return relative(SOURCE, target).split("/")[0] ?? "";
  });
}

/** Why `from` may not import `to`; undefined when it may. */
function objection(from: string, to: string): string | undefined {
  if (from === to || to.includes(".")) return undefined;
  if (from === "pixels") return "pixels never knows a name: it imports no other room";
  const [here, there] = [from, to].map((room) => LINES.findIndex((line) => line.includes(room)));
  if (BASE.includes(to)) return BASE.includes(from) && to === "pixels" ? "only join opens pixels" : undefined;
  if (BASE.includes(from)) return `${from} is below ${to}`;
  if (there === -1) return `${to} is not a room`;
  if (here === there) return `${from} and ${to} are siblings`;
  return (here ?? 0) < (there ?? 0) ? undefined : `${from} is below ${to}`;
}

describe("rooms", () => {
  it("are all known to the rule", () => {
    const known = new Set([...LINES.flat(), ...BASE, "locales", "rules"]);
    const found = readdirSync(SOURCE).filter((name) => statSync(join(SOURCE, name)).isDirectory());
    expect(found.filter((name) => !known.has(name))).toEqual([]);
  });

  it("import downwards only", () => {
    const wrong: string[] = [];
    for (const room of [...LINES.flat(), ...BASE]) {
      const folder = join(SOURCE, room);
      if (!existsSync(folder)) continue;
      for (const file of files(folder))
        for (const to of imports(file)) {
          const why = objection(room, to);
          if (why !== undefined) wrong.push(`${relative(SOURCE, file)}: ${why}`);
        }
    }
    expect(wrong).toEqual([]);
  });

  it("are judged by a rule that can fail", () => {
    expect(objection("list", "viewer")).toBe("list and viewer are siblings");
    expect(objection("ui", "list")).toBe("ui is below list");
    expect(objection("join", "viewer")).toBe("join is below viewer");
    expect(objection("pixels", "words")).toContain("never knows a name");
    expect(objection("ui", "pixels")).toBe("only join opens pixels");
    expect(objection("viewer", "join")).toBeUndefined();
    expect(objection("app", "list")).toBeUndefined();
    expect(objection("words", "api")).toBeUndefined();
  });

  it("have files that are read in one go: at most 600 lines", () => {
    const long = files(SOURCE).filter((file) => readFileSync(file, "utf8").split("\n").length > 600);
    expect(long.map((file) => relative(SOURCE, file))).toEqual([]);
  });
});
