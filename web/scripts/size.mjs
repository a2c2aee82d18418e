/**
 * Prints what the inbox loads, gzipped: the page's entry, the list's room, and all that they import without waiting.
 * Ends with 1 when its JavaScript is over the limit.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 300;
const ROOMS = ["index.html", "src/app/main.tsx", "src/list/ListPage.tsx"];
const CATALOGUES = ["app", "ui", "words", "list"].map((room) => `src/locales/nl/${room}.po`);

const site = fileURLToPath(new URL("../../src/beeldbrug/node/protocols/portal/site/", import.meta.url));
const manifest = JSON.parse(readFileSync(`${site}.vite/manifest.json`, "utf8"));

const files = new Set();
const follow = (name) => {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`The build has no ${name}.`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const other of chunk.imports ?? []) follow(other);
};
for (const name of [...ROOMS, ...CATALOGUES]) follow(name);

const totals = { js: 0, css: 0 };
for (const file of [...files].sort()) {
  const kind = file.endsWith(".css") ? "css" : "js";
  const bytes = gzipSync(readFileSync(site + file), { level: 6 }).length;
  totals[kind] += bytes;
  process.stdout.write(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${file}\n`);
}
process.stdout.write(`${(totals.js / 1000).toFixed(1).padStart(8)} kB  JavaScript of the inbox, at most ${LIMIT_KB}\n`);
process.stdout.write(`${(totals.css / 1000).toFixed(1).padStart(8)} kB  CSS of the inbox\n`);
process.exitCode = totals.js / 1000 > LIMIT_KB ? 1 : 0;
