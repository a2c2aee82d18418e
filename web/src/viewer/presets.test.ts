import { describe, expect, test } from "vitest";
import { presetsFor, resolvePreset, type Values } from "./presets";

const VALUES: Values = { sent: { center: 500, width: 1000 }, min: -10, max: 2000, low: 0, high: 1500 };
const named = (modality: string, id: string) => {
  const found = presetsFor(modality).find((preset) => preset.id === id);
  if (!found) throw new Error(id);
  return found;
};

describe("presets", () => {
  test("CT has the nine windows of the keys, in Hounsfield units", () => {
    expect(presetsFor("CT").map(({ id }) => id)).toEqual([
      "brain",
      "stroke",
      "subdural",
      "lung",
      "mediastinum",
      "bone",
      "abdomen",
      "liver",
      "angio",
    ]);
    expect(resolvePreset(named("CT", "lung"), VALUES)).toEqual({ center: -600, width: 1500 });
  });

  test("a modality without absolute units starts from the sender's window", () => {
    expect(resolvePreset(named("MR", "sent"), VALUES)).toEqual({ center: 500, width: 1000 });
    expect(resolvePreset(named("DX", "more-contrast"), VALUES)).toEqual({ center: 500, width: 600 });
    expect(resolvePreset(named("US", "full"), VALUES)).toEqual({ center: 995, width: 2010 });
  });

  test("without a window of the sender the spread of the values stands in", () => {
    expect(resolvePreset(named("MR", "sent"), { ...VALUES, sent: null })).toEqual({ center: 750, width: 1500 });
  });

  test("PET is 0 to 5 SUV where SUV is known, and a share of the values where not", () => {
    expect(resolvePreset(named("PT", "suv-5"), { ...VALUES, suv: true })).toEqual({ center: 2.5, width: 5 });
    expect(resolvePreset(named("PT", "suv-5"), { ...VALUES, suv: false })).toEqual({ center: 200, width: 400 });
  });
});
