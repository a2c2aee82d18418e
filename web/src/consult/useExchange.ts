/** One exchange, kept up to date by the node's events. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, data } from "@/api/client";
import { listen } from "@/api/live";
import type { Exchange } from "@/api/types";

export function useExchange(id: string) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["exchange", id],
    queryFn: ({ signal }) => data(api.GET("/exchanges/{exchange}", { params: { path: { exchange: id } }, signal })),
    staleTime: 10_000,
    gcTime: 30_000,
  });
  useEffect(() => {
    const stops = [
      listen<Exchange>("exchange", (row) => {
        if (row.id === id) client.setQueryData(["exchange", id], row);
      }),
      listen("again", () => void client.invalidateQueries({ queryKey: ["exchange", id] })),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, id]);
  return query;
}
