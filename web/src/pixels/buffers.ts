/** Memory for sealed bytes, used again: fresh pages for every run cost more than opening what is in them. */

const KEPT = 3;
const LEAST_BYTES = 1024 * 1024;

export class Buffers {
  private free: ArrayBuffer[] = [];

  /** A buffer of at least this size. */
  take(size: number): ArrayBuffer {
    const place = this.free.findIndex((buffer) => buffer.byteLength >= size);
    const [found] = place >= 0 ? this.free.splice(place, 1) : [];
    return found ?? new ArrayBuffer(Math.max(size, LEAST_BYTES));
  }

  /** Takes a buffer back; the largest are kept. */
  give(buffer: ArrayBuffer): void {
    this.free = [...this.free, buffer].sort((a, b) => b.byteLength - a.byteLength).slice(0, KEPT);
  }

  clear(): void {
    this.free = [];
  }
}
