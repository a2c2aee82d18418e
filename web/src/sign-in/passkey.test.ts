import { describe, expect, it } from "vitest";
import { isDomain } from "./passkey";

describe("a passkey", () => {
  it.each(["localhost", "beeld.ziekenhuis.nl", "portal"])("can belong to %s", (host) => {
    expect(isDomain(host)).toBe(true);
  });

  it.each(["127.0.0.1", "10.20.30.40", "[::1]", ""])("cannot belong to %s", (host) => {
    expect(isDomain(host)).toBe(false);
  });
});
