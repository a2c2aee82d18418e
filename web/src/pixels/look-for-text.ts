/** Looks for burned-in text in a picture as it is drawn: grey values, and for a coloured one its most and least channel. */
import type { Check } from "./burned-in";
import type { Looked } from "./burned-in-worker";

/** Longer than any picture takes; then nobody knows. */
const LONGEST_MS = 60_000;
const UNKNOWN: Check = { verdict: "unsure", crowded: true, spots: [] };

/** The check; `unsure` when it does not come to an end. */
export function lookForText(image: ImageData): Promise<Check> {
  const worker = new Worker(new URL("./burned-in-worker.ts", import.meta.url), { type: "module", name: "burned-in" });
  return new Promise<Check>((resolve) => {
    const limit = setTimeout(() => resolve(UNKNOWN), LONGEST_MS);
    worker.onmessage = ({ data }: MessageEvent<Check[]>) => {
      clearTimeout(limit);
      resolve(together(data));
    };
    worker.onerror = () => {
      clearTimeout(limit);
      resolve(UNKNOWN);
    };
    worker.postMessage({ planes: planesOf(image), width: image.width, height: image.height } satisfies Looked);
  }).finally(() => worker.terminate());
}

/** Grey values; of a picture with colours the brightest and the darkest channel, for ink of any colour. */
export function planesOf({ data, width, height }: Pick<ImageData, "data" | "width" | "height">): Uint8Array[] {
  const [most, least] = [new Uint8Array(width * height), new Uint8Array(width * height)];
  let coloured = false;
  for (let at = 0; at < most.length; at += 1) {
    const [r, g, b] = [data[4 * at] as number, data[4 * at + 1] as number, data[4 * at + 2] as number];
    most[at] = Math.max(r, g, b);
    least[at] = Math.min(r, g, b);
    coloured ||= (most[at] as number) - (least[at] as number) > 40;
  }
  return coloured ? [most, least] : [most];
}

/** The worst of several looks at one picture. */
export function together(checks: readonly Check[]): Check {
  const verdicts = checks.map((one) => one.verdict);
  return {
    verdict: verdicts.includes("found") ? "found" : verdicts.includes("unsure") ? "unsure" : "none",
    crowded: checks.some((one) => one.crowded),
    spots: checks.flatMap((one) => one.spots),
  };
}
