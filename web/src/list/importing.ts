/** Imports that were asked for here and have not shown an effect yet: the row says so in the meantime. */
import { useEffect, useState } from "react";
import { onSessionEnd } from "@/api/forget";
import type { Exchange } from "@/api/types";

const LONGEST_MS = 120_000;
const asked = new Map<string, { at: number; done: string }>();
onSessionEnd(() => asked.clear());

/** What changes when the import has ended one way or the other. */
function mark(row: Exchange): string {
  return [row.state, row.reason?.code ?? "", row.alerts.length].join(" ");
}

export function noteImport(row: Exchange): void {
  asked.set(row.id, { at: Date.now(), done: mark(row) });
}

/** Whether an import that was asked for here is still under way. */
export function useImporting(row: Exchange): boolean {
  const [, again] = useState(0);
  const entry = asked.get(row.id);
  const waits = entry !== undefined && entry.done === mark(row) && Date.now() - entry.at < LONGEST_MS;
  useEffect(() => {
    if (!waits) {
      asked.delete(row.id);
      return;
    }
    const timer = window.setTimeout(() => again((count) => count + 1), LONGEST_MS);
    return () => window.clearTimeout(timer);
  }, [waits, row.id]);
  return waits;
}
