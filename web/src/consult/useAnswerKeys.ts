/** Shift with a letter answers at once. Not while somebody types, not in a dialog, and not when keys were turned off. */
import { useEffect } from "react";

export interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  repeat: boolean;
}

/** The place in `letters` of the key that was pressed; -1 for another one. */
export function choiceOf(pressed: KeyPress, letters: readonly string[]): number {
  if (!pressed.shiftKey || pressed.ctrlKey || pressed.altKey || pressed.metaKey || pressed.repeat) return -1;
  return letters.findIndex((letter) => letter.toLowerCase() === pressed.key.toLowerCase());
}

const FIELDS =
  "input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable='true'],[role=dialog],[role=menu],[role=listbox]";

export function useAnswerKeys(letters: readonly string[], enabled: boolean, chosen: (place: number) => void): void {
  useEffect(() => {
    if (!enabled) return undefined;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || (event.target instanceof Element && event.target.closest(FIELDS) !== null)) return;
      const place = choiceOf(event, letters);
      if (place < 0) return;
      event.preventDefault();
      event.stopPropagation();
      chosen(place);
    };
    // before the viewer, whose keys do not ask for Shift
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, [letters, enabled, chosen]);
}
