/**
 * Fetches runs of sealed bytes, opens and decodes the frames in them, and hands the samples over without copying.
 *
 * It knows bytes, keys of single messages and layouts; never a name. What it holds goes with `forget`, or with itself.
 */
import { Buffers } from "./buffers";
import { convert } from "./convert";
import { decode } from "./decode";
import { type Fetched, Locks, openFrame } from "./open-frame";
import { REQUEST_BYTES } from "./plan-runs";
import { type Fetch, type Order, type Report, type Run, SEALED } from "./protocol";
import { type Frame, type FrameJob, PixelError, type Shape } from "./types";

const NODE_SECONDS = 60;
const running = new Map<number, AbortController>();
const locks = new Locks();
const buffers = new Buffers();

self.onmessage = (event: MessageEvent<Order>) => {
  const order = event.data;
  if (order.type === "run") void perform(order);
  else if (order.type === "cancel") running.get(order.run)?.abort();
  else {
    for (const control of running.values()) control.abort();
    locks.clear();
    buffers.clear();
  }
};

async function perform(order: Run): Promise<void> {
  const control = new AbortController();
  running.set(order.run, control);
  const started = performance.now();
  try {
    const fetched = await Promise.all(order.fetches.map((run) => fetchRun(run, control.signal)));
    const ms = performance.now() - started;
    const bytes = fetched.reduce((sum, run) => sum + run.data.length, 0);
    for (const job of order.jobs) {
      control.signal.throwIfAborted();
      await one(order.run, job, fetched, control.signal);
    }
    for (const run of fetched) buffers.give(run.data.buffer);
    tell({ type: "done", run: order.run, bytes, ms });
  } catch (thrown) {
    const failure = thrown instanceof Answer ? thrown : new Answer(control.signal.aborted ? "closed" : "offline", 0);
    tell({ type: "failed", run: order.run, code: failure.code, status: failure.status });
  } finally {
    running.delete(order.run);
  }
}

async function one(run: number, job: FrameJob, fetched: readonly Fetched[], signal: AbortSignal): Promise<void> {
  try {
    const frame = await frameOf(job, fetched, signal);
    signal.throwIfAborted();
    tell({ type: "frame", run, id: job.id, frame }, [frame.data.buffer as ArrayBuffer]);
  } catch (thrown) {
    if (signal.aborted || thrown instanceof Answer) throw thrown;
    const code = thrown instanceof PixelError ? thrown.code : "pixels-not-decodable";
    const text = thrown instanceof PixelError ? thrown.message : "The pixels cannot be decoded.";
    tell({ type: "fault", run, id: job.id, code, text });
  }
}

async function frameOf(job: FrameJob, fetched: readonly Fetched[], signal: AbortSignal): Promise<Frame> {
  const started = performance.now();
  const { source } = job;
  if (source.kind === "node") return decodedByNode(job, source.url, signal);
  const data = await openFrame(locks, source.opening, source.span, fetched);
  const decoded = await decode(data, source.span.bitOffset, source.syntax, job.shape);
  return convert(decoded, job.shape, job, started);
}

/** Native little endian pixels from the node, which says what they are. */
async function decodedByNode(job: FrameJob, url: string, signal: AbortSignal): Promise<Frame> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(NODE_SECONDS * 1000)]);
  const answer = await ask(url, limit);
  const started = performance.now();
  const said = JSON.parse(answer.headers.get("X-Beeldbrug-Pixels") ?? "{}") as Record<string, number | string>;
  const bits = Number(said.bits);
  const shape: Shape = {
    ...job.shape,
    rows: Number(said.rows),
    columns: Number(said.columns),
    samples: Number(said.samples),
    bitsAllocated: bits,
    bitsStored: Math.min(job.shape.bitsStored || bits, bits),
    highBit: Math.min(job.shape.bitsStored || bits, bits) - 1,
    signed: said.kind === "i",
    planar: false,
    photometric: String(said.photometric),
    kind: said.kind === "f" ? (bits === 64 ? "double" : "float") : "integer",
  };
  const data = new Uint8Array(await answer.arrayBuffer());
  const decoded = await decode(data, 0, "1.2.840.10008.1.2.1", shape);
  return convert(decoded, shape, job, started);
}

/** A run, in a buffer that is used again for the next when the frames in it are opened. */
async function fetchRun(run: Fetch, signal: AbortSignal): Promise<Fetched> {
  const size = run.to - run.from;
  let buffer = buffers.take(size);
  for (let at = run.from; at < run.to; at += REQUEST_BYTES) {
    const to = Math.min(at + REQUEST_BYTES, run.to);
    const answer = await ask(`${SEALED}/${run.pack}/${run.segment}?from=${at}&to=${to}`, signal);
    buffer = await fill(answer, buffer, at - run.from, to - at);
  }
  return { ...run, data: new Uint8Array(buffer, 0, size) };
}

/** Reads an answer of a known length to its place in a buffer, which moves with it. */
async function fill(answer: Response, buffer: ArrayBuffer, at: number, length: number): Promise<ArrayBuffer> {
  const reader = byteReader(answer);
  if (!reader) {
    const whole = new Uint8Array(await answer.arrayBuffer());
    if (whole.length !== length) throw new Answer("offline", 0);
    new Uint8Array(buffer).set(whole, at);
    return buffer;
  }
  let moved = buffer;
  for (let done = 0; done < length; ) {
    const view = new Uint8Array(moved, at + done, length - done);
    const part = await reader.read(view, { min: view.length });
    if (!part.value?.length) throw new Answer("offline", 0);
    moved = part.value.buffer;
    done += part.value.length;
  }
  return moved;
}

/** As the Streams standard has it; TypeScript's own types lack `min`. */
interface ByteReader {
  read(
    view: Uint8Array<ArrayBuffer>,
    options: { min: number },
  ): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> }>;
}

/** Browsers without byte streams in answers read them whole. */
function byteReader(answer: Response): ByteReader | null {
  try {
    return (answer.body?.getReader({ mode: "byob" }) as ByteReader | undefined) ?? null;
  } catch {
    return null;
  }
}

/** The node gave no bytes. */
class Answer extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
  ) {
    super(code);
  }
}

async function ask(url: string, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(url, {
    signal,
    credentials: "same-origin",
    cache: "no-store",
    headers: { "X-Beeldbrug": "portal" },
  });
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => null);
  const code = typeof body === "object" && body !== null && "code" in body ? String(body.code) : "node-failed";
  throw new Answer(code, answer.status);
}

function tell(report: Report, transfer: Transferable[] = []): void {
  self.postMessage(report, { transfer });
}
