/** The live view as a page sees it: who is there, what is shown, and what is never passed on. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const heard = new Map<string, (data: unknown) => void>();
const said: Record<string, unknown>[] = [];
let answer: () => Promise<unknown> = async () => ({ people: [], reaches: true });

vi.mock("@/api/client", () => ({
  BASE: "/api/v1",
  call: vi.fn(async () => new Response(null, { status: 204 })),
  api: {
    POST: (_: string, { body }: { body: Record<string, unknown> }) => {
      said.push(body);
      return answer();
    },
  },
  data: (value: Promise<unknown>) => value,
}));
vi.mock("@/api/live", () => ({
  listen: (name: string, run: (data: unknown) => void) => {
    heard.set(name, run);
    return () => heard.delete(name);
  },
}));

const { LiveSession } = await import("./session");
const { couple, isView } = await import("./screen");
const { Failure } = await import("@/api/failure");

const VIEW = {
  series: "1.2.3",
  instance: "1.2.3.4",
  frame: 1,
  window: { center: 40, width: 80 },
  invert: false,
  span: 512,
  centre: [256, 256],
  rotation: 0,
  flipH: false,
  flipV: false,
  pointer: [10, 20],
};
const OTHER = { key: "r1", name: "Bakker", role: "clinician", department: "", here: false, sharing: true, phone: "" };

beforeEach(() => {
  vi.useFakeTimers();
  said.length = 0;
  answer = async () => ({ people: [OTHER], reaches: true });
});
afterEach(() => vi.useRealTimers());

async function begun() {
  const session = new LiveSession({ kind: "exchanges", id: "e" });
  session.start();
  await vi.advanceTimersByTimeAsync(0);
  return session;
}

test("a page says that it is there, again and again, and that it leaves", async () => {
  const session = await begun();
  await vi.advanceTimersByTimeAsync(9000);
  expect(said.length).toBe(3);
  expect(session.get().people).toEqual([OTHER]);
  const { call } = await import("@/api/client");
  session.stop();
  expect(String(vi.mocked(call).mock.lastCall?.[1]?.body)).toContain('"leave":true');
  await vi.advanceTimersByTimeAsync(9000);
  expect(said.length).toBe(3);
});

test("what is shown goes out only while looking together, the newest first", async () => {
  const session = await begun();
  session.show(VIEW);
  await vi.advanceTimersByTimeAsync(10);
  expect(said.filter((one) => one.view !== null)).toEqual([]);
  session.setTogether(true);
  await vi.advanceTimersByTimeAsync(10);
  let release: (value: unknown) => void = () => undefined;
  answer = () => new Promise((resolve) => (release = resolve));
  for (const frame of [1, 2, 3]) session.show({ ...VIEW, frame });
  release({ people: [], reaches: true });
  await vi.advanceTimersByTimeAsync(10);
  const frames = said.filter((one) => one.view !== null).map((one) => (one.view as typeof VIEW).frame);
  expect(frames).toEqual([1, 3]);
  release({ people: [], reaches: true });
  session.stop();
});

test("a study that was withdrawn ends it", async () => {
  answer = async () => Promise.reject(new Failure("not-found", "not-found"));
  const session = await begun();
  expect(session.get()).toMatchObject({ over: true, people: [], together: false });
  await vi.advanceTimersByTimeAsync(9000);
  expect(said.length).toBe(1);
});

test("the other's slice and pointer are put on the screen; its pointer goes when it stops sharing", async () => {
  const session = await begun();
  const applied: unknown[] = [];
  const points: [string, unknown][] = [];
  session.setTogether(true);
  const stop = couple(
    session,
    {
      subscribe: () => () => undefined,
      apply: async (view) => applied.push(view) > 0,
      point: (who, pointer) => points.push([who, pointer]),
    },
    () => "Bakker",
    () => undefined,
  );
  heard.get("presence")?.({ place: "exchanges/e", people: [OTHER] });
  heard.get("live")?.({ place: "exchanges/e", by: "r1", view: VIEW });
  heard.get("live")?.({ place: "exchanges/e", by: "r1", view: { ...VIEW, pointer: [11, 21] } });
  heard.get("live")?.({ place: "exchanges/other", by: "r1", view: { ...VIEW, frame: 9 } });
  heard.get("live")?.({ place: "exchanges/e", by: session.page, view: { ...VIEW, frame: 8 } });
  await vi.advanceTimersByTimeAsync(10);
  expect(applied).toEqual([VIEW]);
  expect(points.map(([, pointer]) => (pointer as { at: number[] }).at)).toEqual([
    [10, 20],
    [11, 21],
  ]);
  heard.get("presence")?.({ place: "exchanges/e", people: [{ ...OTHER, sharing: false }] });
  expect(points.at(-1)).toEqual(["r1", null]);
  stop();
  session.stop();
});

test.each([
  ["no picture", { ...VIEW, instance: null }],
  ["a frame that is none", { ...VIEW, frame: "1" }],
  ["a pointer beyond numbers", { ...VIEW, pointer: [1, "x"] }],
  ["not a number", { ...VIEW, centre: [Number.NaN, 1] }],
  ["script for a uid", { ...VIEW, series: "x".repeat(99) }],
  ["a window that is a tree", { ...VIEW, window: { center: {} } }],
])("a view with %s is not shown", (_, view) => {
  expect(isView(view)).toBe(false);
  expect(isView(VIEW)).toBe(true);
});
