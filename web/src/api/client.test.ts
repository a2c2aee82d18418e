import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, data, onSignedOut } from "./client";
import { learnClock, nodeNow } from "./clock";
import { Failure } from "./failure";
import { forgetAll, onSessionEnd } from "./forget";

const json = (status: number, body: unknown) =>
  new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json" },
  });

describe("a call to the node", () => {
  const fetched = vi.fn<typeof fetch>();
  beforeEach(() => {
    vi.stubGlobal("fetch", fetched);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    fetched.mockReset();
  });

  it("carries the header that a foreign page cannot send, and is not cached", async () => {
    fetched.mockResolvedValue(json(204, null));
    await api.POST("/sign-out");
    const [request, init] = fetched.mock.calls[0] ?? [];
    expect((request as Request).headers.get("X-Beeldbrug")).toBe("portal");
    expect(init).toMatchObject({ cache: "no-store", credentials: "same-origin" });
  });

  it("fails with the node's code and words", async () => {
    fetched.mockResolvedValue(json(403, { code: "not-permitted", text: "No.", remedy: "Ask." }));
    await expect(data(api.GET("/me"))).rejects.toMatchObject({ kind: "denied", code: "not-permitted", remedy: "Ask." });
  });

  it("fails as unreachable when nothing answers", async () => {
    fetched.mockRejectedValue(new TypeError("network"));
    await expect(data(api.GET("/me"))).rejects.toMatchObject({ kind: "unreachable", code: "node-not-reached" });
  });

  it("tells at once that the session has ended, but not for a wrong password", async () => {
    const lost = vi.fn();
    const stop = onSignedOut(lost);
    fetched.mockImplementation(async () => json(401, { code: "sign-in-refused" }));
    await expect(api.POST("/sign-in", { body: { login: "a", password: "b" } })).rejects.toBeInstanceOf(Failure);
    expect(lost).not.toHaveBeenCalled();
    await expect(api.GET("/me")).rejects.toMatchObject({ kind: "signed-out" });
    expect(lost).toHaveBeenCalledOnce();
    stop();
  });
});

describe("the node's clock", () => {
  it("is followed when this computer's is wrong, and not for the length of a call", () => {
    const here = Date.now();
    learnClock(new Date(here + 600_000).toUTCString(), here, here);
    expect(nodeNow() - here / 1000).toBeGreaterThan(595);
    learnClock(new Date(here).toUTCString(), here, here);
    expect(Math.abs(nodeNow() - Date.now() / 1000)).toBeLessThan(2);
    learnClock("nonsense", here, here);
    learnClock(null, here, here);
  });
});

describe("the end of a session", () => {
  it("runs every forgetter, also after one that fails", () => {
    const ran = vi.fn();
    const stops = [
      onSessionEnd(() => {
        throw new Error("broken");
      }),
      onSessionEnd(ran),
    ];
    forgetAll();
    expect(ran).toHaveBeenCalledOnce();
    for (const stop of stops) stop();
    forgetAll();
    expect(ran).toHaveBeenCalledOnce();
  });
});
