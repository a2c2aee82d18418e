/** Key images: those that the sender marked (KO, PS3.3 A.35.4), and those marked here, to be saved. */
import { msg } from "@lingui/core/macro";
import type { JoinedStudy, JsonDataset } from "@/join";
import { items, numbers, text } from "./dataset";
import type { Desk } from "./desk";
import { frameKey, markedFrame } from "./marked-frame";
import type { Pane } from "./pane";
import { type SavedImage, savedImage } from "./presentation-write";

export interface KeyObjects {
  uid: string;
  title: string;
  description: string;
  author: string;
  date: string;
  time: string;
  /** Frames from 1; none for the whole instance. */
  images: readonly { sop: string; frames: readonly number[] }[];
}

/** Reads a key object selection: its title, its text, and the images of its content tree. */
export function readKeyObjects(data: JsonDataset): KeyObjects {
  const content = items(data, "0040A730");
  const words = content
    .filter((item) => text(item, "0040A040") === "TEXT" && text(item, "0040A010") !== "HAS OBS CONTEXT")
    .map((item) => text(item, "0040A160"));
  const images = content.flatMap((item) =>
    items(item, "00081199").map((one) => ({ sop: text(one, "00081155"), frames: numbers(one, "00081160") })),
  );
  return {
    uid: text(data, "00080018"),
    title: text(items(data, "0040A043")[0], "00080104"),
    description: words.join("\n"),
    author: content.map((item) => personName(item)).find(Boolean) ?? "",
    date: text(data, "00080023"),
    time: text(data, "00080033"),
    images: images.filter(({ sop }) => sop !== ""),
  };
}

/** Person Observer Name (PS3.16 TID 1003). */
function personName(item: JsonDataset): string {
  const concept = text(items(item, "0040A043")[0], "00080100");
  return concept === "121008" ? text(item, "0040A123") : "";
}

/** All key object selections of a study that mark pictures of it. */
export function keyObjectsOf(study: JoinedStudy): KeyObjects[] {
  return study.series
    .filter((series) => series.kind === "key-objects")
    .flatMap((series) => series.instances.map((instance) => readKeyObjects(instance.attributes)))
    .map((found) => ({ ...found, images: found.images.filter(({ sop }) => study.instance(sop)?.frames) }))
    .filter(({ images }) => images.length > 0);
}

/** Whether the picture in a pane was marked, by the sender or here. */
export function markOf(desk: Desk, pane: Pane): boolean {
  const frame = markedFrame(pane);
  if (!frame || !pane.study) return false;
  if (desk.state.get().marked.has(frameKey(frame))) return true;
  return keyObjectsOf(pane.study).some(({ images }) =>
    images.some(({ sop, frames }) => sop === frame.sop && (frames.length === 0 || frames.includes(frame.frame))),
  );
}

/** Marks the picture in the active pane, or takes the mark away. */
export function toggleMark(desk: Desk): void {
  const pane = desk.active;
  const frame = pane && markedFrame(pane);
  if (!frame || pane.state.get().fault) {
    desk.say(msg`Er is geen beeld om te markeren.`);
    return;
  }
  const marked = new Set(desk.state.get().marked);
  const key = frameKey(frame);
  if (marked.delete(key)) desk.say(msg`Geen sleutelbeeld meer.`);
  else {
    marked.add(key);
    desk.say(msg`Sleutelbeeld gemarkeerd; bewaar het onder Sleutelbeelden.`);
  }
  desk.state.set({ marked });
}

/** The marked pictures of a study, by instance, as they are saved. */
export function markedImages(desk: Desk, study: JoinedStudy): SavedImage[] {
  const found = new Map<string, SavedImage>();
  for (const key of desk.state.get().marked) {
    const cut = key.lastIndexOf("/");
    const [sop, frame] = [key.slice(0, cut), Number(key.slice(cut + 1))];
    const instance = study.instance(sop);
    const series = study.series.find((one) => one.instances.some((each) => each.sopInstanceUid === sop));
    if (!instance || !series) continue;
    const { sopClassUid: sopClass, frames } = instance;
    const one = savedImage({ sop, sopClass, series: series.seriesUid, frame, frames });
    const had = found.get(sop);
    if (had) had.frames = [...had.frames, ...one.frames].sort((a, b) => a - b);
    else found.set(sop, one);
  }
  return [...found.values()];
}

/** Shows a picture by its instance: in the active pane, in its series. */
export async function showImage(desk: Desk, study: JoinedStudy, sop: string, frame = 1): Promise<void> {
  const imageId = study.imageIdOf(sop, frame);
  const series = study.series.find((one) => imageId !== null && one.imageIds.includes(imageId));
  if (!imageId || !series) return;
  await desk.showPicture(study, series, imageId);
}
