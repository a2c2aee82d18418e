import { expect, test } from "vitest";
import { showShare } from "./share";

test("a share is whole, and all or nothing only when it is", () => {
  expect([0, 1, 500, 999, 1000].map((count) => showShare(count, 1000, "nl"))).toEqual([
    "0 %",
    "1 %",
    "50 %",
    "99 %",
    "100 %",
  ]);
  expect(showShare(2, 3, "en")).toBe("67%");
  expect(showShare(0, 0, "en")).toBe("0%");
});
