/**
 * Window presets by modality, and what each of them means for one image.
 *
 * CT has fixed windows in Hounsfield units (PS3.3 C.11.2.1.2). Other modalities have no absolute unit, so their presets
 * are relative: to the window that the sender stored, or to the values of the image. Pure: no picture, no screen.
 */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** A window: centre and width in modality units (HU, SUV, or as stored). */
export interface Window {
  center: number;
  width: number;
}

/** What is known of the values in view, to resolve a relative preset. */
export interface Values {
  sent: Window | null;
  min: number;
  max: number;
  /** Values below which 1 % and 99 % of the pixels lie, where they were counted. */
  low?: number;
  high?: number;
  suv?: boolean;
}

export type Meaning =
  | { kind: "fixed"; center: number; width: number }
  | { kind: "sent" }
  | { kind: "spread" }
  | { kind: "full" }
  | { kind: "contrast"; factor: number }
  | { kind: "brightness"; shift: number }
  | { kind: "top"; top: number; share: number };

export interface Preset {
  id: string;
  name: MessageDescriptor;
  meaning: Meaning;
}

function fixed(id: string, name: MessageDescriptor, center: number, width: number): Preset {
  return { id, name, meaning: { kind: "fixed", center, width } };
}

const CT: readonly Preset[] = [
  fixed("brain", msg`Hersenen`, 40, 80),
  fixed("stroke", msg`Herseninfarct`, 35, 35),
  fixed("subdural", msg`Subduraal`, 75, 215),
  fixed("lung", msg`Long`, -600, 1500),
  fixed("mediastinum", msg`Mediastinum`, 40, 400),
  fixed("bone", msg`Bot`, 480, 2500),
  fixed("abdomen", msg`Abdomen`, 50, 350),
  fixed("liver", msg`Lever`, 90, 150),
  fixed("angio", msg`Angio`, 300, 600),
];

const RELATIVE: readonly Preset[] = [
  { id: "sent", name: msg`Zoals verzonden`, meaning: { kind: "sent" } },
  { id: "spread", name: msg`Automatisch`, meaning: { kind: "spread" } },
  { id: "full", name: msg`Alle waarden`, meaning: { kind: "full" } },
  { id: "more-contrast", name: msg`Meer contrast`, meaning: { kind: "contrast", factor: 0.6 } },
  { id: "less-contrast", name: msg`Minder contrast`, meaning: { kind: "contrast", factor: 1.6 } },
  { id: "lighter", name: msg`Lichter`, meaning: { kind: "brightness", shift: -0.25 } },
  { id: "darker", name: msg`Donkerder`, meaning: { kind: "brightness", shift: 0.25 } },
];

function top(value: number, share: number): Preset {
  return { id: `suv-${value}`, name: msg`SUV 0-${value}`, meaning: { kind: "top", top: value, share } };
}

const PT: readonly Preset[] = [
  top(5, 0.2),
  top(7, 0.3),
  top(10, 0.45),
  top(15, 0.65),
  top(20, 0.85),
  { id: "sent", name: msg`Zoals verzonden`, meaning: { kind: "sent" } },
  { id: "full", name: msg`Alle waarden`, meaning: { kind: "full" } },
];

/** Bone first on a plain film of the skeleton would be guessing, so these follow the sender's window. */
const BY_MODALITY: Record<string, readonly Preset[]> = { CT, PT };

/** The presets of a modality, in the order of the keys 1 to 9. */
export function presetsFor(modality: string): readonly Preset[] {
  return BY_MODALITY[modality] ?? RELATIVE;
}

function between(low: number, high: number): Window {
  return { center: (low + high) / 2, width: Math.max(high - low, Number.EPSILON) };
}

/** The window that a preset means for these values. */
export function resolvePreset(preset: Preset, values: Values): Window {
  const full = between(values.min, values.max);
  const sent = values.sent ?? spread(values);
  const { meaning } = preset;
  switch (meaning.kind) {
    case "fixed":
      return { center: meaning.center, width: meaning.width };
    case "sent":
      return sent;
    case "spread":
      return spread(values);
    case "full":
      return full;
    case "contrast":
      return { center: sent.center, width: sent.width * meaning.factor };
    case "brightness":
      return { center: sent.center + sent.width * meaning.shift, width: sent.width };
    case "top":
      return between(0, values.suv ? meaning.top : values.max * meaning.share);
  }
}

function spread(values: Values): Window {
  return between(values.low ?? values.min, values.high ?? values.max);
}
