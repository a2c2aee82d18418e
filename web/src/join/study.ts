/**
 * An open study: reads its plan, follows what arrives, keeps series sorted, and has its frames loaded in a good order.
 *
 * It holds names and keys in memory only, and lets go of all of them when it is closed, withdrawn or signed out of.
 */
import { type Frame, type Owner, PixelError, type PixelPool } from "../pixels";
import { text } from "./dataset";
import { headerOf } from "./header";
import { bySeriesNumber, joined, kindOf, type SeriesRecord } from "./joined";
import { loadingOrder } from "./loading";
import { neededValues } from "./luts";
import { overlayUris } from "./overlays";
import { type InstanceRecord, jobOf, type Picture, pictureOf, recordOf } from "./records";
import { sortSeries } from "./series";
import { PlanError, readPlan } from "./source";
import { suvFactor } from "./suv";
import type {
  Fault,
  JoinedInstance,
  JoinedSeries,
  JoinedStudy,
  OpenOptions,
  Progress,
  Source,
  StackImage,
  StudyEvent,
  StudyHeader,
  StudyState,
} from "./types";
import type { Line, StudyLine } from "./wire";

const ARRIVING_MS = 1000;
const WATCH_MS = 20_000;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
const GATHER_MS = 150;
const LOADED_MS = 100;
const VALUE_BYTES = 64 * 1024 * 1024;

/** Hooks that belong to Cornerstone, so that this file works without it. */
export interface Shown {
  /** These images are no more: whatever was cached of them goes. */
  drop(imageIds: readonly string[]): void;
}

export class OpenStudy implements JoinedStudy, Owner {
  readonly id = crypto.randomUUID().replaceAll("-", "");
  readonly ready: Promise<void>;
  state: StudyState = "opening";
  fault: Fault | null = null;
  offline = false;
  header: StudyHeader | null = null;
  series: readonly JoinedSeries[] = [];
  version = 0;
  rank: number;
  planned = false;

  private readonly listeners = new Set<(event: StudyEvent) => void>();
  private readonly bySeries = new Map<string, SeriesRecord>();
  private readonly records = new Map<number, InstanceRecord>();
  private readonly byUid = new Map<string, InstanceRecord>();
  private taken: Readonly<Record<string, string>> = {};
  private readonly images = new Map<string, StackImage>();
  private readonly values = new Map<string, Uint8Array>();
  private readonly asking = new Map<string, Promise<ArrayBuffer>>();
  private readonly registered = new Set<string>();
  private readonly expected = new Map<string, ((gone: PixelError | null) => void)[]>();
  private readonly done = new Set<string>();
  private readonly abort = new AbortController();
  private base = "";
  private here = 0;
  private total = 0;
  private bytes = 0;
  private last = 0;
  private tries = 0;
  private sight: { imageId: string; direction: 1 | -1 } | null = null;
  private gather: ReturnType<typeof setTimeout> | null = null;
  private again: ReturnType<typeof setTimeout> | null = null;
  private telling: ReturnType<typeof setTimeout> | null = null;
  private settle: { resolve: () => void; reject: (fault: Fault) => void } | null = null;

  constructor(
    readonly source: Source,
    private options: OpenOptions,
    private readonly pool: PixelPool,
    private readonly shown: Shown,
    private readonly ended: (study: OpenStudy) => void,
  ) {
    this.rank = options.rank ?? 0;
    this.ready = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.ready.catch(() => undefined);
    void this.follow();
  }

  get progress(): Progress {
    let wanted = 0;
    for (const series of this.series) wanted += series.imageIds.length;
    return { here: this.here, total: this.total, loaded: this.done.size, wanted, bytes: this.bytes };
  }

  readonly subscribe = (listener: (event: StudyEvent) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  image(imageId: string): StackImage | null {
    return this.images.get(imageId) ?? null;
  }

  instance(sopInstanceUid: string): JoinedInstance | null {
    return this.byUid.get(sopInstanceUid)?.joined ?? null;
  }

  imageIdOf(sopInstanceUid: string, frame = 1): string | null {
    return this.byUid.get(sopInstanceUid)?.joined.imageIds[frame - 1] ?? null;
  }

  look(imageId: string, direction: 1 | -1 = 1): void {
    if (this.sight?.imageId === imageId && this.sight.direction === direction) return;
    this.sight = { imageId, direction };
    this.reorder();
  }

  /** The picture that was looked at last. */
  get lookedAt(): string | null {
    return this.sight?.imageId ?? null;
  }

  /** Goes on as it is wanted now by whoever took it over. */
  adopt(options: OpenOptions): void {
    this.options = options;
    this.rank = options.rank ?? 0;
    this.reorder();
  }

  /** The picture of an image id; null for what is not of this study. */
  picture(imageId: string): Picture | null {
    const [instance, frame] = imageId.slice(`bb:${this.id}/`.length).split("/").map(Number);
    const record = this.records.get(instance ?? -1);
    if (!record || !frame || frame > record.joined.frames) return null;
    return pictureOf(record, frame, this.suvOf(record), this.fetched);
  }

  readonly fetched = (uri: string): Uint8Array | null => this.values.get(uri) ?? null;

  /** A frame for Cornerstone, when it has come. Rejects with a PixelError. */
  async frame(imageId: string, urgent: boolean): Promise<Frame> {
    const record = this.picture(imageId)?.record;
    if (!record) throw new PixelError("closed", "The study was closed.");
    if (record.joined.undecodable) throw new PixelError(record.joined.undecodable, "The pixels cannot be shown.");
    if (!this.registered.has(imageId)) {
      await new Promise<void>((resolve, reject) => {
        const waiting = this.expected.get(imageId) ?? [];
        waiting.push((gone) => (gone ? reject(gone) : resolve()));
        this.expected.set(imageId, waiting);
      });
    }
    return this.pool.load(imageId, urgent);
  }

  /** Nobody waits for it any more. */
  release(imageId: string): void {
    this.pool.release(imageId);
  }

  bulk(uri: string): Promise<ArrayBuffer> {
    if (!this.base || !uri.startsWith(`${this.base}/`))
      return Promise.reject(new PixelError("not-found", "No such value."));
    const known = this.asking.get(uri);
    if (known) return known;
    const asked = this.value(uri);
    this.asking.set(uri, asked);
    asked.catch(() => this.asking.delete(uri));
    return asked;
  }

  renew(): void {
    this.soon(0);
  }

  drop(instance: number): void {
    const record = this.records.get(instance);
    const series = record && this.bySeries.get(text(record.joined.attributes, "0020000E"));
    if (!record || !series) return;
    this.records.delete(instance);
    this.byUid.delete(record.joined.sopInstanceUid);
    series.records.delete(record.joined.sopInstanceUid || String(instance));
    if (!series.records.size) this.bySeries.delete(series.uid);
    this.series = this.series.filter((one) => one.id !== series.key || series.records.size > 0);
    series.stale = true;
    this.rebuild();
  }

  close(): void {
    this.end("closed", null);
  }

  /** Ends as if somebody had signed out. */
  signOut(): void {
    this.end("signed-out", null);
  }

  // Owner

  loaded(id: string, bytes: number): void {
    this.done.add(id);
    this.bytes += bytes;
    if (this.telling !== null) return;
    this.telling = setTimeout(() => {
      this.telling = null;
      this.version++;
      this.tell({ type: "loaded" });
    }, LOADED_MS);
  }

  failed(id: string, code: string, text_: string): void {
    this.version++;
    this.tell({ type: "image-failed", imageId: id, fault: { code, text: text_, remedy: "" } });
  }

  refused(_code: string, status: number): void {
    if (status === 401) this.signOut();
    else this.soon(0);
  }

  setOffline(offline: boolean): void {
    if (this.offline === offline) return;
    this.offline = offline;
    this.version++;
    this.tell({ type: "offline", offline });
  }

  // the plan

  private async follow(): Promise<void> {
    const waiting = [...this.records.values()].filter((record) => !record.line.here).map((record) => record.line.id);
    try {
      await readPlan(this.source, this.last, waiting, (lines) => this.take(lines), this.abort.signal);
      this.tries = 0;
      this.planned = true;
      if (!this.pool.isOffline) this.setOffline(false);
      this.rebuild();
      if (this.isOver) return;
      if (this.records.size) this.settled();
      this.soon(this.state === "complete" ? WATCH_MS : ARRIVING_MS);
    } catch (thrown) {
      if (this.abort.signal.aborted) return;
      this.lost(thrown instanceof PlanError ? thrown : null);
    }
  }

  private lost(error: PlanError | null): void {
    const status = error?.status ?? 0;
    if (error && status === 401) this.end("signed-out", error.fault);
    else if (error && status === 404 && this.records.size) this.end("withdrawn", error.fault);
    else if (error && ![0, 502, 503, 504].includes(status)) this.end("failed", error.fault);
    else {
      if (error) this.setOffline(status === 0);
      this.soon(RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)] as number);
    }
  }

  private soon(ms: number): void {
    if (this.isOver) return;
    if (this.again !== null) clearTimeout(this.again);
    this.again = setTimeout(() => {
      this.again = null;
      void this.follow();
    }, ms);
  }

  private take(lines: readonly Line[]): void {
    for (const line of lines) {
      if (line.type === "study") this.begin(line);
      else if (line.type === "instance") this.add(line);
      else {
        this.last = Math.max(this.last, line.last);
        this.count(line.here, line.total, line.arriving ? "arriving" : "complete");
      }
    }
    if (!this.series.length) this.rebuild();
    else this.gather ??= setTimeout(() => this.rebuild(), GATHER_MS);
  }

  rejected(instance: number): string {
    return this.taken[String(instance)] ?? "";
  }

  private begin(line: StudyLine): void {
    this.base = line.instances;
    this.taken = line.rejected ?? {};
    const known = this.state === "opening" && !line.arriving;
    this.count(line.here, line.total, known ? "opening" : line.arriving ? "arriving" : this.state);
  }

  private count(here: number, total: number, state: StudyState): void {
    this.here = here;
    this.total = total;
    if (!this.isOver) this.state = state;
  }

  private add(line: Extract<Line, { type: "instance" }>): void {
    const record = recordOf(line, `bb:${this.id}/`, this.base);
    const { sopInstanceUid } = record.joined;
    const key = sopInstanceUid || String(line.id);
    const uid = text(line.metadata, "0020000E");
    const series = this.bySeries.get(uid) ?? {
      uid,
      key: `${this.id}-${this.bySeries.size + 1}`,
      records: new Map(),
      stale: true,
      suv: null,
      joined: null,
    };
    this.bySeries.set(uid, series);
    const before = series.records.get(key);
    if (before && before.line.id !== line.id) this.records.delete(before.line.id);
    series.records.set(key, record);
    series.stale = true;
    this.records.set(line.id, record);
    if (sopInstanceUid) this.byUid.set(sopInstanceUid, record);
  }

  /** Makes anew what has changed. */
  private rebuild(): void {
    if (this.gather !== null) clearTimeout(this.gather);
    this.gather = null;
    if (this.isOver || !this.records.size) {
      this.changed();
      return;
    }
    const stale = [...this.bySeries.values()].filter((series) => series.stale);
    for (const series of stale) {
      series.joined = this.joinSeries(series);
      series.stale = false;
    }
    if (stale.length) {
      this.header = headerOf([...this.records.values()]);
      this.series = [...this.bySeries.values()].flatMap((series) => series.joined ?? []).sort(bySeriesNumber);
      void this.register(stale);
      this.reorder();
    }
    if (this.series.some((series) => series.kind === "images")) this.settled();
    this.changed();
  }

  private joinSeries(series: SeriesRecord): JoinedSeries {
    const records = [...series.records.values()];
    const kind = kindOf(records);
    const suv = this.factor(records);
    if (suv !== series.suv) this.revalue(series, suv);
    const own = kind === "images" ? records.filter((record) => record.kind === "images") : [];
    const pictures = own.flatMap((record) =>
      record.joined.imageIds.map((_, at) => pictureOf(record, at + 1, suv, this.fetched)),
    );
    const sorted = sortSeries(pictures);
    const stack = sorted.pictures.map((picture, at): StackImage => {
      const { imageId, record, frame } = picture;
      const image = { imageId, instance: record.joined, frame, position: sorted.positions[at] ?? null };
      this.images.set(imageId, image);
      return image;
    });
    return joined(series, records, kind, sorted, stack, suv);
  }

  private factor(records: readonly InstanceRecord[]): number | null {
    const [first] = records;
    if (!first || text(first.joined.attributes, "00080060") !== "PT") return null;
    return suvFactor(
      first.joined.attributes,
      records.map((record) => record.joined.attributes),
    );
  }

  private suvOf(record: InstanceRecord): number | null {
    return this.bySeries.get(text(record.joined.attributes, "0020000E"))?.suv ?? null;
  }

  /** What came last says that the series began earlier: all its values are worked out anew. */
  private revalue(series: SeriesRecord, suv: number | null): void {
    series.suv = suv;
    const imageIds = [...series.records.values()].flatMap((record) => record.joined.imageIds);
    for (const record of series.records.values()) record.pictures.clear();
    for (const imageId of imageIds) this.registered.delete(imageId);
    this.pool.drop(imageIds);
    this.shown.drop(imageIds);
  }

  /** Tells the pool how frames are had, once the tables that they are shown with are here. */
  private async register(changed: readonly SeriesRecord[]): Promise<void> {
    const now: InstanceRecord[] = [];
    const later: InstanceRecord[] = [];
    for (const series of changed) {
      for (const record of series.records.values()) {
        if (record.kind !== "images" || !record.line.here || record.joined.undecodable) continue;
        const missing = neededValues(record.joined.attributes).filter((uri) => !this.values.has(uri));
        (missing.length ? later : now).push(record);
      }
    }
    this.enlist(now);
    for (const record of later) {
      await Promise.allSettled(neededValues(record.joined.attributes).map((uri) => this.bulk(uri)));
      if (this.isOver) return;
      record.pictures.clear();
      this.enlist([record]);
    }
    for (const series of changed) for (const record of series.records.values()) this.fetchOverlays(record);
  }

  private enlist(records: readonly InstanceRecord[]): void {
    const jobs = records.flatMap((record) =>
      record.joined.imageIds.flatMap((imageId) => (this.registered.has(imageId) ? [] : (this.jobOf(imageId) ?? []))),
    );
    if (!jobs.length) return;
    for (const job of jobs) this.registered.add(job.id);
    this.pool.register(this, jobs);
    for (const job of jobs) {
      for (const come of this.expected.get(job.id) ?? []) come(null);
      this.expected.delete(job.id);
    }
  }

  private jobOf(imageId: string) {
    const picture = this.picture(imageId);
    try {
      return picture && jobOf(picture);
    } catch {
      return null;
    }
  }

  private fetchOverlays(record: InstanceRecord): void {
    if (record.kind !== "images" || !record.line.here) return;
    for (const uri of overlayUris(record.joined.attributes)) {
      if (this.values.has(uri) || this.asking.has(uri)) continue;
      this.bulk(uri).then(
        () => this.gatherLater(),
        () => undefined,
      );
    }
  }

  private gatherLater(): void {
    this.gather ??= setTimeout(() => this.rebuild(), GATHER_MS);
  }

  private reorder(): void {
    if (this.options.loadAll === false || this.isOver) {
      if (!this.isOver) this.pool.order(this, this.sight ? this.around(24) : []);
      return;
    }
    const images = this.series.filter((series) => series.kind === "images");
    const current = images.find((series) => this.sight && series.imageIds.includes(this.sight.imageId));
    const others = images.filter((series) => series !== current);
    const heads = others.flatMap((series) => series.thumbnail ?? []);
    const rest = [...heads, ...others.flatMap((series) => series.imageIds)];
    const at = this.sight ? (current?.imageIds.indexOf(this.sight.imageId) ?? -1) : -1;
    const order = at < 0 ? rest : loadingOrder(current?.imageIds ?? [], at, this.sight?.direction ?? 1, rest);
    this.pool.order(this, order);
  }

  private around(most: number): string[] {
    const current = this.series.find((series) => this.sight && series.imageIds.includes(this.sight.imageId));
    if (!current || !this.sight) return [];
    const at = current.imageIds.indexOf(this.sight.imageId);
    return loadingOrder(current.imageIds, at, this.sight.direction, []).slice(0, most);
  }

  private async value(uri: string): Promise<ArrayBuffer> {
    const answer = await fetch(uri, {
      signal: this.abort.signal,
      credentials: "same-origin",
      cache: "no-store",
      headers: { "X-Beeldbrug": "portal" },
    });
    if (answer.status === 401) this.signOut();
    const length = Number(answer.headers.get("Content-Length") ?? 0);
    if (!answer.ok || length > VALUE_BYTES)
      throw new PixelError(answer.ok ? "value-too-large" : "not-found", "No such value.");
    const data = await answer.arrayBuffer();
    if (!this.isOver) this.values.set(uri, new Uint8Array(data));
    return data;
  }

  // ending

  private get isOver(): boolean {
    return (
      this.state === "closed" || this.state === "withdrawn" || this.state === "signed-out" || this.state === "failed"
    );
  }

  private settled(): void {
    this.settle?.resolve();
    this.settle = null;
  }

  private end(state: StudyState, fault: Fault | null): void {
    if (this.isOver) return;
    this.state = state;
    this.fault = fault;
    this.abort.abort();
    for (const timer of [this.gather, this.again, this.telling]) if (timer !== null) clearTimeout(timer);
    const imageIds = [...this.images.keys()];
    this.pool.forget(this);
    this.shown.drop(imageIds);
    const gone = new PixelError("closed", "The study was closed.");
    for (const waiting of this.expected.values()) for (const come of waiting) come(gone);
    for (const held of [
      this.bySeries,
      this.records,
      this.byUid,
      this.images,
      this.values,
      this.asking,
      this.registered,
      this.expected,
      this.done,
    ])
      held.clear();
    this.header = null;
    this.series = [];
    this.sight = null;
    this.here = 0;
    this.total = 0;
    this.settle?.reject(fault ?? { code: state, text: "", remedy: "" });
    this.settle = null;
    this.version++;
    this.tell({ type: "ended", state });
    this.listeners.clear();
    this.ended(this);
  }

  private changed(): void {
    this.version++;
    this.tell({ type: "changed" });
  }

  private tell(event: StudyEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}
