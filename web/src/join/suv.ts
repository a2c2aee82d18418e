/**
 * Factor from activity to body-weight SUV of a PET series, as the QIBA profile's vendor-neutral pseudo-code has it.
 *
 * Null where the header does not suffice: a value that looks like an SUV and is none is worse than none.
 */
import { item, number, text, texts } from "./dataset";
import type { JsonDataset } from "./types";

const DAY = 86_400;
const HOURS_MOST = 24;

/** SUVbw = value x factor. `series` are the datasets of all images of the series, for when it began. */
export function suvFactor(dataset: JsonDataset, series: readonly JsonDataset[]): number | null {
  const units = text(dataset, "00541001");
  if (units === "GML") return 1;
  if (units === "CNTS") return philips(dataset);
  const corrections = texts(dataset, "00280051");
  if (units !== "BQML" || !corrections.includes("ATTN") || !corrections.includes("DECY")) return null;
  const weight = number(dataset, "00101030");
  const tracer = item(dataset, "00540016");
  const dose = number(tracer, "00181074");
  if (!weight || !dose || weight <= 0 || dose <= 0) return null;
  const decay = text(dataset, "00541102");
  if (decay === "ADMIN") return (weight * 1000) / dose;
  const halfLife = number(tracer, "00181075");
  const since = decay === "START" ? waited(dataset, tracer, series) : null;
  if (since === null || !halfLife || halfLife <= 0) return null;
  return (weight * 1000) / (dose * 2 ** (-since / halfLife));
}

/** Seconds from injection to the time that decay was corrected to. */
function waited(dataset: JsonDataset, tracer: JsonDataset | undefined, series: readonly JsonDataset[]): number | null {
  const scan = scanStart(dataset, series);
  if (scan === null) return null;
  const full = moment(text(tracer, "00181078"));
  if (full !== null) return within(scan - full);
  const clock = timeOf(text(tracer, "00181072"));
  if (clock === null) return null;
  const midnight = Math.floor(scan / DAY) * DAY;
  const injected = midnight + clock;
  // an injection before midnight for a scan after it
  return within(scan - (injected > scan ? injected - DAY : injected));
}

function within(seconds: number): number | null {
  return seconds >= 0 && seconds <= HOURS_MOST * 3600 ? seconds : null;
}

/** When the series began: its own time unless that is after an acquisition (a copy made later), else GE's, else none. */
function scanStart(dataset: JsonDataset, series: readonly JsonDataset[]): number | null {
  const own = stamp(text(dataset, "00080021"), text(dataset, "00080031"));
  const acquired = series
    .map((one) => stamp(text(one, "00080022"), text(one, "00080032")))
    .filter((at): at is number => at !== null);
  const first = acquired.length ? Math.min(...acquired) : null;
  if (own !== null && (first === null || own <= first)) return own;
  const ge = text(dataset, "0009100D");
  if (ge) return moment(ge);
  return acquired.length === series.length ? corrected(dataset, first) : null;
}

/** Acquisition time back to the reference, where the frame says how far it is from it (PS3.3 C.8.9.4.1.5). */
function corrected(dataset: JsonDataset, first: number | null): number | null {
  const reference = number(dataset, "00541300");
  const duration = number(dataset, "00181242");
  const halfLife = number(item(dataset, "00540016"), "00181075");
  if (first === null || reference === null || duration === null || !halfLife) return null;
  const lambda = Math.LN2 / halfLife;
  const length = duration / 1000;
  const average = length > 0 ? Math.log((lambda * length) / (1 - Math.exp(-lambda * length))) / lambda : 0;
  const own = stamp(text(dataset, "00080022"), text(dataset, "00080032"));
  return own === null ? null : own - reference / 1000 + average;
}

function philips(dataset: JsonDataset): number | null {
  const factor = number(dataset, "70531000");
  return factor && factor > 0 ? factor : null;
}

function moment(text_: string): number | null {
  const found = /^(\d{8})(\d{6}(?:\.\d{1,6})?)/.exec(text_);
  return found ? stamp(found[1] as string, found[2] as string) : null;
}

function stamp(date: string, time: string): number | null {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  const clock = timeOf(time);
  if (!day || clock === null) return null;
  return Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) / 1000 + clock;
}

function timeOf(time: string): number | null {
  const found = /^(\d{2})(\d{2})?(\d{2})?(\.\d{1,6})?/.exec(time);
  if (!found) return null;
  return Number(found[1]) * 3600 + Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0) + Number(found[4] ?? 0);
}
