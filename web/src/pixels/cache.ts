/** Decoded frames in memory, the least recently used going first when they take more than the limit. */
import type { Frame } from "./types";

export class FrameCache {
  private readonly frames = new Map<string, Frame>();
  private held = 0;

  constructor(readonly limit: number) {}

  get bytes(): number {
    return this.held;
  }

  has(id: string): boolean {
    return this.frames.has(id);
  }

  /** The frame, noted as used. */
  get(id: string): Frame | undefined {
    const frame = this.frames.get(id);
    if (frame) {
      this.frames.delete(id);
      this.frames.set(id, frame);
    }
    return frame;
  }

  /** Keeps a frame; gives the ids of those that went for it. */
  put(id: string, frame: Frame): string[] {
    this.drop(id);
    this.frames.set(id, frame);
    this.held += frame.data.byteLength;
    const gone: string[] = [];
    for (const oldest of this.frames.keys()) {
      if (this.held <= this.limit || oldest === id) break;
      this.drop(oldest);
      gone.push(oldest);
    }
    return gone;
  }

  drop(id: string): void {
    const frame = this.frames.get(id);
    if (!frame) return;
    this.frames.delete(id);
    this.held -= frame.data.byteLength;
  }

  clear(): void {
    this.frames.clear();
    this.held = 0;
  }
}
