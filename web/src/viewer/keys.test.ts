import { expect, test } from "vitest";
import { actionOf, belongsToField, KEYS, keyCaps } from "./keys";

const press = (key: string, more: Partial<Record<"shiftKey" | "ctrlKey" | "altKey" | "metaKey", boolean>> = {}) =>
  actionOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

test("the keys of a PACS do what a radiologist expects", () => {
  expect(press("ArrowDown")).toBe("next");
  expect(press("PageUp")).toBe("previous-ten");
  expect(press("End")).toBe("last");
  expect(press(" ")).toBe("next-series");
  expect(press(" ", { shiftKey: true })).toBe("previous-series");
  expect(press("i")).toBe("invert");
  expect(press("L")).toBe("tool-length");
  expect(press("m")).toBe("mpr");
  expect(press("k")).toBe("key-image");
  expect(press("3")).toBe("preset-3");
  expect(press("?", { shiftKey: true })).toBe("help");
});

test("combinations stay the browser's, and Tab moves the focus as everywhere", () => {
  expect(press("r", { ctrlKey: true })).toBeNull();
  expect(press("l", { metaKey: true })).toBeNull();
  expect(press("Tab")).toBeNull();
});

test("no key has two meanings", () => {
  const seen = new Set<string>();
  for (const { keys, shift } of KEYS)
    for (const key of keys) {
      const names = shift === undefined ? [`${key}/false`, `${key}/true`] : [`${key}/${shift}`];
      for (const name of names) expect(seen.has(name)).toBe(false);
      for (const name of names) seen.add(name);
    }
});

test("keys are shown as they stand on a keyboard", () => {
  expect(keyCaps("rotate-back")).toEqual(["⇧ R"]);
  expect(keyCaps("next")).toEqual(["↓", "→"]);
});

test("what is typed in a field is no command", () => {
  document.body.innerHTML = "<div role='dialog'><button id='b'></button></div><input id='i' /><p id='p'></p>";
  expect(belongsToField(document.querySelector("#i"))).toBe(true);
  expect(belongsToField(document.querySelector("#b"))).toBe(true);
  expect(belongsToField(document.querySelector("#p"))).toBe(false);
  expect(belongsToField(null)).toBe(false);
});
