/** How a session ends in this browser: everything that was read is dropped, and why is kept for the sign-in screen. */
import { notifications } from "@mantine/notifications";
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { api, data } from "@/api/client";
import { forgetAll } from "@/api/forget";
import { startQuery } from "@/api/queries";
import type { Provider } from "@/api/types";

export type Ending = "expired" | "idle" | "signed-out" | null;

let ending: Ending = null;
let alsoAt: Provider | null = null;
const watchers = new Set<() => void>();
const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("beeldbrug-session");

function become(next: Ending): void {
  ending = next;
  for (const watcher of [...watchers]) watcher();
}

/** Why the last session of this page ended. */
export function useEnding(): Ending {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => ending,
  );
}

/** Where whoever signed out here is still signed in. */
export function useAlsoAt(): Provider | null {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => alsoAt,
  );
}

/** Drops all that was read in this session, from memory; the sign-in screen takes the place of everything. */
export function endSession(client: QueryClient, why: Ending): void {
  const [kept] = startQuery.queryKey;
  const start = client.getQueryData(startQuery.queryKey);
  if (start?.session === null) return;
  forgetAll();
  void client.cancelQueries();
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== kept });
  client.getMutationCache().clear();
  notifications.clean();
  // libraries of the viewer note there what the graphics card can, also when that is known only after this; on a shared
  // workstation nothing stays
  Storage.prototype.setItem = () => undefined;
  localStorage.clear();
  sessionStorage.clear();
  become(why);
  // not removed but emptied: what is on screen hangs on this query, and goes when it says that nobody is here
  if (start !== undefined) client.setQueryData(startQuery.queryKey, { ...start, session: null, stage: "" });
}

/** Ends the session at the node and here; here also when the node cannot be reached. */
export async function signOut(client: QueryClient, why: Ending = "signed-out"): Promise<void> {
  const done = data(api.POST("/sign-out")).catch(() => undefined);
  alsoAt = null;
  endSession(client, why);
  others?.postMessage("signed-out");
  alsoAt = (await done)?.provider ?? null;
  become(ending);
}

/** Another window of this browser that signs out takes this one along: they share the session. */
export function followOtherWindows(client: QueryClient): () => void {
  const heard = (event: MessageEvent) => {
    if (event.data === "signed-out") endSession(client, "signed-out");
    if (event.data === "active") window.dispatchEvent(new Event("beeldbrug-active"));
  };
  others?.addEventListener("message", heard);
  return () => others?.removeEventListener("message", heard);
}

/** Tells the other windows that somebody is at work here. */
export function tellActivity(): void {
  others?.postMessage("active");
}
