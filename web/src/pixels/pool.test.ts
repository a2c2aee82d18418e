/** The pool: what goes first, what is fetched together, what happens when something fails, what stays in memory. */
// @vitest-environment node
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FrameCache } from "./cache";
import { planRun } from "./plan-runs";
import { type Owner, PixelPool, type Worker_ } from "./pool";
import type { Order, Report, Run } from "./protocol";
import type { Frame, FrameJob } from "./types";

const SIZE = 1000;

function job(id: string, offset: number, segment = 1, pack = "ab".repeat(16)): FrameJob {
  const opening = {
    pack,
    extents: [[segment, offset, SIZE + 21 + 17]] as const,
    key: "",
    nonce: "",
    salt: "",
    record_size: 65536,
    length: SIZE,
    hash: "",
  };
  const shape = {
    rows: 10,
    columns: 50,
    samples: 1,
    bitsAllocated: 16,
    bitsStored: 16,
    highBit: 15,
    signed: false,
    planar: false,
    photometric: "MONOCHROME2",
    word: 1,
    kind: "integer",
  } as const;
  return {
    id,
    source: { kind: "sealed", opening, span: { fragments: [[0, SIZE]], bitOffset: 0 }, syntax: "1.2.840.10008.1.2.1" },
    shape,
    palette: null,
    lut: null,
    output: { slope: 1, intercept: 0, type: "Uint16Array" },
    fallback: `/decoded/${id}`,
  };
}

const frame = (): Frame => ({ data: new Uint16Array(500), rows: 10, columns: 50, samples: 1, decodeMs: 1 });

class Fake implements Worker_ {
  onmessage: ((event: MessageEvent<Report>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly orders: Order[] = [];
  ended = false;
  postMessage(order: Order): void {
    this.orders.push(order);
  }
  terminate(): void {
    this.ended = true;
  }
  say(report: Report): void {
    this.onmessage?.({ data: report } as MessageEvent<Report>);
  }
}

let fakes: Fake[];
let heard: string[];

function pool(cacheBytes = 1e9): PixelPool {
  fakes = [];
  return new PixelPool({
    workers: 1,
    cacheBytes,
    make: () => {
      const fake = new Fake();
      fakes.push(fake);
      return fake;
    },
  });
}

function owner(rank = 0): Owner {
  return {
    rank,
    loaded: (id) => heard.push(`loaded ${id}`),
    failed: (id, code) => heard.push(`failed ${id} ${code}`),
    refused: (code, status) => heard.push(`refused ${code} ${status}`),
    setOffline: (offline) => heard.push(`offline ${offline}`),
  };
}

const runs = () => fakes.flatMap((fake) => fake.orders.filter((order): order is Run => order.type === "run"));
const last = () => runs().at(-1) as Run;
const ids = (run: Run) => run.jobs.map((one) => one.id);

function finish(run: Run): void {
  for (const one of run.jobs) fakes.at(-1)?.say({ type: "frame", run: run.run, id: one.id, frame: frame() });
  fakes.at(-1)?.say({ type: "done", run: run.run, bytes: 1, ms: 1 });
}

beforeEach(() => {
  heard = [];
  vi.useFakeTimers();
});

describe("planning a run", () => {
  it("fetches neighbours by one request, also when they are wanted backwards", () => {
    const jobs = [3, 2, 1, 0].map((at) => job(`f${at}`, at * 1038));
    const planned = planRun(jobs, 1e6);
    expect(planned.fetches).toEqual([{ pack: "ab".repeat(16), segment: 1, from: 0, to: 4 * 1038 }]);
    expect(planned.jobs.map((one) => one.id)).toEqual(["f3", "f2", "f1", "f0"]);
  });

  it("does not fetch more than was allowed, nor from another pack", () => {
    const jobs = [job("a", 0), job("b", 1038), job("c", 2076), job("d", 0, 1, "cd".repeat(16))];
    expect(planRun(jobs, 2200).jobs.map((one) => one.id)).toEqual(["a", "b"]);
    expect(planRun(jobs, 1e6).jobs.map((one) => one.id)).toEqual(["a", "b", "c"]);
  });

  it("goes on in the next segment, and leaves what lies far off", () => {
    const jobs = [job("a", 0, 1), job("b", 0, 2), job("c", 0, 9), job("d", 9e6, 1)];
    expect(planRun(jobs, 1e7).jobs.map((one) => one.id)).toEqual(["a", "b", "d"]);
  });

  it("fetches nothing for frames that the node decodes", () => {
    const node = { ...job("n", 0), source: { kind: "node", url: "/x" } } as const;
    expect(planRun([node, job("a", 0)], 1e6)).toMatchObject({ jobs: [{ id: "n" }], fetches: [] });
  });
});

describe("the pool", () => {
  it("loads in the order wanted, each frame once", () => {
    const one = pool();
    const study = owner();
    one.register(study, [job("a", 0), job("b", 1038), job("c", 2076)]);
    one.order(study, ["b", "b", "c", "a"]);
    expect(runs().map(ids)).toEqual([["b", "c", "a"]]);
    finish(last());
    expect(heard).toEqual(["loaded b", "loaded c", "loaded a"]);
    expect(runs()).toHaveLength(1);
  });

  it("fetches what somebody waits for alone, first, and at once when all are busy", async () => {
    const one = pool();
    const study = owner();
    const jobs = Array.from({ length: 40 }, (_, at) => job(`f${at}`, at * 9e6, at + 1));
    one.register(study, jobs);
    one.order(
      study,
      jobs.map((each) => each.id),
    );
    expect(runs()).toHaveLength(2);
    const waiting = one.load("f30");
    expect(ids(last())).toEqual(["f30"]);
    finish(last());
    await expect(waiting).resolves.toMatchObject({ rows: 10 });
    await expect(one.load("f30")).resolves.toMatchObject({ rows: 10 });
  });

  it("asks the node for a frame that the browser cannot decode, and then gives up", async () => {
    const one = pool();
    one.register(owner(), [job("a", 0)]);
    const waiting = one.load("a");
    waiting.catch(() => undefined);
    const refuse = () => {
      fakes[0]?.say({ type: "fault", run: last().run, id: "a", code: "pixels-not-decodable", text: "" });
      fakes[0]?.say({ type: "done", run: last().run, bytes: 0, ms: 1 });
    };
    refuse();
    expect(last().jobs[0]?.source).toEqual({ kind: "node", url: "/decoded/a" });
    refuse();
    await expect(waiting).rejects.toMatchObject({ code: "pixels-not-decodable" });
    expect(heard).toEqual(["failed a pixels-not-decodable"]);
  });

  it("fetches sealed bytes that do not open once more and then refuses them", async () => {
    const one = pool();
    one.register(owner(), [job("a", 0)]);
    const waiting = one.load("a");
    waiting.catch(() => undefined);
    for (let time = 0; time < 2; time++) {
      fakes[0]?.say({ type: "fault", run: last().run, id: "a", code: "seal-broken", text: "" });
      fakes[0]?.say({ type: "done", run: last().run, bytes: 0, ms: 1 });
    }
    expect(runs()).toHaveLength(2);
    await expect(waiting).rejects.toMatchObject({ code: "seal-broken" });
  });

  it("says that the network went, waits, and goes on by itself", () => {
    const one = pool();
    const study = owner();
    one.register(study, [job("a", 0)]);
    one.order(study, ["a"]);
    fakes[0]?.say({ type: "failed", run: last().run, code: "offline", status: 0 });
    expect(heard).toEqual(["offline true"]);
    expect(runs()).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    expect(runs()).toHaveLength(2);
    finish(last());
    expect(heard).toEqual(["offline true", "loaded a", "offline false"]);
  });

  it("waits for what is still arriving and tells of what was withdrawn", () => {
    const one = pool();
    const study = owner();
    one.register(study, [job("a", 0)]);
    one.order(study, ["a"]);
    fakes[0]?.say({ type: "failed", run: last().run, code: "still-arriving", status: 503 });
    vi.advanceTimersByTime(2500);
    expect(runs()).toHaveLength(2);
    fakes[0]?.say({ type: "failed", run: last().run, code: "not-found", status: 404 });
    expect(heard).toContain("refused not-found 404");
  });

  it("replaces a worker that broke down", () => {
    const one = pool();
    const study = owner();
    one.register(study, [job("a", 0)]);
    one.order(study, ["a"]);
    fakes[0]?.onerror?.({} as ErrorEvent);
    expect(fakes[0]?.ended).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(ids(last())).toEqual(["a"]);
    expect(fakes).toHaveLength(2);
  });

  it("forgets all of an owner and lets the workers go with the last", async () => {
    const one = pool();
    const [study, prior] = [owner(), owner(1)];
    one.register(study, [job("a", 0)]);
    one.register(prior, [job("p", 9e6)]);
    const waiting = one.load("a");
    one.forget(study);
    await expect(waiting).rejects.toMatchObject({ code: "closed" });
    await expect(one.load("a")).rejects.toMatchObject({ code: "closed" });
    expect(fakes[0]?.ended).toBe(false);
    one.forget(prior);
    expect(fakes[0]?.ended).toBe(true);
  });

  it("stops loading in the background before memory is full", () => {
    const one = pool(2500);
    const study = owner();
    const jobs = Array.from({ length: 9 }, (_, at) => job(`f${at}`, at * 9e6, at + 1));
    one.register(study, jobs);
    one.order(
      study,
      jobs.map((each) => each.id),
    );
    for (let at = 0; at < runs().length && at < 50; at++) finish(runs()[at] as Run);
    expect(runs().flatMap(ids)).toEqual(["f0", "f1"]);
  });
});

describe("the cache", () => {
  it("lets the least recently used go first", () => {
    const cache = new FrameCache(2000);
    cache.put("a", frame());
    cache.put("b", frame());
    cache.get("a");
    expect(cache.put("c", frame())).toEqual(["b"]);
    expect([cache.has("a"), cache.has("b"), cache.bytes]).toEqual([true, false, 2000]);
  });
});
