/** The title of the window: the screen's name, never a patient's. */
import { useEffect } from "react";

export function useTitle(screen: string, count = 0): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${count > 0 ? `(${count}) ` : ""}${screen} · Beeldbrug`;
    return () => {
      document.title = before;
    };
  }, [screen, count]);
}
