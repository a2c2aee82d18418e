/**
 * The shared view between two hospitals: what the active pane shows, to tell, and to take over from the other side.
 *
 * Everything is named so that it means the same on both sides: series and instance by DICOM UID, pan and pointer in pixels
 * of the picture, zoom by how many of its pixels fit across the pane. `consult` carries the states; this file knows no
 * network. Nothing here is stored; states hold no name.
 *
 * ```ts
 * const live = new LiveView(desk);
 * const stop = live.subscribe((state) => send(state));   // at most 20 a second
 * await live.apply(stateOfTheOther);                      // moves this desk; is not told back
 * live.point({ ... } | null);                             // the other's pointer
 * live.end();
 * ```
 */
import type { JoinedStudy } from "@/join";
import type { Desk } from "./desk";
import { markedFrame } from "./marked-frame";
import type { Pane } from "./pane";
import type { Window } from "./presets";
import { Store } from "./store";

export interface LiveState {
  /** Series Instance UID and SOP Instance UID; null without a picture. */
  series: string | null;
  instance: string | null;
  /** From 1. */
  frame: number;
  window: Window | null;
  invert: boolean;
  /** How many pixels of the picture fit across the shorter side of the pane. */
  span: number | null;
  /** The pixel of the picture in the middle of the pane. */
  centre: readonly [number, number] | null;
  rotation: number;
  flipH: boolean;
  flipV: boolean;
  /** Own pointer in pixels of the picture; null when it is elsewhere. */
  pointer: readonly [number, number] | null;
}

/** Somebody else's pointer, and whose it is (a role or hospital, as `consult` names it). */
export interface RemotePointerState {
  series: string;
  instance: string;
  frame: number;
  at: readonly [number, number];
  label: string;
  /** 0 to 3: the colour. */
  colour: number;
}

/** Pointers of others by who they are; `RemotePointer` draws those that lie on the picture of a pane. */
export const remotePointers = new Store<{ all: ReadonlyMap<string, RemotePointerState> }>({ all: new Map() });

const BETWEEN_MS = 50;

export class LiveView {
  private readonly listeners = new Set<(state: LiveState) => void>();
  private pointer: readonly [number, number] | null = null;
  private timer: number | null = null;
  private applying = 0;
  private readonly stops: (() => void)[] = [];
  private last = "";

  constructor(
    private readonly desk: Desk,
    /** Which study is shared; that of the active pane when left out. */
    private readonly study: JoinedStudy | null = null,
  ) {
    const before = desk.onView;
    desk.onView = (pane) => {
      before?.(pane);
      if (pane === desk.active) this.soon();
    };
    const moved = (event: PointerEvent) => this.moved(event);
    window.addEventListener("pointermove", moved);
    this.stops.push(
      () => {
        desk.onView = before;
      },
      () => window.removeEventListener("pointermove", moved),
      desk.state.subscribe(() => this.soon()),
    );
  }

  /** What is shown now. */
  get(): LiveState {
    const pane = this.desk.active;
    const frame = pane && this.shared(pane) ? markedFrame(pane) : null;
    if (!pane || !frame) return { ...NOTHING };
    const { window, rotation, flipH, flipV, invert } = pane.state.get();
    const centre = pane.centre();
    return {
      series: frame.series,
      instance: frame.sop,
      frame: frame.frame,
      window,
      invert,
      span: spanOf(pane),
      centre: centre && [round(centre[0]), round(centre[1])],
      rotation,
      flipH,
      flipV,
      pointer: this.pointer,
    };
  }

  /** Told at every change, at most 20 times a second, and once at the start. */
  subscribe(listener: (state: LiveState) => void): () => void {
    this.listeners.add(listener);
    listener(this.get());
    return () => this.listeners.delete(listener);
  }

  /** Shows what the other side shows, as far as its pictures are here; true when they are. */
  async apply(remote: LiveState): Promise<boolean> {
    const study = this.study ?? this.desk.active?.study ?? this.desk.studies[0];
    const imageId = remote.instance && study ? study.imageIdOf(remote.instance, remote.frame) : null;
    const series = study?.series.find((one) => imageId !== null && one.imageIds.includes(imageId));
    const pane = this.desk.active;
    if (!study || !imageId || !series || !pane) return false;
    this.applying += 1;
    try {
      if (pane.state.get().imageId !== imageId) await this.desk.showPicture(study, series, imageId);
      if (pane.state.get().imageId === imageId) applyView(pane, remote);
    } finally {
      this.applying -= 1;
      this.last = JSON.stringify(this.get());
    }
    return true;
  }

  /** Puts somebody's pointer on the screen, or takes it away. */
  point(who: string, pointer: RemotePointerState | null): void {
    const all = new Map(remotePointers.get().all);
    if (pointer) all.set(who, pointer);
    else all.delete(who);
    remotePointers.set({ all });
  }

  end(): void {
    for (const stop of this.stops.splice(0)) stop();
    if (this.timer !== null) window.clearTimeout(this.timer);
    this.timer = null;
    this.listeners.clear();
    remotePointers.set({ all: new Map() });
  }

  private shared(pane: Pane): boolean {
    return this.study === null || pane.study === this.study;
  }

  private moved(event: PointerEvent): void {
    const pane = this.desk.active;
    const box = pane?.element?.getBoundingClientRect();
    if (!pane || !box) return;
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    const at = inside ? pane.toPixel([event.clientX - box.left, event.clientY - box.top]) : null;
    this.pointer = at && [round(at[0]), round(at[1])];
    this.soon();
  }

  private soon(): void {
    if (this.timer !== null || this.applying > 0) return;
    this.timer = window.setTimeout(() => {
      this.timer = null;
      const state = this.get();
      const now = JSON.stringify(state);
      if (now === this.last) return;
      this.last = now;
      for (const listener of [...this.listeners]) listener(state);
    }, BETWEEN_MS);
  }
}

const NOTHING: LiveState = {
  series: null,
  instance: null,
  frame: 1,
  window: null,
  invert: false,
  span: null,
  centre: null,
  rotation: 0,
  flipH: false,
  flipV: false,
  pointer: null,
};

const round = (value: number): number => Math.round(value * 10) / 10;

/** Pixels of the picture across the shorter side of the pane. */
function spanOf(pane: Pane): number | null {
  const matrix = pane.matrix();
  const element = pane.element;
  if (!matrix || !element) return null;
  return round(Math.min(element.clientWidth, element.clientHeight) / Math.hypot(matrix[0], matrix[1]));
}

function applyView(pane: Pane, remote: LiveState): void {
  const { rotation, flipH, flipV } = pane.state.get();
  if (flipH !== remote.flipH || flipV !== remote.flipV) pane.setFlip(remote.flipH, remote.flipV);
  if (rotation !== remote.rotation) pane.rotateTo(remote.rotation);
  const span = spanOf(pane);
  if (span && remote.span && Math.abs(span / remote.span - 1) > 0.005) pane.zoomBy(span / remote.span);
  if (remote.centre) pane.centreOn(remote.centre);
  if (remote.window) pane.showWindow(remote.window);
  if (pane.state.get().invert !== remote.invert) pane.setInvert(remote.invert);
}
