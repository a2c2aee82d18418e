/** What this room asks of the node. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "@/api/client";

const NOW_MS = 60_000;

export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: ({ signal }) => data(api.GET("/me/notices", { signal })),
});

export const waysQuery = queryOptions({
  queryKey: ["ways"],
  queryFn: ({ signal }) => data(api.GET("/me/ways", { signal })),
});

export const standingQuery = queryOptions({
  queryKey: ["rosters"],
  queryFn: ({ signal }) => data(api.GET("/rosters", { signal })),
  refetchInterval: NOW_MS,
});

export const peopleQuery = queryOptions({
  queryKey: ["rosters", "people"],
  queryFn: ({ signal }) => data(api.GET("/rosters/people", { signal })),
});

export const rosterQuery = (roster: string) =>
  queryOptions({
    queryKey: ["rosters", roster],
    queryFn: ({ signal }) => data(api.GET("/rosters/{roster}", { params: { path: { roster } }, signal })),
  });
