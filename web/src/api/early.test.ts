/** What is asked early is used once, by whoever asks for the same. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { api, data } from "./client";
import { askEarly, askOrTake, forgetEarly, isEarly, takeEarly } from "./early";

const PATH = "/api/v1/exchanges/ab/study";

function answering(...answers: (string | Error | number)[]) {
  const asked: { path: string; signal: AbortSignal }[] = [];
  vi.stubGlobal("fetch", (path: string, { signal }: { signal: AbortSignal }) => {
    asked.push({ path, signal });
    const next = answers.shift();
    if (next instanceof Error) return Promise.reject(next);
    const headers = { "Content-Type": "application/json" };
    const answer =
      typeof next === "number" ? new Response("", { status: next }) : new Response(next ?? "", { headers });
    return Promise.resolve(answer);
  });
  return asked;
}

afterEach(() => {
  forgetEarly();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("early", () => {
  it("is asked once and taken once", async () => {
    const asked = answering("first", "second");
    askEarly(PATH);
    const signal = new AbortController().signal;
    expect(await (await askOrTake(PATH, signal)).text()).toBe("first");
    expect(asked).toHaveLength(1);
    expect(await (await askOrTake(PATH, signal)).text()).toBe("second");
  });

  it("is not given to another question", async () => {
    const asked = answering("first", "other");
    askEarly(PATH);
    expect(await (await askOrTake("/else", new AbortController().signal)).text()).toBe("other");
    expect(asked.map((one) => one.path)).toEqual([PATH, "/else"]);
  });

  it("that failed is asked again", async () => {
    answering(new Error("away"), "again");
    askEarly(PATH);
    expect(await (await askOrTake(PATH, new AbortController().signal)).text()).toBe("again");
  });

  it("that was refused before somebody signed in is asked again", async () => {
    answering(401, "signed in");
    askEarly(PATH);
    expect(await (await askOrTake(PATH, new AbortController().signal)).text()).toBe("signed in");
  });

  it("with a body is for who asks with the same", async () => {
    const asked = answering("list", "other");
    const body = { direction: "in", text: "" };
    askEarly("/api/v1/exchanges/search", body);
    const { signal } = new AbortController();
    expect(isEarly("/api/v1/exchanges/search")).toBe(true);
    expect(takeEarly("/api/v1/exchanges/search", "", signal)).toBeNull();
    expect(takeEarly("/api/v1/exchanges/search", '{"direction":"out"}', signal)).toBeNull();
    const taken = takeEarly("/api/v1/exchanges/search", JSON.stringify(body), signal);
    expect(await (await taken?.answer)?.text()).toBe("list");
    expect(isEarly("/api/v1/exchanges/search")).toBe(false);
    expect(asked).toHaveLength(1);
  });

  it("is taken by the calls to the node, and what was refused is asked again", async () => {
    const page = JSON.stringify({ rows: [], next: null });
    const asked = answering(page, 401, page);
    const body = {
      direction: "in",
      limit: 50,
      cursor: "",
      text: "",
      states: [],
      urgencies: [],
      department: "",
      since: null,
      until: null,
      at_desk: false,
      owner: "",
      sort: "",
      oldest: false,
      asked: false,
    };
    askEarly("/api/v1/exchanges/search", body);
    expect(await data(api.POST("/exchanges/search", { body }))).toEqual({ rows: [], next: null });
    expect(asked).toHaveLength(1);
    askEarly("/api/v1/exchanges/search", body);
    expect(await data(api.POST("/exchanges/search", { body }))).toEqual({ rows: [], next: null });
    expect(asked).toHaveLength(3);
  });

  it("is broken off with whoever took it, at sign-out, and after a while", async () => {
    vi.useFakeTimers();
    const asked = answering("1", "2", "3");
    askEarly(PATH);
    const reader = new AbortController();
    await askOrTake(PATH, reader.signal);
    reader.abort();
    askEarly(PATH);
    forgetEarly();
    askEarly(PATH);
    vi.advanceTimersByTime(30_001);
    expect(asked.map((one) => one.signal.aborted)).toEqual([true, true, true]);
  });
});
