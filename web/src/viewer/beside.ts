/** Another study of the patient beside the current one: opened once, hung at the right, scrolled along by position. */
import { msg } from "@lingui/core/macro";
import type { JoinedSeries, JoinedStudy, Source } from "@/join";
import { hangingSeries } from "./describe";
import type { Desk } from "./desk";
import { mostAlike } from "./hanging";
import { bestPrior, sameSource, sourceOf } from "./related";

/** The open study of a source; null when it is not open. */
export function openOf(desk: Desk, source: Source): JoinedStudy | null {
  return desk.studies.find((study) => sameSource(study.source, source)) ?? null;
}

/** Opens a study that the node says is of the same patient, beside the current one; alone on a narrow screen. */
export async function openBeside(desk: Desk, source: Source): Promise<void> {
  desk.activate(desk.state.get().active);
  const study = openOf(desk, source) ?? desk.add(source, { rank: desk.studies.length, loadAll: false }, true);
  try {
    await study.ready;
  } catch {
    desk.remove(study);
    desk.say(msg`Dit onderzoek kan niet worden geopend.`, true);
    return;
  }
  const shown = firstSeries(desk, study);
  if (!shown) desk.say(msg`Dit onderzoek heeft geen beelden.`, true);
  else if (desk.narrow) await desk.show(study, shown);
  else await hang(desk, study, shown);
}

/** Shows the current study again; on a narrow screen that is how to go back. */
export async function showCurrent(desk: Desk): Promise<void> {
  const [current] = desk.studies;
  const series = current && (left(desk)?.series ?? firstOf(current));
  if (current && series) await desk.show(current, series);
}

/** Closes a study that hung beside the current one; the current one has the screen again. */
export function closeBeside(desk: Desk, source: Source): void {
  const study = openOf(desk, source);
  if (!study || study === desk.studies[0]) return;
  const before = left(desk);
  desk.remove(study);
  if (desk.studies.length > 1) return;
  desk.setLayout({ rows: 1, columns: 1 });
  desk.state.set({ active: 0, sync: false });
  const [current] = desk.studies;
  const series = before?.series ?? (current && firstOf(current));
  if (current && series && desk.panes[0]?.study !== current) void desk.show(current, series, 0);
}

/** Opens the prior that is most worth comparing with, or closes it when it hangs there. */
export function togglePrior(desk: Desk): void {
  const best = bestPrior(desk.state.get().related);
  if (!best) {
    desk.say(msg`Er is hier geen eerder onderzoek om mee te vergelijken.`);
    return;
  }
  const source = sourceOf(best);
  if (openOf(desk, source)) closeBeside(desk, source);
  else void openBeside(desk, source);
}

async function hang(desk: Desk, study: JoinedStudy, shown: JoinedSeries): Promise<void> {
  const [current] = desk.studies;
  const before = left(desk);
  const index = before?.state.get().index;
  const series = before?.series ?? (current && firstOf(current));
  desk.setLayout({ rows: 1, columns: 2 });
  if (current && series && desk.panes[0] !== before) await desk.show(current, series, 0, index);
  await desk.show(study, shown, 1);
  desk.state.set({ active: 0, sync: false });
  desk.toggleSync();
}

/** A pane that shows the current study: the chosen one before others. */
function left(desk: Desk) {
  const [current] = desk.studies;
  const panes = [desk.active, ...desk.visible()];
  return panes.find((pane) => pane?.study === current && pane?.series) ?? null;
}

function firstOf(study: JoinedStudy): JoinedSeries | null {
  return study.series.find((series) => series.kind === "images" && series.imageIds.length > 0) ?? null;
}

/** The series of a study that is most like what is looked at now. */
function firstSeries(desk: Desk, study: JoinedStudy): JoinedSeries | null {
  const now = left(desk);
  const like = now?.study && hangingSeries(now.study).find((one) => one.id === now.series?.id);
  const found = like && mostAlike(like, hangingSeries(study));
  return study.series.find((series) => series.id === found?.id) ?? firstOf(study);
}
