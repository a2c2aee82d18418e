/**
 * The pool of workers: what is fetched next, how much at once, what happens when it fails, and what stays in memory.
 *
 * An owner (an opened study) registers frames and keeps them in the order in which it wants them. A frame that somebody
 * waits for goes first, alone; the rest follows in runs that the network's speed sizes. One pool for the page.
 */
import { FrameCache } from "./cache";
import { planRun, REQUEST_BYTES } from "./plan-runs";
import type { Order, Report } from "./protocol";
import { type Frame, type FrameJob, PixelError } from "./types";

export interface Worker_ {
  postMessage(order: Order): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Report>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface PoolSettings {
  readonly workers: number;
  readonly cacheBytes: number;
  readonly make: () => Worker_;
}

/** What an owner hears. */
export interface Owner {
  /** Lower goes first. */
  rank: number;
  loaded(id: string, bytes: number): void;
  failed(id: string, code: string, text: string): void;
  /** The node says that bytes are not there (any more), or that nobody is signed in: the owner asks what is the matter. */
  refused(code: string, status: number): void;
  setOffline(offline: boolean): void;
}

interface Waiter {
  resolve(frame: Frame): void;
  reject(error: PixelError): void;
}

interface Want {
  job: FrameJob;
  owner: Owner;
  state: "idle" | "running" | "parked" | "failed";
  tries: number;
  again: number;
  fault: PixelError | null;
  waiters: Waiter[];
}

interface Running {
  readonly run: number;
  readonly worker: Worker_;
  readonly ids: Set<string>;
}

const RUNS_PER_WORKER = 2;
const URGENT_EXTRA = 1;
/** So few are fetched each by itself; more (a volume) in runs. */
const FEW = 3;
const WINDOW = 96;
const RUN_MS = 400;
const FIRST_BYTES = 4 * 1024 * 1024;
const TRIES = 3;
const ARRIVING_MS = 2000;
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000, 15_000];
/** Background loading stops here, so that what is looked at is never pushed out by what nobody asked for. */
const BACKGROUND_SHARE = 0.9;

export class PixelPool {
  private readonly wants = new Map<string, Want>();
  private readonly orders = new Map<Owner, string[]>();
  private readonly urgent: string[] = [];
  private readonly running = new Map<number, Running>();
  private readonly cache: FrameCache;
  private workers: Worker_[] = [];
  private next = 1;
  private rate = 0;
  private failures = 0;
  private resumeAt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly settings: PoolSettings) {
    this.cache = new FrameCache(settings.cacheBytes);
    if (typeof addEventListener === "function") addEventListener("online", this.online);
  }

  get isOffline(): boolean {
    return this.failures > 0;
  }

  /** Starts the workers, so that their code is loaded when the first frame is known. */
  warm(): void {
    while (this.workers.length < this.settings.workers) this.workers.push(this.hire());
  }

  /** Makes frames known, or replaces what is known of them (their pixels have come). */
  register(owner: Owner, jobs: readonly FrameJob[]): void {
    for (const job of jobs) {
      const known = this.wants.get(job.id);
      if (known && known.state !== "running")
        Object.assign(known, { job, state: "idle", tries: 0, again: 0, fault: null });
      else if (!known) {
        this.wants.set(job.id, { job, owner, state: "idle", tries: 0, again: 0, fault: null, waiters: [] });
      }
    }
    this.pump();
  }

  /** The order in which an owner's frames are loaded in the background; those left out are loaded on demand only. */
  order(owner: Owner, ids: readonly string[]): void {
    this.orders.set(owner, [...new Set(ids)]);
    this.pump();
  }

  /** A frame: before all others, or unless `urgent` behind what others wait for. Rejects with a PixelError. */
  load(id: string, urgent = true): Promise<Frame> {
    const cached = this.cache.get(id);
    if (cached) return Promise.resolve(cached);
    const want = this.wants.get(id);
    if (!want) return Promise.reject(closed());
    if (want.state === "failed") Object.assign(want, { state: "idle", tries: 0, again: 0 });
    return new Promise<Frame>((resolve, reject) => {
      want.waiters.push({ resolve, reject });
      if (urgent) this.urgent.push(id);
      else this.urgent.unshift(id);
      this.pump();
    });
  }

  /** Nobody waits for this frame any more; it keeps its place in the background. */
  release(id: string): void {
    const at = this.urgent.lastIndexOf(id);
    if (at >= 0) this.urgent.splice(at, 1);
  }

  has(id: string): boolean {
    return this.cache.has(id);
  }

  /** Frames that are to be had in another way from now on: what is in memory of them goes. */
  drop(ids: readonly string[]): void {
    for (const id of ids) this.cache.drop(id);
  }

  /** Drops all frames, keys and waiting of an owner; without any owner left, the workers too. */
  forget(owner: Owner): void {
    for (const [id, want] of this.wants) {
      if (want.owner !== owner) continue;
      this.wants.delete(id);
      this.cache.drop(id);
      this.release(id);
      for (const waiter of want.waiters) waiter.reject(closed());
    }
    this.orders.delete(owner);
    for (const running of this.running.values()) {
      if (![...running.ids].some((id) => this.wants.has(id)))
        running.worker.postMessage({ type: "cancel", run: running.run });
    }
    if (!this.wants.size) this.dismiss();
  }

  /** Tries again at once what waits for the network or for pixels to arrive. */
  retry(): void {
    this.resumeAt = 0;
    for (const want of this.wants.values()) want.again = 0;
    this.pump();
  }

  private readonly online = (): void => this.retry();

  private dismiss(): void {
    for (const worker of this.workers) worker.terminate();
    this.workers = [];
    this.running.clear();
    this.cache.clear();
    this.urgent.length = 0;
    this.failures = 0;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private hire(): Worker_ {
    const worker = this.settings.make();
    worker.onmessage = (event) => this.hear(worker, event.data);
    worker.onerror = () => this.replace(worker);
    return worker;
  }

  /** A worker that broke down is replaced; what it had is tried again. */
  private replace(worker: Worker_): void {
    worker.terminate();
    const place = this.workers.indexOf(worker);
    for (const running of [...this.running.values()].filter((one) => one.worker === worker)) {
      this.running.delete(running.run);
      for (const id of running.ids) this.postpone(id, "pixels-not-decodable", "The decoder broke down.");
    }
    if (place >= 0) this.workers[place] = this.hire();
    this.pump();
  }

  private pump(): void {
    const now = Date.now();
    if (now < this.resumeAt) {
      this.wake(this.resumeAt - now);
      return;
    }
    const most = this.failures > 0 ? 1 : this.settings.workers * RUNS_PER_WORKER;
    while (this.running.size < most + URGENT_EXTRA) {
      const urgent = this.awaited(now);
      if (urgent.length && (this.running.size < most || urgent.length <= FEW)) {
        this.start(urgent, urgent.length <= FEW ? 0 : this.runBytes());
        continue;
      }
      if (this.running.size >= most) break;
      const candidates = this.background(now, this.room());
      if (!candidates.length) break;
      this.start(candidates, this.runBytes());
    }
    this.wakeForParked(now);
  }

  private start(candidates: readonly FrameJob[], bytes: number): void {
    this.warm();
    const { jobs, fetches } = planRun(candidates, bytes);
    const run = this.next++;
    const worker = this.leastBusy();
    this.running.set(run, { run, worker, ids: new Set(jobs.map((job) => job.id)) });
    for (const job of jobs) this.set(job.id, "running");
    worker.postMessage({ type: "run", run, fetches, jobs });
  }

  private leastBusy(): Worker_ {
    const load = (worker: Worker_) => [...this.running.values()].filter((one) => one.worker === worker).length;
    return this.workers.reduce((best, worker) => (load(worker) < load(best) ? worker : best));
  }

  /** What somebody waits for, the newest first: what was asked before it has been scrolled past. */
  private awaited(now: number): FrameJob[] {
    const found = new Map<string, FrameJob>();
    for (let at = this.urgent.length - 1; at >= 0 && found.size < WINDOW; at--) {
      const id = this.urgent[at] as string;
      const want = this.wants.get(id);
      if (!want?.waiters.length) this.urgent.splice(at, 1);
      else if (ready(want, now)) found.set(id, want.job);
    }
    return [...found.values()];
  }

  /** Bytes of samples that background loading may still bring. */
  private room(): number {
    let coming = 0;
    for (const running of this.running.values())
      for (const id of running.ids) coming += sizeOf(this.wants.get(id)?.job);
    return this.cache.limit * BACKGROUND_SHARE - this.cache.bytes - coming;
  }

  private background(now: number, room: number): FrameJob[] {
    const found: FrameJob[] = [];
    let left = room;
    const owners = [...this.orders.keys()].sort((a, b) => a.rank - b.rank);
    for (const owner of owners) {
      const ids = this.orders.get(owner) ?? [];
      let done = 0;
      for (const id of ids) {
        const want = this.wants.get(id);
        if (!want || want.state === "failed" || this.cache.has(id)) {
          done++;
          continue;
        }
        if (!ready(want, now)) continue;
        left -= sizeOf(want.job);
        if (left < 0 || found.length >= WINDOW) return found;
        found.push(want.job);
      }
      if (done === ids.length) this.orders.delete(owner);
      if (found.length) return found;
    }
    return found;
  }

  private runBytes(): number {
    if (!this.rate) return FIRST_BYTES;
    return Math.min(Math.max(this.rate * RUN_MS, FIRST_BYTES / 2), REQUEST_BYTES);
  }

  private hear(worker: Worker_, report: Report): void {
    const running = this.running.get(report.run);
    if (!running || running.worker !== worker) return;
    if (report.type === "frame") this.arrived(running, report.id, report.frame);
    else if (report.type === "fault") this.refusedFrame(running, report.id, report.code, report.text);
    else {
      this.running.delete(report.run);
      if (report.type === "failed") this.failedRun(running, report.code, report.status);
      else this.measure(report.bytes, report.ms);
      this.pump();
    }
  }

  private arrived(running: Running, id: string, frame: Frame): void {
    running.ids.delete(id);
    const want = this.wants.get(id);
    if (!want) return;
    want.state = "idle";
    want.tries = 0;
    this.cache.put(id, frame);
    for (const waiter of want.waiters.splice(0)) waiter.resolve(frame);
    want.owner.loaded(id, frame.data.byteLength);
  }

  private measure(bytes: number, ms: number): void {
    if (this.failures) this.tellOffline(0);
    if (bytes < 256 * 1024 || ms <= 0) return;
    const rate = bytes / ms;
    this.rate = this.rate ? 0.7 * this.rate + 0.3 * rate : rate;
  }

  /** A frame that does not open or decode: once more from the network, then by the node, then not. */
  private refusedFrame(running: Running, id: string, code: string, text: string): void {
    running.ids.delete(id);
    const want = this.wants.get(id);
    if (!want) return;
    const undecodable = code === "pixels-not-decodable" && want.job.fallback !== null;
    if (undecodable && want.job.source.kind === "sealed" && want.job.fallback) {
      want.job = { ...want.job, source: { kind: "node", url: want.job.fallback } };
      want.state = "idle";
      return;
    }
    if (code === "seal-broken" && want.tries < 1) {
      want.tries += 1;
      want.state = "idle";
      return;
    }
    this.give(want, id, new PixelError(code, text));
  }

  private failedRun(running: Running, code: string, status: number): void {
    if (code === "closed") {
      for (const id of running.ids) this.set(id, "idle");
      return;
    }
    if (code === "offline" || status === 502 || status === 504) {
      for (const id of running.ids) this.set(id, "idle");
      this.tellOffline(this.failures + 1);
      this.resumeAt =
        Date.now() +
        (BACK_OFF_MS[Math.min(this.failures, BACK_OFF_MS.length) - 1] as number) * (0.75 + Math.random() / 2);
      return;
    }
    const owners = new Set<Owner>();
    for (const id of running.ids) {
      const want = this.wants.get(id);
      if (want) owners.add(want.owner);
      if (status === 503) this.park(id);
      else this.postpone(id, code, "The node did not give the pixels.");
    }
    if (status === 401 || status === 403 || status === 404) for (const owner of owners) owner.refused(code, status);
  }

  private park(id: string): void {
    const want = this.wants.get(id);
    if (want) Object.assign(want, { state: "parked", again: Date.now() + ARRIVING_MS });
  }

  private postpone(id: string, code: string, text: string): void {
    const want = this.wants.get(id);
    if (!want) return;
    const node = want.job.source.kind === "node" && code !== "offline";
    want.tries += 1;
    if (want.tries >= TRIES || (node && /^(pixels|frame)-/.test(code))) this.give(want, id, new PixelError(code, text));
    else {
      want.state = "parked";
      want.again = Date.now() + (BACK_OFF_MS[want.tries - 1] as number);
    }
  }

  private give(want: Want, id: string, error: PixelError): void {
    want.state = "failed";
    want.fault = error;
    this.release(id);
    for (const waiter of want.waiters.splice(0)) waiter.reject(error);
    want.owner.failed(id, error.code, error.message);
  }

  private set(id: string, state: Want["state"]): void {
    const want = this.wants.get(id);
    if (want) want.state = state;
  }

  private tellOffline(failures: number): void {
    const before = this.isOffline;
    this.failures = failures;
    if (before === this.isOffline) return;
    for (const owner of new Set([...this.wants.values()].map((want) => want.owner))) owner.setOffline(this.isOffline);
  }

  private wakeForParked(now: number): void {
    let soonest = Number.POSITIVE_INFINITY;
    for (const want of this.wants.values()) if (want.state === "parked") soonest = Math.min(soonest, want.again);
    if (Number.isFinite(soonest)) this.wake(Math.max(soonest - now, 20));
  }

  private wake(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.pump();
    }, ms);
  }
}

const BYTES = { Uint8Array: 1, Int8Array: 1, Uint16Array: 2, Int16Array: 2, Float32Array: 4 } as const;

/** Bytes of a frame's samples. */
function sizeOf(job: FrameJob | undefined): number {
  if (!job) return 0;
  const colour = job.palette !== null || job.shape.samples >= 3;
  return job.shape.rows * job.shape.columns * (colour ? 3 : BYTES[job.output.type]);
}

function ready(want: Want, now: number): boolean {
  return want.state === "idle" || (want.state === "parked" && want.again <= now);
}

function closed(): PixelError {
  return new PixelError("closed", "The study was closed.");
}
