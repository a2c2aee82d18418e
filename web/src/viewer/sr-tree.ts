/**
 * A structured report as a tree to read: content items with their names and values (PS3.3 C.17.3). Pure; unknown kinds of
 * items are kept with their name, so that nothing is left out in silence.
 */
import type { JsonDataset } from "@/join";
import { items, number, numbers, text, texts } from "./dataset";

export interface ReportItem {
  kind: string;
  name: string;
  value: string;
  /** A picture that it refers to. */
  image: { sop: string; frame: number } | null;
  children: readonly ReportItem[];
}

export interface Report {
  title: string;
  completed: boolean;
  verified: boolean;
  verifiers: readonly string[];
  date: string;
  time: string;
  items: readonly ReportItem[];
}

const DEEPEST = 60;
const MOST = 20_000;

function meaning(data: JsonDataset | undefined, tag: string): string {
  const code = items(data, tag)[0];
  return text(code, "00080104") || text(code, "00080100");
}

function measured(item: JsonDataset): string {
  const value = items(item, "0040A300")[0];
  const unit = items(value, "004008EA")[0];
  const words = [
    text(value, "0040A30A"),
    text(unit, "00080100") === "1" ? "" : text(unit, "00080100") || text(unit, "00080104"),
  ];
  return words.filter(Boolean).join(" ") || meaning(item, "0040A301");
}

const VALUES: Record<string, (item: JsonDataset) => string> = {
  TEXT: (item) => text(item, "0040A160"),
  NUM: measured,
  CODE: (item) => meaning(item, "0040A168"),
  PNAME: (item) => text(item, "0040A123"),
  DATE: (item) => text(item, "0040A121"),
  TIME: (item) => text(item, "0040A122"),
  DATETIME: (item) => text(item, "0040A120"),
  UIDREF: (item) => text(item, "0040A124"),
  SCOORD: (item) => `${text(item, "00700023")} (${numbers(item, "00700022").length / 2})`,
  SCOORD3D: (item) => `${text(item, "00700023")} (${numbers(item, "00700022").length / 3})`,
  TCOORD: (item) => text(item, "0040A130"),
};

function imageOf(item: JsonDataset): ReportItem["image"] {
  const found = items(item, "00081199")[0];
  const sop = text(found, "00081155");
  return sop ? { sop, frame: number(found, "00081160") ?? 1 } : null;
}

/** Reads the tree of a report; deeper or longer than any report is, it ends. */
export function readReport(data: JsonDataset): Report {
  let count = 0;
  const read = (item: JsonDataset, depth: number): ReportItem => {
    count += 1;
    const kind = text(item, "0040A040");
    const below = depth < DEEPEST && count < MOST ? items(item, "0040A730").map((one) => read(one, depth + 1)) : [];
    return {
      kind,
      name: meaning(item, "0040A043"),
      value: (VALUES[kind] ?? (() => ""))(item),
      image: kind === "IMAGE" || kind === "COMPOSITE" ? imageOf(item) : null,
      children: below,
    };
  };
  const root = read(data, 0);
  return {
    title: root.name || text(data, "0008103E"),
    completed: text(data, "0040A491") === "COMPLETE",
    verified: text(data, "0040A493") === "VERIFIED",
    verifiers: items(data, "0040A073").flatMap((one) => texts(one, "0040A075").slice(0, 1)),
    date: text(data, "00080023") || text(data, "00080021"),
    time: text(data, "00080033"),
    items: root.children,
  };
}
