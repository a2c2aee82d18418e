/** What stays on screen of a study, and what a series is called: from the headers of its instances. Pure. */
import { text, texts } from "./dataset";
import type { InstanceRecord } from "./records";
import type { StudyHeader } from "./types";

/** Where the study was made; what was saved beside it names the hospital of who saved it. */
function hospitalOf(records: readonly InstanceRecord[]): string {
  const made = records.filter(({ kind }) => kind !== "key-objects" && kind !== "presentation");
  return made.map((record) => text(record.joined.attributes, "00080080")).find(Boolean) ?? "";
}

/** Header values of a study; null without instances. */
export function headerOf(records: readonly InstanceRecord[]): StudyHeader | null {
  const datasets = records.map((record) => record.joined.attributes);
  const [first] = datasets;
  if (!first) return null;
  const some = (tag: string) => datasets.map((dataset) => text(dataset, tag)).find(Boolean) ?? "";
  const names = new Set(datasets.map((dataset) => text(dataset, "00100010")).filter(Boolean));
  const numbers = new Set(datasets.map((dataset) => text(dataset, "00100020")).filter(Boolean));
  const births = new Set(datasets.map((dataset) => text(dataset, "00100030")).filter(Boolean));
  return {
    patientName: some("00100010"),
    patientId: some("00100020"),
    issuer: some("00100021"),
    birthDate: some("00100030"),
    sex: some("00100040"),
    age: some("00101010"),
    hospital: hospitalOf(records),
    studyDate: some("00080020"),
    studyTime: some("00080030"),
    description: some("00081030"),
    accessionNumber: some("00080050"),
    studyUid: some("0020000D"),
    referringPhysician: some("00080090"),
    modalities: [...new Set(datasets.flatMap((dataset) => texts(dataset, "00080060").filter(Boolean)))].sort(),
    mixedPatients: names.size > 1 || numbers.size > 1 || births.size > 1,
  };
}
