/** Whether the first screen stands and people read: what can wait until then does not stand in its way. */
import { useEffect, useState } from "react";

const SETTLED_MS = 1500;

export function useSettled(): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const wait = setTimeout(() => setSettled(true), SETTLED_MS);
    return () => clearTimeout(wait);
  }, []);
  return settled;
}
