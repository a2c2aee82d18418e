/** Bytes of a file read from its beginning, a few MiB at a time; memory does not grow with the file. */

export interface Bytes {
  /** At most this many of the next bytes; none at the end. */
  read(size: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Passes over bytes. */
  skip(size: number): Promise<void>;
  close(): void;
}

const SKIP_STEP = 1 << 20;

/**
 * A file, or a stretch of one. Each asking of the browser takes milliseconds: with `ahead` that many bytes are asked for
 * at once. A read gives all that was wanted, but at the end.
 */
export function blobBytes(blob: Blob, ahead = 0): Bytes {
  let at = 0;
  let held: Uint8Array<ArrayBuffer> = new Uint8Array();
  // a stretch is a blob of its own to the browser, which takes longer than to read a small file
  const stretch = (size: number) => (at === 0 && size >= blob.size ? blob : blob.slice(at, at + size));
  const ask = async (size: number) => new Uint8Array(await stretch(size).arrayBuffer());
  return {
    async read(size) {
      if (held.length === 0 && at < blob.size) {
        held = await ask(Math.max(size, ahead));
        at += held.length;
      }
      if (held.length < size && at < blob.size) {
        const more = await ask(Math.max(size - held.length, ahead));
        at += more.length;
        held = joined(held, more);
      }
      const data = held.subarray(0, size);
      held = held.subarray(data.length);
      return data;
    },
    async skip(size) {
      const here = Math.min(size, held.length);
      held = held.subarray(here);
      at = Math.min(at + size - here, blob.size);
    },
    close() {},
  };
}

/** Remembers what was read until `rewind`, which begins anew without asking the disc again. */
export class Remembered implements Bytes {
  private kept: Uint8Array<ArrayBuffer>[] | null = [];
  private held: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(private readonly bytes: Bytes) {}

  /** From the first byte again; once. */
  rewind(): void {
    this.held = (this.kept ?? []).reduce(joined, new Uint8Array());
    this.kept = null;
  }

  async read(size: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.held.length === 0) return this.remember(await this.bytes.read(size));
    if (this.held.length < size) this.held = joined(this.held, await this.bytes.read(size - this.held.length));
    const data = this.held.subarray(0, size);
    this.held = this.held.subarray(data.length);
    return data;
  }

  async skip(size: number): Promise<void> {
    const here = Math.min(size, this.held.length);
    this.held = this.held.subarray(here);
    if (size === here) return;
    if (this.kept !== null) throw new Error("what is passed over cannot be remembered");
    await this.bytes.skip(size - here);
  }

  close(): void {
    this.bytes.close();
  }

  private remember(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (data.length > 0) this.kept?.push(data);
    return data;
  }
}

export function joined(one: Uint8Array<ArrayBuffer>, other: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (one.length === 0) return other;
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}

/** A deflated stretch of a ZIP file (RFC 1951), `size` bytes when unpacked: it never gives more than that. */
export function inflatedBytes(packed: Blob, size: number): Bytes {
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let held: Uint8Array<ArrayBuffer> = new Uint8Array();
  let passed = 0;
  const next = async (wanted: number) => {
    if (held.length === 0) {
      const { value } = await reader.read();
      held = value === undefined ? new Uint8Array() : new Uint8Array(value);
    }
    const data = held.subarray(0, wanted);
    held = held.subarray(data.length);
    passed += data.length;
    if (passed > size) throw new RangeError("longer than stated");
    return data;
  };
  return {
    async read(wanted) {
      const first = await next(wanted);
      if (first.length === wanted || first.length === 0) return first;
      const whole = new Uint8Array(wanted);
      whole.set(first);
      let filled = first.length;
      while (filled < wanted) {
        const more = await next(wanted - filled);
        if (more.length === 0) break;
        whole.set(more, filled);
        filled += more.length;
      }
      return whole.subarray(0, filled);
    },
    async skip(wanted) {
      for (let left = wanted; left > 0; ) {
        const data = await this.read(Math.min(left, SKIP_STEP));
        if (data.length === 0) return;
        left -= data.length;
      }
    },
    close() {
      reader.cancel().catch(() => undefined);
    },
  };
}

/** Reads ahead, for who asks for a few bytes at a time. */
export function buffered(bytes: Bytes, window = 1 << 20): Bytes {
  let held: Uint8Array<ArrayBuffer> = new Uint8Array();
  return {
    async read(size) {
      if (held.length === 0) {
        if (size >= window) return bytes.read(size);
        held = await bytes.read(window);
      }
      if (held.length < size && held.length > 0) {
        const more = await bytes.read(Math.max(window, size) - held.length);
        const whole = new Uint8Array(held.length + more.length);
        whole.set(held);
        whole.set(more, held.length);
        held = whole;
      }
      const data = held.subarray(0, size);
      held = held.subarray(data.length);
      return data;
    },
    async skip(size) {
      const here = Math.min(size, held.length);
      held = held.subarray(here);
      if (size > here) await bytes.skip(size - here);
    },
    close: () => bytes.close(),
  };
}
