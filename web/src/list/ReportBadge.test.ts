import { describe, expect, it } from "vitest";
import { standingOf } from "./ReportBadge";

describe("the badge of reports", () => {
  it("says what matters most of several", () => {
    expect(standingOf([])).toBeUndefined();
    expect(standingOf(["final", "preliminary"])).toBe("preliminary");
    expect(standingOf(["final", "corrected", "preliminary"])).toBe("corrected");
    expect(standingOf(["cancelled", "final"])).toBe("final");
    expect(standingOf(["cancelled"])).toBe("cancelled");
  });
});
