/** An exchange as the node has just answered it, put wherever it is on screen. */
import { useQueryClient } from "@tanstack/react-query";
import type { Exchange } from "./types";

interface Pages {
  pages: { rows: Exchange[] }[];
}

/** Puts an exchange as it is now wherever it is on screen. */
export function useShown(): (row: Exchange) => void {
  const client = useQueryClient();
  return (row) => {
    client.setQueryData(["exchange", row.id], row);
    client.setQueriesData<Pages>({ queryKey: ["exchanges"] }, (cached) =>
      cached === undefined
        ? cached
        : {
            ...cached,
            pages: cached.pages.map((page) => ({
              ...page,
              rows: page.rows.map((one) => (one.id === row.id ? row : one)),
            })),
          },
    );
    void client.invalidateQueries({ queryKey: ["history", row.id] });
  };
}
