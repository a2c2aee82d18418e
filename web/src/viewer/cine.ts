/** Playing a stack: steps at a speed, never faster than pictures come, stopped by anything the reader does. */
import type { Pane } from "./pane";

/** Speed of a stack that does not say its own: slices are looked through, films are played. */
export function speedOf(frameRate: number | null, volume: boolean): number {
  if (frameRate !== null && Number.isFinite(frameRate) && frameRate > 0) return Math.min(Math.max(frameRate, 1), 60);
  return volume ? 12 : 15;
}

export class Cine {
  private timer: number | null = null;
  private next = 0;

  constructor(private readonly pane: Pane) {}

  /** Plays at so many pictures a second, over and over. */
  start(speed: number): void {
    this.stop();
    if (this.pane.imageIds.length < 2) return;
    this.pane.state.set({ playing: true });
    this.next = performance.now();
    const tick = (now: number) => {
      this.timer = requestAnimationFrame(tick);
      if (now < this.next || this.pane.state.get().wanted !== null) return;
      this.next = Math.max(this.next + 1000 / speed, now - 1000 / speed);
      this.pane.step(1, true);
    };
    this.timer = requestAnimationFrame(tick);
  }

  stop(): void {
    if (this.timer !== null) cancelAnimationFrame(this.timer);
    this.timer = null;
    this.pane.state.set({ playing: false });
  }

  get playing(): boolean {
    return this.timer !== null;
  }
}
