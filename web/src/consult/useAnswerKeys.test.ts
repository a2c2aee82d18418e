/** Which key answers what. */
import { expect, test } from "vitest";
import { choiceOf } from "./useAnswerKeys";

const press = (key: string, more = {}) => ({
  key,
  shiftKey: true,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  ...more,
});

test("Shift and the letter answer; without Shift, or held down, nothing is answered", () => {
  const letters = ["K", "B", "M", "T"];
  expect(letters.map((letter) => choiceOf(press(letter), letters))).toEqual([0, 1, 2, 3]);
  expect(choiceOf(press("b", { shiftKey: false }), letters)).toBe(-1);
  expect(choiceOf(press("B", { repeat: true }), letters)).toBe(-1);
  expect(choiceOf(press("B", { ctrlKey: true }), letters)).toBe(-1);
  expect(choiceOf(press("X"), letters)).toBe(-1);
});
