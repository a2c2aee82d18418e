/**
 * Runs the check for burned-in text on pictures of grey values: `node scripts/burned-in.mjs list.json`.
 *
 * The list has {file, width, height}; the answer is one JSON line for each, in the same order.
 */
import { readFileSync } from "node:fs";
import { findText } from "../src/pixels/burned-in.ts";

for (const { file, width, height } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const grey = new Uint8Array(readFileSync(file));
  const begun = performance.now();
  const check = findText(grey, width, height);
  process.stdout.write(`${JSON.stringify({ ...check, milliseconds: performance.now() - begun })}\n`);
}
