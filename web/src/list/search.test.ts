/** What the page asks ahead is what the list then asks: else it would be asked twice. */
import { describe, expect, it } from "vitest";
import { firstSearch, readListSearch } from "./search";
import { searchOf } from "./useExchanges";

describe("the first question of a list", () => {
  it("without filters is to the letter the one that is asked ahead", () => {
    for (const direction of ["in", "out"] as const) {
      const asked = searchOf(direction, readListSearch({}), "", "");
      expect(JSON.stringify(asked)).toBe(JSON.stringify(firstSearch(direction)));
    }
  });

  it("with filters is another", () => {
    const filters = readListSearch({ toestand: "open", urgentie: "stat", afdeling: "SEH", periode: "week" });
    const asked = searchOf("in", filters, "jansen", "r~1~2");
    expect(asked).toMatchObject({ text: "jansen", cursor: "r~1~2", urgencies: ["stat"], department: "SEH" });
    expect(asked.states).toContain("parked");
    expect(asked.since).toBeGreaterThan(0);
    expect(asked.limit).toBeGreaterThan(firstSearch("in").limit);
  });
});
