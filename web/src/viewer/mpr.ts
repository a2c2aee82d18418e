/**
 * MPR: a volume of the series in the active pane, in three planes that meet in one point.
 *
 * The volume is built while pictures come in; planes are drawn from what is there. It needs evenly spaced parallel slices;
 * where `join` says they are not, MPR is refused with the reason instead of showing a bent patient.
 */
import * as core from "@cornerstonejs/core";
import { msg } from "@lingui/core/macro";
import type { JoinedSeries, JoinedStudy } from "@/join";
import type { Desk } from "./desk";
import { currentBackend } from "./engine";
import type { Vector } from "./geometry";
import { type GestureTarget, listenToGestures } from "./gestures";
import { type Block, inside, middle, moved, PLANES, type PlaneName, sliceNumber, slicesIn } from "./mpr-planes";
import type { Window } from "./presets";
import { stackOf } from "./stack";
import { Store } from "./store";
import { stackGroup, type ToolId } from "./tools";
import { clampWindow, dragWindow, toRange } from "./windowing";

export interface MprState {
  point: Vector;
  window: Window;
  invert: boolean;
  loaded: number;
  total: number;
  /** Thickness of a slab in mm of which the brightest is shown; 0 for a single slice. */
  slab: number;
  /** The planes are drawn. */
  built: boolean;
  revision: number;
}

const ORIENTATION = {
  axial: core.Enums.OrientationAxis.AXIAL,
  coronal: core.Enums.OrientationAxis.CORONAL,
  sagittal: core.Enums.OrientationAxis.SAGITTAL,
} as const;

/** One slice; a thickness of nothing is drawn without summing over a slab. */
const THIN = { blendMode: core.Enums.BlendModes.COMPOSITE, slabThickness: 0 };

/** One plane on the screen. */
export class MprPane implements GestureTarget {
  readonly id: string;
  private viewport: core.PlanarViewport | null = null;
  private stop: (() => void)[] = [];

  constructor(
    readonly plane: PlaneName,
    private readonly mpr: Mpr,
  ) {
    this.id = `mpr-${plane}-${core.utilities.uuidv4()}`;
  }

  get element(): HTMLDivElement | null {
    return this.viewport ? (this.viewport.element as HTMLDivElement) : null;
  }

  mount(engine: core.RenderingEngine, element: HTMLDivElement): () => void {
    engine.enableElement({ viewportId: this.id, element, type: core.Enums.ViewportType.PLANAR_NEXT });
    this.viewport = engine.getViewport(this.id) as unknown as core.PlanarViewport;
    stackGroup().addViewport(this.id, engine.id);
    const changed = () => this.mpr.redraw();
    element.addEventListener(core.EVENTS.CAMERA_MODIFIED, changed);
    this.stop = [
      listenToGestures(this.id, this),
      () => element.removeEventListener(core.EVENTS.CAMERA_MODIFIED, changed),
      () => stackGroup().removeViewports(engine.id, this.id),
      () => engine.disableElement(this.id),
    ];
    void this.load();
    return () => {
      this.viewport = null;
      for (const stop of this.stop.splice(0)) stop();
    };
  }

  private async load(): Promise<void> {
    const { viewport } = this;
    await this.mpr.ready;
    if (!viewport || this.viewport !== viewport) return;
    await viewport.setDisplaySets({
      displaySetId: this.mpr.displaySet,
      options: { orientation: ORIENTATION[this.plane] },
    });
    if (this.viewport !== viewport) return;
    this.show();
    this.place();
    this.mpr.state.set({ built: true });
    this.mpr.redraw();
  }

  /** Draws with the window and the slab of now. */
  show(): void {
    const { window, invert, slab } = this.mpr.state.get();
    const thick = slab > 0 ? { blendMode: core.Enums.BlendModes.MAXIMUM_INTENSITY_BLEND, slabThickness: slab } : THIN;
    this.viewport?.setDisplaySetPresentation({ voiRange: toRange(window), invert, ...thick });
  }

  /** Goes to the slice that the point of the crosshair lies in. */
  place(): void {
    const [x, y, z] = this.mpr.state.get().point;
    this.viewport?.setViewState({ slice: { kind: "volumePoint", sliceWorldPoint: [x, y, z] } });
  }

  toCanvas([x, y, z]: Vector): readonly [number, number] | null {
    return this.viewport?.getCurrentMode() === "volume"
      ? (this.viewport.worldToCanvas([x, y, z]) as [number, number])
      : null;
  }

  dragWindow(dx: number, dy: number): void {
    const { window } = this.mpr.state.get();
    this.mpr.setWindow(dragWindow(window, dx, dy, Math.max(window.width, 200)));
  }

  panBy(dx: number, dy: number): void {
    const [x, y] = this.viewport?.getPan() ?? [0, 0];
    this.viewport?.setPan([x + dx, y + dy]);
  }

  zoomBy(factor: number, at?: readonly [number, number]): void {
    const zoom = Math.min(40, Math.max(0.1, (this.viewport?.getZoom() ?? 1) * factor));
    this.viewport?.setZoom(zoom, at ? [at[0], at[1]] : undefined);
  }

  step(delta: number): void {
    const { block, state } = this.mpr;
    this.mpr.moveTo(moved(block, this.plane, state.get().point, this.plane === "axial" ? -delta : delta));
  }

  turnBy(degrees: number): void {
    this.viewport?.setViewState({ rotation: (((this.viewport.getRotation() + degrees) % 360) + 360) % 360 });
  }

  pointAt([x, y]: readonly [number, number]): void {
    const world = this.viewport?.canvasToWorld([x, y]);
    if (world) this.mpr.moveTo([world[0], world[1], world[2]]);
  }

  length(): number {
    return slicesIn(this.mpr.block, this.plane);
  }

  focus(): void {}

  resize(): void {
    if (!this.viewport || !this.element?.clientWidth) return;
    this.viewport.resize();
    this.viewport.render();
    this.mpr.redraw();
  }

  reset(): void {
    this.viewport?.resetViewState({ resetOrientation: false });
    this.place();
  }

  number(): number {
    return sliceNumber(this.mpr.block, this.plane, this.mpr.state.get().point);
  }
}

export class Mpr {
  readonly panes: readonly MprPane[] = PLANES.map((plane) => new MprPane(plane, this));
  readonly state: Store<MprState>;
  readonly displaySet = `mpr-${core.utilities.uuidv4()}`;
  /** Kept when the planes may be drawn. */
  readonly ready: Promise<void>;
  private readonly volumeId: string;
  private readonly range: { min: number; max: number };
  private drawing: number | null = null;
  /** The tool of the left button before the crosshair took it. */
  before: ToolId = "window";

  private constructor(
    readonly study: JoinedStudy,
    readonly series: JoinedSeries,
    readonly block: Block,
    volume: core.Types.IImageVolume,
    shown: { window: Window; invert: boolean; point: Vector | null; min: number; max: number },
    imageIds: readonly string[],
  ) {
    this.volumeId = volume.volumeId;
    this.range = { min: shown.min, max: shown.max };
    const point = shown.point ? inside(block, shown.point) : middle(block);
    const { window, invert } = shown;
    this.state = new Store<MprState>({
      point,
      window,
      invert,
      loaded: 0,
      total: imageIds.length,
      slab: 0,
      built: false,
      revision: 0,
    });
    core.utilities.genericViewportDisplaySetMetadataProvider.add(this.displaySet, {
      kind: "planar",
      imageIds: [...imageIds],
      volumeId: this.volumeId,
    } as never);
    core.eventTarget.addEventListener(core.EVENTS.IMAGE_VOLUME_MODIFIED, this.grown);
    core.eventTarget.addEventListener(core.EVENTS.IMAGE_VOLUME_LOADING_COMPLETED, this.grown);
    this.count();
    this.ready = currentBackend() === "cpu" ? this.gather(imageIds) : Promise.resolve();
  }

  /**
   * The processor samples a volume anew, whole, for every picture that comes in; so it gets all of them first. A graphics
   * card draws from what is there.
   */
  private async gather(imageIds: readonly string[]): Promise<void> {
    const one = (imageId: string) =>
      core.imageLoader.loadAndCacheImage(imageId).then(
        () => this.count(),
        () => undefined,
      );
    await Promise.all(imageIds.filter((imageId) => core.cache.getImage(imageId) === undefined).map(one));
  }

  /** Makes the volume of what a pane shows. */
  static async of(desk: Desk): Promise<Mpr | null> {
    const pane = desk.active;
    const { study, series } = pane ?? {};
    if (!pane || !study || !series) return null;
    const imageIds = stackOf(series, pane.state.get().run);
    const volumeId = `mpr:${core.utilities.uuidv4()}`;
    const volume = await core.volumeLoader.createAndCacheVolume(volumeId, { imageIds: [...imageIds] });
    const { window, invert, imageId } = pane.state.get();
    const { min, max } = pane.measured();
    const plane = imageId
      ? (core.metaData.get("imagePlaneModule", imageId) as { imagePositionPatient?: number[] })
      : undefined;
    const block = blockOf(volume as unknown as core.Types.IImageVolume);
    const start = middle(block);
    const along = plane?.imagePositionPatient;
    const point = along ? throughSlice(block, start, along) : null;
    const shown = { window: window ?? { center: (min + max) / 2, width: max - min }, invert, point, min, max };
    return new Mpr(study, series, block, volume as unknown as core.Types.IImageVolume, shown, imageIds);
  }

  end(): void {
    core.eventTarget.removeEventListener(core.EVENTS.IMAGE_VOLUME_MODIFIED, this.grown);
    core.eventTarget.removeEventListener(core.EVENTS.IMAGE_VOLUME_LOADING_COMPLETED, this.grown);
    core.utilities.genericViewportDisplaySetMetadataProvider.remove(this.displaySet);
    if (core.cache.getVolume(this.volumeId)) core.cache.removeVolumeLoadObject(this.volumeId);
  }

  moveTo(point: Vector): void {
    this.state.set({ point: inside(this.block, point) });
    for (const pane of this.panes) pane.place();
    this.redraw();
  }

  setWindow(window: Window): void {
    const { window: safe } = clampWindow(window, this.range.min, this.range.max);
    this.state.set({ window: safe });
    for (const pane of this.panes) pane.show();
  }

  invert(): void {
    this.state.set({ invert: !this.state.get().invert });
    for (const pane of this.panes) pane.show();
  }

  setSlab(slab: number): void {
    this.state.set({ slab });
    for (const pane of this.panes) pane.show();
  }

  reset(): void {
    this.setSlab(0);
    for (const pane of this.panes) pane.reset();
    this.moveTo(middle(this.block));
  }

  /** Lays the crosshair anew, once a picture of the screen. */
  redraw(): void {
    if (this.drawing !== null) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = null;
      this.state.set({ revision: this.state.get().revision + 1 });
    });
  }

  private readonly grown = (): void => this.count();

  private count(): void {
    const imageIds = core.cache.getVolume(this.volumeId)?.imageIds ?? [];
    this.state.set({ loaded: imageIds.filter((imageId) => core.cache.getImage(imageId) !== undefined).length });
  }
}

function blockOf(volume: core.Types.IImageVolume): Block {
  const { dimensions, spacing, origin, direction } = volume;
  return {
    dimensions: [...dimensions] as unknown as Vector,
    spacing: [...spacing] as unknown as Vector,
    origin: [...origin] as unknown as Vector,
    direction: Array.from(direction),
  };
}

/** The middle of the volume, moved along its slices to the one that a pane showed. */
function throughSlice(block: Block, start: Vector, position: readonly number[]): Vector {
  const normal = block.direction.slice(6, 9);
  const away = [0, 1, 2].reduce(
    (sum, at) => sum + ((position[at] ?? 0) - (start[at] as number)) * (normal[at] ?? 0),
    0,
  );
  return start.map((part, at) => part + away * (normal[at] ?? 0)) as unknown as Vector;
}

/** Into MPR of the active pane, or out of it; refused with the reason where there is no volume. */
export function toggleMpr(desk: Desk): void {
  if (desk.state.get().mode === "mpr") {
    desk.leaveMpr();
    return;
  }
  const series = desk.active?.series;
  if (!series?.volume) {
    if (series)
      desk.say(
        msg`Van deze serie kan geen MPR worden gemaakt: de coupes liggen niet evenwijdig en op gelijke afstand.`,
        true,
      );
    else desk.say(msg`Kies eerst een serie.`);
    return;
  }
  void Mpr.of(desk).then(
    (mpr) => mpr && desk.enterMpr(mpr),
    () => desk.say(msg`De MPR kon niet worden gemaakt.`, true),
  );
}
