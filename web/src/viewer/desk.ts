/**
 * The desk: the studies that are open, the panes they hang in, and what tools, keys and buttons do to them.
 *
 * It knows no React. Screens watch its stores; `commands` turns keys into its calls.
 */
import type * as core from "@cornerstonejs/core";
import * as tools from "@cornerstonejs/tools";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { type JoinedSeries, type JoinedStudy, type OpenOptions, openStudy, type Source, type StudyEvent } from "@/join";
import { Cine, speedOf } from "./cine";
import { hangingSeries } from "./describe";
import { type DeskState, firstDesk, type Panel } from "./desk-state";
import { startEngine, stopEngine } from "./engine";
import { listenToGestures } from "./gestures";
import { type Cell, hangStudies } from "./hanging";
import { cellsOf, type Layout } from "./layouts";
import type { Mpr, MprPane } from "./mpr";
import { Pane } from "./pane";
import { patientNumbers } from "./patient";
import { type Preset, resolvePreset } from "./presets";
import { Scrolling } from "./scrolling";
import { stackOf } from "./stack";
import { Store } from "./store";
import { chooseTool, DRAWING_TOOLS, stackGroup, type ToolId } from "./tools";

/** An open study, with the number of the colour of its patient's frame. */
export interface OnDesk {
  study: JoinedStudy;
  stop: () => void;
  /** The node says that it is of the patient of the first one, by numbers that headers may not show. */
  same: boolean;
}

const REFRESH_MS = 700;
const RIPE_MS = 400;

export class Desk {
  readonly state = new Store<DeskState>(firstDesk());
  readonly panes: Pane[] = [];
  private readonly open: OnDesk[] = [];
  private readonly cines = new Map<Pane, Cine>();
  private readonly scrolling = new Scrolling();
  private engine: core.RenderingEngine | null = null;
  mpr: Mpr | null = null;
  private readonly hung = new Set<JoinedStudy>();
  private readonly ripe = new Set<JoinedStudy>();
  private readonly ripening = new Map<JoinedStudy, number>();
  private touched = false;
  private refreshing: number | null = null;
  private readonly failed = new Set<string>();
  private readonly ends: (() => void)[] = [];
  /** A narrow screen hangs one pane. */
  narrow = false;
  /** Called for everything a live view tells: picture, window, zoom, pan of the active pane. */
  onView: ((pane: Pane) => void) | null = null;
  onEnded: ((study: JoinedStudy) => void) | null = null;
  /** Called once, when the first pane has its first picture (or says why not). */
  onFirst: (() => void) | null = null;

  start(): void {
    this.engine = startEngine();
    if (this.narrow) this.state.set({ tool: "scroll" });
    chooseTool(stackGroup(), this.state.get().tool);
  }

  /** Ends everything and drops all pictures, names and drawings from memory. */
  end(): void {
    for (const cine of this.cines.values()) cine.stop();
    if (this.refreshing !== null) window.clearTimeout(this.refreshing);
    this.refreshing = null;
    for (const stop of this.ends.splice(0)) stop();
    this.mpr?.end();
    this.mpr = null;
    for (const pane of this.panes) pane.disable();
    this.panes.length = 0;
    this.cines.clear();
    this.failed.clear();
    tools.annotation.state.removeAllAnnotations();
    for (const { study, stop } of this.open.splice(0)) {
      stop();
      study.close();
    }
    stopEngine();
    this.engine = null;
    this.hung.clear();
    for (const timer of this.ripening.values()) window.clearTimeout(timer);
    this.ripening.clear();
    this.ripe.clear();
    this.touched = false;
    this.state.set(firstDesk());
  }

  get studies(): readonly JoinedStudy[] {
    return this.open.map(({ study }) => study);
  }

  /** For each open study the number of its patient, from 0. */
  patientNumbers(): number[] {
    return patientNumbers(
      this.studies.map((study) => study.header),
      this.open.map(({ same }) => same),
    );
  }

  study(id: string | null): JoinedStudy | null {
    return this.studies.find((study) => study.id === id) ?? null;
  }

  /** Opens a study; the first one is the current one, others are its priors or another patient's. */
  add(source: Source, options?: OpenOptions, same = false): JoinedStudy {
    const study = openStudy(source, options);
    this.open.push({ study, same, stop: study.subscribe((event) => this.heard(study, event)) });
    study.ready.then(
      () => this.hangWhenKnown(),
      () => this.changed(),
    );
    this.changed();
    return study;
  }

  /** Takes a study from the desk: its panes are empty before this returns. */
  remove(study: JoinedStudy): void {
    const place = this.open.findIndex((one) => one.study === study);
    if (place < 0) return;
    this.emptyPanesOf(study);
    const [gone] = this.open.splice(place, 1);
    gone?.stop();
    study.close();
    this.changed();
  }

  private emptyPanesOf(study: JoinedStudy): void {
    for (const pane of this.panes)
      if (pane.study === study) {
        this.cines.get(pane)?.stop();
        pane.clear();
      }
  }

  private heard(study: JoinedStudy, event: StudyEvent): void {
    if (event.type === "ended") {
      this.emptyPanesOf(study);
      tools.annotation.state.removeAllAnnotations();
      this.leaveMpr();
      this.state.set({ panel: "none" });
      this.changed();
      this.onEnded?.(study);
      return;
    }
    if (event.type === "changed") {
      this.hangWhenKnown();
      this.refreshSoon();
    }
    if (event.type === "image-failed") this.failed.add(event.imageId);
    if (event.type !== "loaded") this.changed();
  }

  /** How many pictures of a series could not be shown so far. */
  failedIn(series: JoinedSeries): number {
    return series.imageIds.filter((imageId) => this.failed.has(imageId)).length;
  }

  private changed(): void {
    this.state.set({ version: this.state.get().version + 1 });
  }

  /** Arriving pictures are sorted in at most a few times a second, so that scrolling stays smooth. */
  private refreshSoon(): void {
    if (this.refreshing !== null) return;
    this.refreshing = window.setTimeout(() => {
      this.refreshing = null;
      for (const pane of this.panes) {
        const now = pane.study?.series.find((series) => series.id === pane.series?.id);
        if (now && now !== pane.series) void pane.refresh(now);
      }
    }, REFRESH_MS);
  }

  /** Hangs when the current study is known, and again for each further one unless the reader is at work already. */
  private hangWhenKnown(): void {
    const [first] = this.studies;
    const known = this.studies.filter(
      (study) => study.series.some((series) => series.imageIds.length > 0) && this.isRipe(study),
    );
    if (!first || !known.includes(first) || known.every((study) => this.hung.has(study))) return;
    const again = this.hung.size > 0;
    for (const study of known) this.hung.add(study);
    if (again && this.touched) return;
    const shown = this.hang(again ? null : first.lookedAt);
    if (!again) void shown.then(() => this.onFirst?.());
  }

  /** Which series there are decides how they hang: a study is read to its end first, unless that takes too long. */
  private isRipe(study: JoinedStudy): boolean {
    if (study.planned || this.ripe.has(study)) return true;
    if (!this.ripening.has(study)) {
      const timer = window.setTimeout(() => {
        this.ripe.add(study);
        this.hangWhenKnown();
      }, RIPE_MS);
      this.ripening.set(study, timer);
    }
    return false;
  }

  /**
   * Hangs everything by its modality, as when it opened; a stack begins with the picture `from` where it has it. Other
   * patients are never scrolled along. Done when the first pane has its picture.
   */
  async hang(from: string | null = null): Promise<void> {
    const numbers = this.patientNumbers();
    const hanging = hangStudies(this.studies.flatMap(hangingSeries), this.narrow);
    const sync = hanging.sync && numbers.every((number) => number === 0);
    this.setLayout(hanging.layout);
    this.state.set({ active: 0, large: null, sync });
    const shown = hanging.cells.map((cell, place) => (cell ? this.hangCell(cell, place, from) : undefined));
    void Promise.all(shown).then(() => {
      if (sync) this.scrolling.link(this.visible());
      if (hanging.play) this.play(this.panes[0] as Pane);
    });
    await shown.find((one) => one !== undefined);
  }

  private async hangCell(cell: Cell, place: number, from: string | null): Promise<void> {
    const study = this.study(cell.study);
    const series = study?.series.find((one) => one.id === cell.series);
    const pane = this.panes[place];
    if (!study || !series || !pane) return;
    const looked = from === null || cell.index !== undefined ? -1 : stackOf(series, 0).indexOf(from);
    const index = looked >= 0 ? looked : cell.index;
    await pane.show(study, series, index === undefined ? {} : { index });
    if (cell.lean && pane.element) leanTo(pane, cell.lean);
  }

  setLayout(layout: Layout): void {
    const cells = cellsOf(layout);
    if (this.mpr) this.leaveMpr();
    while (this.panes.length < cells) this.panes.push(this.newPane());
    this.state.set({ layout, large: null, active: Math.min(this.state.get().active, cells - 1) });
  }

  private newPane(): Pane {
    const pane = new Pane();
    this.cines.set(pane, new Cine(pane));
    pane.onPicture = () => this.pictureChanged(pane);
    pane.onView = () => this.onView?.(pane);
    this.ends.push(
      listenToGestures(pane.id, {
        dragWindow: (dx, dy) => pane.dragWindow(dx, dy),
        panBy: (dx, dy) => pane.panBy(dx, dy),
        zoomBy: (factor, at) => pane.zoomBy(factor, at),
        step: (delta) => this.step(delta, pane),
        turnBy: (degrees) => pane.rotate(degrees),
        length: () => pane.imageIds.length,
        focus: () => this.activate(this.panes.indexOf(pane)),
      }),
    );
    return pane;
  }

  private pictureChanged(pane: Pane): void {
    this.onView?.(pane);
    if (this.state.get().sync) void this.scrolling.follow(pane, this.visible());
  }

  /** Gives a pane its place on the screen. */
  mount(pane: Pane, element: HTMLDivElement): () => void {
    if (!this.engine) return () => undefined;
    pane.enable(this.engine, element);
    stackGroup().addViewport(pane.id, this.engine.id);
    const engine = this.engine;
    return () => {
      stackGroup().removeViewports(engine.id, pane.id);
      pane.disable();
    };
  }

  resize(): void {
    this.engine?.resize(true, true);
    for (const pane of this.mpr?.panes ?? this.visible()) pane.resize();
  }

  /** The panes of the layout. */
  visible(): Pane[] {
    return this.panes.slice(0, cellsOf(this.state.get().layout));
  }

  get active(): Pane | null {
    return this.panes[this.state.get().active] ?? null;
  }

  activate(place: number): void {
    this.touched = true;
    const { large } = this.state.get();
    this.state.set({ active: place, large: large === null ? null : place });
  }

  /** Shows a series in the active pane, or in another. */
  show(study: JoinedStudy, series: JoinedSeries, place = this.state.get().active, index?: number): Promise<void> {
    const pane = this.panes[place];
    if (!pane) return Promise.resolve();
    this.cines.get(pane)?.stop();
    if (this.state.get().mode === "mpr") this.leaveMpr();
    return pane.show(study, series, index === undefined ? {} : { index });
  }

  /** Shows one picture of a series, in the run that it belongs to. */
  showPicture(study: JoinedStudy, series: JoinedSeries, imageId: string): Promise<void> {
    const pane = this.active;
    if (!pane) return Promise.resolve();
    this.cines.get(pane)?.stop();
    const run = Math.max(
      0,
      series.stacks.findIndex((stack) => stack.includes(imageId)),
    );
    const same = pane.series?.id === series.id && pane.study === study && pane.state.get().run === run;
    const index = stackOf(series, run).indexOf(imageId);
    return same ? pane.goTo(index) : pane.show(study, series, { run, index });
  }

  step(delta: number, pane = this.active): void {
    if (!pane) return;
    this.touched = true;
    this.cines.get(pane)?.stop();
    pane.step(delta);
  }

  /** Shows another run of the series in a pane, at the same place in it. */
  showRun(pane: Pane, run: number): void {
    const { study, series } = pane;
    if (!study || !series || run < 0 || run >= series.stacks.length) return;
    const { playing, index } = pane.state.get();
    this.cines.get(pane)?.stop();
    void pane.show(study, series, { run, index: playing ? 0 : index }).then(() => playing && this.play(pane));
  }

  /** Goes to the next or previous series of the study in the active pane. */
  stepSeries(delta: number): void {
    const pane = this.active;
    const study = pane?.study ?? this.studies[0];
    const list = study?.series.filter((series) => series.kind === "images" && series.imageIds.length > 0) ?? [];
    if (!study || list.length === 0) return;
    const place = list.findIndex((series) => series.id === pane?.series?.id);
    const next = list[(place + delta + list.length) % list.length];
    if (next) void this.show(study, next);
  }

  /** A window for the active pane, and for the others that show the same series. */
  applyPreset(preset: Preset): void {
    if (this.mpr && this.active) {
      this.mpr.setWindow(resolvePreset(preset, this.active.measured()));
      return;
    }
    const series = this.active?.series?.id;
    for (const pane of this.visible())
      if (pane === this.active || (series && pane.series?.id === series)) pane.applyPreset(preset);
  }

  setTool(tool: ToolId): void {
    chooseTool(stackGroup(), tool);
    this.state.set({ tool });
  }

  toggleSync(): void {
    const sync = !this.state.get().sync;
    this.state.set({ sync });
    if (!sync) return;
    this.scrolling.link(this.visible());
    if (this.active) void this.scrolling.follow(this.active, this.visible());
  }

  toggleLarge(): void {
    const { large, active } = this.state.get();
    this.state.set({ large: large === null ? active : null });
  }

  togglePanel(panel: Panel): void {
    this.state.set({ panel: this.state.get().panel === panel ? "none" : panel });
  }

  play(pane: Pane): void {
    const { speed } = this.state.get();
    const own = speedOf(pane.series?.frameRate ?? null, pane.series?.volume ?? false);
    this.cines.get(pane)?.start(speed ?? own);
  }

  toggleCine(): void {
    const pane = this.active;
    if (!pane) return;
    if (this.cines.get(pane)?.playing) this.cines.get(pane)?.stop();
    else if (pane.imageIds.length < 2) this.say(msg`Deze serie heeft één beeld; er is niets af te spelen.`);
    else this.play(pane);
  }

  setSpeed(speed: number): void {
    this.state.set({ speed });
    for (const pane of this.panes) if (this.cines.get(pane)?.playing) this.play(pane);
  }

  /** Deletes the chosen drawings, or the last one when none is chosen. */
  deleteDrawing(): void {
    const all = tools.annotation.state
      .getAllAnnotations()
      .filter((one) => DRAWING_TOOLS.includes(one.metadata?.toolName ?? ""));
    const chosen = all.filter(
      (one) => one.annotationUID && tools.annotation.selection.isAnnotationSelected(one.annotationUID),
    );
    const gone = chosen.length > 0 ? chosen : all.slice(-1);
    for (const one of gone) if (one.annotationUID) tools.annotation.state.removeAnnotation(one.annotationUID);
    if (gone.length === 0) this.say(msg`Er is geen meting om te wissen.`);
    this.redraw();
  }

  enterMpr(mpr: Mpr): void {
    this.mpr?.end();
    this.mpr = mpr;
    mpr.before = this.state.get().tool;
    this.state.set({ mode: "mpr", large: null });
    this.setTool("crosshair");
  }

  leaveMpr(): void {
    const { mpr } = this;
    this.state.set({ mode: "stacks" });
    if (mpr) this.setTool(mpr.before);
    this.mpr = null;
    // the planes leave the screen first, then their volume leaves memory
    if (mpr) window.setTimeout(() => mpr.end(), 0);
  }

  /** Gives a plane of MPR its place on the screen. */
  mountMpr(pane: MprPane, element: HTMLDivElement): () => void {
    return this.engine ? pane.mount(this.engine, element) : () => undefined;
  }

  redraw(): void {
    tools.utilities.triggerAnnotationRenderForViewportIds(this.panes.map((pane) => pane.id));
  }

  say(text: MessageDescriptor, bad = false): void {
    this.state.set({ note: { text, bad, at: (this.state.get().note?.at ?? 0) + 1 } });
  }
}

/** Moves a picture so that the side of it that holds tissue touches that edge of the pane. */
function leanTo(pane: Pane, side: "left" | "right"): void {
  const element = pane.element;
  const image = pane.image();
  const edge = image && pane.toCanvas([side === "left" ? 0 : image.columns, image.rows / 2]);
  if (!element || !edge) return;
  pane.panBy((side === "left" ? 0 : element.clientWidth) - edge[0], 0);
}
