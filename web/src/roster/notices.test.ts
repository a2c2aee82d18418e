import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { isOnScreen, noteHeard, withNotice } from "./notices";
import { noticesQuery } from "./queries";
import type { Notice } from "./types";

function notice(id: string, exchange: string, created: number, over = false): Notice {
  return {
    id,
    exchange,
    created,
    over,
    cause: "first-image",
    urgency: "stat",
    hospital: "",
    department: "",
    phone: "",
  };
}

describe("open notices", () => {
  it("are one an exchange, the newest first", () => {
    const one = withNotice([], notice("a", "x", 1));
    const two = withNotice(one, notice("b", "y", 2));
    expect(withNotice(two, notice("c", "x", 3)).map(({ id }) => id)).toEqual(["c", "b"]);
  });

  it("go when somebody has seen to it", () => {
    const open = [notice("b", "y", 2), notice("a", "x", 1)];
    expect(withNotice(open, notice("a", "x", 1, true)).map(({ id }) => id)).toEqual(["b"]);
  });
});

describe("a notice of the study that is on the screen", () => {
  it("is not shown, for who looks has seen to it; another's is", () => {
    expect(isOnScreen(notice("a", "x", 1), "x")).toBe(true);
    expect(isOnScreen(notice("a", "x", 1), "y")).toBe(false);
    expect(isOnScreen(notice("a", "x", 1), null)).toBe(false);
  });

  it("is shown when it asks for something else than looking", () => {
    expect(isOnScreen({ ...notice("a", "x", 1), cause: "answer" }, "x")).toBe(false);
  });
});

describe("a notice that goes while the list of them is on its way", () => {
  const { queryKey } = noticesQuery;
  /** The node as it answers: each call waits until it is let go. */
  function asking() {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    const waiting: ((notices: ReturnType<typeof notice>[]) => void)[] = [];
    const queryFn = () =>
      new Promise<{ notices: ReturnType<typeof notice>[] }>((done) => waiting.push((notices) => done({ notices })));
    client.setQueryDefaults(queryKey, { queryFn });
    const stop = new QueryObserver(client, { queryKey }).subscribe(() => undefined);
    const held = () => (client.getQueryData(queryKey) as { notices: { id: string }[] } | undefined)?.notices;
    const settled = async (count: number) => {
      while (waiting.length < count) await new Promise((done) => setTimeout(done, 1));
    };
    return { client, waiting, held, settled, stop };
  }

  it("does not come back with the older answer", async () => {
    const { client, waiting, held, settled, stop } = asking();
    await settled(1);
    noteHeard(client, notice("a", "x", 1, true));
    await settled(2);
    waiting[0]?.([notice("a", "x", 1)]);
    waiting[1]?.([]);
    await new Promise((done) => setTimeout(done, 20));
    expect(held()).toEqual([]);
    stop();
  });

  it("is not asked for anew when nothing was on its way", async () => {
    const { client, waiting, held, settled, stop } = asking();
    await settled(1);
    waiting[0]?.([notice("a", "x", 1)]);
    await new Promise((done) => setTimeout(done, 20));
    noteHeard(client, notice("a", "x", 1, true));
    await new Promise((done) => setTimeout(done, 20));
    expect(held()).toEqual([]);
    expect(waiting).toHaveLength(1);
    stop();
  });
});
