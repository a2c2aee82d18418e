/**
 * One pane: a Cornerstone viewport with a stack in it, and the commands that change what it shows.
 *
 * A picture is asked for from `join` first and given to the viewport when it is in memory, so that the numbers on screen
 * always belong to the picture on screen, and a frame that cannot be decoded is said instead of leaving the one before it.
 */
import * as core from "@cornerstonejs/core";
import type { JoinedSeries, JoinedStudy } from "@/join";
import { currentBackend, reportDrawing } from "./engine";
import { load } from "./loaded";
import { EMPTY_PANE, type PaneState } from "./pane-state";
import { type Preset, resolvePreset, type Values, type Window } from "./presets";
import { firstIndex, sameList, sentWindow, stackOf } from "./stack";
import { Store } from "./store";
import { clamp, clampWindow, dragWindow, percentiles, toRange } from "./windowing";

/** What a viewport remembers of a series, so that coming back to it shows it as it was left. */
export interface View {
  index: number;
  window: Window | null;
  zoom: number;
  rotation: number;
  flipH: boolean;
  flipV: boolean;
  invert: boolean;
}

/** Offset of the picture in the pane, as parts of the pane's width and height: the same on every screen. */
export type Point = readonly [number, number];

const SMALLEST_ZOOM = 0.1;
const LARGEST_ZOOM = 40;

export class Pane {
  readonly id = `pane-${core.utilities.uuidv4()}`;
  readonly state = new Store<PaneState>(EMPTY_PANE);
  study: JoinedStudy | null = null;
  series: JoinedSeries | null = null;
  private viewport: core.PlanarViewport | null = null;
  private engine: core.RenderingEngine | null = null;
  private stack: readonly string[] = [];
  private displaySet: string | null = null;
  private showing = 0;
  private asked = 0;
  private direction: 1 | -1 = 1;
  /** What goes on as soon as the pane has its place on the screen. */
  private readonly waiting: (() => void)[] = [];
  private values: { imageId: string; values: Values } | null = null;
  /** Pictures go out (scroll, live view) through here; set by the desk. */
  onPicture: (() => void) | null = null;
  onView: (() => void) | null = null;

  get element(): HTMLDivElement | null {
    return this.viewport ? (this.viewport.element as HTMLDivElement) : null;
  }

  get planar(): core.PlanarViewport | null {
    return this.viewport;
  }

  get imageIds(): readonly string[] {
    return this.stack;
  }

  enable(engine: core.RenderingEngine, element: HTMLDivElement): void {
    if (this.viewport) this.disable();
    engine.enableElement({ viewportId: this.id, element, type: core.Enums.ViewportType.PLANAR_NEXT });
    this.engine = engine;
    this.viewport = engine.getViewport(this.id) as unknown as core.PlanarViewport;
    element.addEventListener(core.EVENTS.CAMERA_MODIFIED, this.cameraChanged);
    if (this.waiting.length > 0) for (const go of this.waiting.splice(0)) go();
    else if (this.study && this.series) void this.put(this.study, this.series, this.state.get().index, true);
  }

  /** The pane got another size: its canvas is empty then, so the picture is drawn again. */
  resize(): void {
    if (!this.viewport || !this.element?.clientWidth) return;
    this.viewport.resize();
    this.viewport.render();
    this.state.set({ revision: this.state.get().revision + 1 });
  }

  disable(): void {
    this.element?.removeEventListener(core.EVENTS.CAMERA_MODIFIED, this.cameraChanged);
    this.showing += 1;
    this.dropDisplaySet();
    this.viewport = null;
    this.engine?.disableElement(this.id);
    this.engine = null;
  }

  /** Shows a series, at a picture of it (from 0; the middle for a stack of slices, else the first). */
  async show(study: JoinedStudy, series: JoinedSeries, options: { index?: number; run?: number } = {}): Promise<void> {
    const run = options.run ?? 0;
    const stack = stackOf(series, run);
    this.study = study;
    this.series = series;
    this.state.set({ ...EMPTY_PANE, study: study.id, series: series.id, run, count: stack.length });
    await this.put(study, series, options.index ?? firstIndex(series, stack), false);
  }

  /** Takes over a series that changed while arriving; the picture on screen stays. */
  async refresh(series: JoinedSeries): Promise<void> {
    const { run, index, imageId } = this.state.get();
    const stack = stackOf(series, run);
    this.series = series;
    if (sameList(stack, this.stack)) return;
    const place = imageId === null ? -1 : stack.indexOf(imageId);
    this.state.set({ count: stack.length });
    if (this.study) await this.put(this.study, series, place >= 0 ? place : Math.max(0, index), true);
  }

  clear(): void {
    this.showing += 1;
    this.dropDisplaySet();
    this.study = null;
    this.series = null;
    this.stack = [];
    this.values = null;
    this.state.set(EMPTY_PANE);
  }

  private async put(study: JoinedStudy, series: JoinedSeries, wanted: number, keep: boolean): Promise<void> {
    this.showing += 1;
    const mine = this.showing;
    const stack = stackOf(series, this.state.get().run);
    this.stack = stack;
    if (!keep) this.dropDisplaySet();
    if (stack.length === 0) return;
    if (!this.viewport) await new Promise<void>((go) => this.waiting.push(go));
    if (mine !== this.showing || !this.viewport) return;
    const index = clamp(wanted, 0, stack.length - 1);
    const imageId = stack[index] as string;
    this.state.set({ wanted: keep ? this.state.get().wanted : index });
    study.look(imageId, 1);
    const fault = await load(imageId);
    if (mine !== this.showing || !this.viewport) return;
    if (fault) {
      this.state.set({ fault, index, imageId, wanted: null });
      this.onPicture?.();
      return;
    }
    const old = this.displaySet;
    const next = `${this.id}/${mine}`;
    core.utilities.genericViewportDisplaySetMetadataProvider.add(next, {
      kind: "planar",
      imageIds: [...stack],
      initialImageIdIndex: index,
    } as never);
    this.displaySet = next;
    await this.viewport.addDisplaySet(next, { role: "source" });
    if (mine !== this.showing || !this.viewport) return;
    if (old) this.removeDisplaySet(old);
    const { window, invert } = this.state.get();
    const fresh = !keep || window === null;
    if (!fresh) this.putWindow(window, invert);
    this.shown(index, imageId, fresh);
  }

  private dropDisplaySet(): void {
    if (this.displaySet) this.removeDisplaySet(this.displaySet);
    this.displaySet = null;
  }

  private removeDisplaySet(id: string): void {
    this.viewport?.removeData(id);
    core.utilities.genericViewportDisplaySetMetadataProvider.remove(id);
  }

  private shown(index: number, imageId: string, fresh: boolean): void {
    const before = this.state.get();
    this.state.set({ index, imageId, wanted: null, fault: null, revision: before.revision + 1 });
    if (fresh) this.firstWindow(imageId);
    this.onPicture?.();
  }

  /** Goes to a picture; of many calls in a row the last one wins. */
  async goTo(wanted: number): Promise<void> {
    const { index: shown, wanted: pending } = this.state.get();
    if (!this.viewport || this.stack.length === 0) return;
    const index = clamp(Math.round(wanted), 0, this.stack.length - 1);
    if (index === (pending ?? shown)) return;
    this.direction = index >= shown ? 1 : -1;
    const imageId = this.stack[index] as string;
    this.asked += 1;
    const mine = this.asked;
    const stack = this.showing;
    this.study?.look(imageId, this.direction);
    const cached = core.cache.getImage(imageId) !== undefined;
    if (!cached) this.state.set({ wanted: index });
    const begun = performance.now();
    const fault = cached ? null : await load(imageId);
    if (mine !== this.asked || stack !== this.showing || !this.viewport) return;
    if (fault) {
      this.state.set({ fault, index, imageId, wanted: null, revision: this.state.get().revision + 1 });
      this.onPicture?.();
      return;
    }
    if (this.displaySet === null && this.study && this.series) {
      await this.put(this.study, this.series, index, true);
      return;
    }
    await this.viewport.setImageIdIndex(index);
    if (cached && currentBackend() === "gpu") requestAnimationFrame(() => reportDrawing(performance.now() - begun));
    this.shown(index, imageId, this.state.get().window === null);
  }

  /** Goes some pictures on or back from the one asked for last. */
  step(delta: number, around = false): void {
    const { index, wanted } = this.state.get();
    const next = (wanted ?? index) + delta;
    const size = this.stack.length;
    void this.goTo(around && size > 0 ? (next + size) % size : next);
  }

  /** The image on screen, decoded. */
  image(): core.Types.IImage | null {
    const { imageId, fault } = this.state.get();
    return imageId && !fault ? (core.cache.getImage(imageId) ?? null) : null;
  }

  /** Values of the picture on screen, for presets and for the sensitivity of a drag. */
  measured(): Values {
    const image = this.image();
    if (!image) return { sent: null, min: 0, max: 1 };
    if (this.values?.imageId !== image.imageId) {
      const [low, high] = image.color ? [0, 255] : percentiles(image.getPixelData(), [0.01, 0.99]);
      const sent = sentWindow(image);
      const suv = this.series?.suv === true;
      const { minPixelValue: min, maxPixelValue: max } = image;
      this.values = { imageId: image.imageId, values: { sent, min, max, low, high, suv } };
    }
    return this.values.values;
  }

  private firstWindow(imageId: string): void {
    const image = core.cache.getImage(imageId);
    if (!image) return;
    const values = this.measured();
    const suv = this.series?.modality === "PT" && this.series.suv;
    const asked = suv ? { center: 2.5, width: 5 } : (values.sent ?? { center: Number.NaN, width: Number.NaN });
    const { window, changed } = clampWindow(asked, values.min, values.max);
    const absurd = changed && values.sent !== null;
    this.putWindow(window, this.startsInverted());
    this.state.set({ clamped: absurd, preset: suv ? "suv-5" : "sent" });
  }

  private putWindow(window: Window, invert: boolean): void {
    this.viewport?.setDisplaySetPresentation({ voiRange: toRange(window), invert });
    this.state.set({ window, invert });
  }

  setWindow(window: Window, preset: string | null = null): void {
    const { min, max } = this.measured();
    const safe = clampWindow(window, min, max);
    this.putWindow(preset === null ? safe.window : window, this.state.get().invert);
    this.state.set({ preset, clamped: false });
    this.onView?.();
  }

  /** A window that somebody else chose (a state, a colleague): as it is, unless it would show nothing. */
  showWindow(window: Window): void {
    const { min, max } = this.measured();
    const safe = clampWindow(window, min, max);
    this.putWindow(safe.window, this.state.get().invert);
    this.state.set({ preset: null, clamped: safe.changed });
  }

  /** Whether the picture's own header turns black and white about (MONOCHROME1, and PET as it is read). */
  startsInverted(): boolean {
    return this.image()?.invert === true || (this.series?.modality === "PT" && this.series.suv);
  }

  setInvert(invert: boolean): void {
    const { window } = this.state.get();
    if (window) this.putWindow(window, invert);
    this.onView?.();
  }

  applyPreset(preset: Preset): void {
    this.setWindow(resolvePreset(preset, this.measured()), preset.id);
  }

  /** Window by dragging: right is wider, down is a higher centre. */
  dragWindow(dx: number, dy: number): void {
    const { window } = this.state.get();
    const { min, max, low, high } = this.measured();
    if (!window) return;
    const span = Math.max((high ?? max) - (low ?? min), window.width / 4);
    const next = dragWindow(window, dx, dy, Math.min(span, Math.max(window.width * 4, 200 * Math.min(1, max - min))));
    this.putWindow(next, this.state.get().invert);
    this.state.set({ preset: null });
    this.onView?.();
  }

  invert(): void {
    this.setInvert(!this.state.get().invert);
  }

  /** Zoom by a factor, about a point of the pane in CSS pixels (its middle when left out). */
  zoomBy(factor: number, at?: Point): void {
    const zoom = clamp(this.state.get().zoom * factor, SMALLEST_ZOOM, LARGEST_ZOOM);
    this.setZoom(zoom, at);
  }

  setZoom(zoom: number, at?: Point): void {
    if (!this.viewport || this.state.get().index < 0) return;
    this.viewport.setZoom(zoom, at ? [at[0], at[1]] : undefined);
    this.onView?.();
  }

  /** The whole picture in the pane. */
  fit(): void {
    this.viewport?.setViewState({ anchorWorld: undefined, anchorCanvas: [0.5, 0.5], scale: [1, 1], scaleMode: "fit" });
    this.onView?.();
  }

  /** One pixel of the picture on one pixel of the screen. */
  realSize(): void {
    const matrix = this.matrix();
    if (matrix) this.zoomBy(1 / (Math.hypot(matrix[0], matrix[1]) * window.devicePixelRatio));
  }

  panBy(dx: number, dy: number): void {
    if (!this.viewport || this.state.get().index < 0) return;
    const [x, y] = this.viewport.getPan();
    this.viewport.setPan([x + dx, y + dy]);
    this.onView?.();
  }

  /** Where the middle of the pane lies in the picture, in pixels of the picture; null without one. */
  centre(): Point | null {
    const element = this.element;
    return element ? this.toPixel([element.clientWidth / 2, element.clientHeight / 2]) : null;
  }

  /** Puts a pixel of the picture in the middle of the pane. */
  centreOn(pixel: Point): void {
    const canvas = this.toCanvas(pixel);
    const element = this.element;
    if (canvas && element) this.panBy(element.clientWidth / 2 - canvas[0], element.clientHeight / 2 - canvas[1]);
  }

  rotateTo(degrees: number): void {
    this.viewport?.setViewState({ rotation: ((degrees % 360) + 360) % 360 });
    this.onView?.();
  }

  /** Turns clockwise as it is seen; a picture that is flipped after its turn has to turn the other way for that. */
  rotate(degrees = 90): void {
    const { rotation, flipH, flipV } = this.state.get();
    this.rotateTo(rotation + (flipH === flipV ? degrees : -degrees));
  }

  flip(axis: "horizontal" | "vertical"): void {
    const { flipH, flipV } = this.state.get();
    this.setFlip(axis === "horizontal" ? !flipH : flipH, axis === "vertical" ? !flipV : flipV);
  }

  setFlip(flipHorizontal: boolean, flipVertical: boolean): void {
    this.viewport?.setViewState({ flipHorizontal, flipVertical });
    this.onView?.();
  }

  /** Everything as it was sent: window, zoom, place, rotation. */
  reset(): void {
    const { imageId } = this.state.get();
    this.state.set({ presentation: null });
    this.viewport?.resetViewState();
    if (imageId && !this.state.get().fault) this.firstWindow(imageId);
    this.onView?.();
  }

  view(): View {
    const { index, window, zoom, rotation, flipH, flipV, invert } = this.state.get();
    return { index, window, zoom, rotation, flipH, flipV, invert };
  }

  /** A pixel of the picture (0, 0 is the corner of the first pixel) in CSS pixels of the pane. */
  toCanvas([x, y]: Point): Point | null {
    const data = this.imageData();
    if (!data || !this.viewport) return null;
    const [cx, cy] = this.viewport.worldToCanvas(data.indexToWorld([x - 0.5, y - 0.5, 0]));
    return [cx, cy];
  }

  toPixel([x, y]: Point): Point | null {
    const data = this.imageData();
    if (!data || !this.viewport) return null;
    const [px, py] = data.worldToIndex(this.viewport.canvasToWorld([x, y]));
    return [px + 0.5, py + 0.5];
  }

  /** The matrix of CSS that lays pixels of the picture over the pane; null without a picture. */
  matrix(): readonly [number, number, number, number, number, number] | null {
    const image = this.image();
    const origin = image && this.toCanvas([0, 0]);
    const right = image && this.toCanvas([image.columns, 0]);
    const below = image && this.toCanvas([0, image.rows]);
    if (!image || !origin || !right || !below) return null;
    const [a, b] = [(right[0] - origin[0]) / image.columns, (right[1] - origin[1]) / image.columns];
    const [c, d] = [(below[0] - origin[0]) / image.rows, (below[1] - origin[1]) / image.rows];
    return [a, b, c, d, origin[0], origin[1]];
  }

  private imageData(): ImageGeometry | null {
    if (!this.image()) return null;
    const data = this.viewport?.getImageData() as { imageData?: ImageGeometry } | undefined;
    return data?.imageData ?? null;
  }

  private readonly cameraChanged = (): void => {
    if (!this.viewport || this.state.get().index < 0) return;
    const { flipHorizontal = false, flipVertical = false } = this.viewport.getViewState();
    this.state.set({
      zoom: this.viewport.getZoom(),
      rotation: Math.round(this.viewport.getRotation()) % 360,
      flipH: flipHorizontal,
      flipV: flipVertical,
      revision: this.state.get().revision + 1,
    });
  };
}

interface ImageGeometry {
  worldToIndex(point: readonly number[]): core.Types.Point3;
  indexToWorld(point: readonly number[]): core.Types.Point3;
}
