/** The list by keyboard: j/k or arrows, Enter, d, i, /, ?. Not while somebody types or a dialog is open. */
import { useEffect } from "react";

export interface Keys {
  move: (by: number) => void;
  to: (place: "first" | "last") => void;
  open: () => void;
  details: () => void;
  importIt: () => void;
  search: () => void;
  help: () => void;
}

const PAGE_ROWS = 8;

/** What a key means on the list; undefined for nothing. */
export function deedOf(key: string, keys: Keys): (() => void) | undefined {
  switch (key) {
    case "j":
    case "ArrowDown":
      return () => keys.move(1);
    case "k":
    case "ArrowUp":
      return () => keys.move(-1);
    case "PageDown":
      return () => keys.move(PAGE_ROWS);
    case "PageUp":
      return () => keys.move(-PAGE_ROWS);
    case "Home":
      return () => keys.to("first");
    case "End":
      return () => keys.to("last");
    case "Enter":
      return keys.open;
    case "d":
      return keys.details;
    case "i":
      return keys.importIt;
    case "/":
      return keys.search;
    case "?":
      return keys.help;
  }
  return undefined;
}

export function useKeys(keys: Keys, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (target.closest("input,textarea,select,[contenteditable],[role=dialog],[role=menu],[role=listbox]")) return;
      // a button or link with the focus keeps its own Enter
      if (event.key === "Enter" && target.closest("a,button")) return;
      const deed = deedOf(event.key, keys);
      if (deed === undefined) return;
      event.preventDefault();
      deed();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [keys, enabled]);
}
