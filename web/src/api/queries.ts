/** What every room may ask of the node: who is here, and how the lists stand. */
import { queryOptions } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, data } from "./client";
import type { Me, Start } from "./types";

export const startQuery = queryOptions({
  queryKey: ["start"],
  queryFn: ({ signal }) => data(api.GET("/start", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

export const countsQuery = queryOptions({
  queryKey: ["counts"],
  queryFn: ({ signal }) => data(api.GET("/exchanges/counts", { signal })),
  staleTime: 30_000,
});

/** The session that the screens below belong to; app/Gate.tsx gives it, and takes them away when it ends. */
export const SessionContext = createContext<{ start: Start; me: Me } | null>(null);

/** What the node said first, and who is signed in. Only inside the frame, where somebody is. */
export function useSession(): { start: Start; me: Me } {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("There is no session here.");
  return session;
}

/** Who is signed in. Only inside the frame, where somebody is. */
export function useMe(): Me {
  return useSession().me;
}

/** Whether this session may do what the permission names. */
export function may(me: Me, ...permissions: string[]): boolean {
  return permissions.some((permission) => me.permissions.includes(permission));
}
