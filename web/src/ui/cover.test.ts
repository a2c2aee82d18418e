import { beforeEach, describe, expect, test, vi } from "vitest";

let it: typeof import("./cover");
let forget: typeof import("@/api/forget");

beforeEach(async () => {
  vi.resetModules();
  forget = await import("@/api/forget");
  it = await import("./cover");
});

describe("what lies over the page", () => {
  test("is taken away once", () => {
    const away = vi.fn();
    expect(it.cover(away)).toBe(true);
    it.uncover();
    it.uncover();
    expect(away).toHaveBeenCalledTimes(1);
  });

  test("comes no more when the program is already there", () => {
    it.uncover();
    const away = vi.fn();
    expect(it.cover(away)).toBe(false);
    expect(away).not.toHaveBeenCalled();
  });

  test("goes when the session ends", () => {
    const away = vi.fn();
    it.cover(away);
    forget.forgetAll();
    expect(away).toHaveBeenCalledTimes(1);
  });
});
