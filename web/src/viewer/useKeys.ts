/** The keyboard of the viewer: keys of the table go to the desk, all others stay the browser's. */
import { useEffect } from "react";
import { perform } from "./commands";
import type { Desk } from "./desk";
import { actionOf, belongsToField } from "./keys";

/** Keys that a focused button, link or slider needs for itself. */
const OF_CONTROLS = new Set([" ", "Enter"]);
const OF_SLIDERS = /^(Arrow|Page|Home|End)/;

export function useKeys(desk: Desk): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const focus = document.activeElement;
      const action = actionOf(event);
      if (!action) return;
      if (action !== "help" && action !== "escape" && belongsToField(focus) && !isSlider(focus)) return;
      if (OF_CONTROLS.has(event.key) && focus?.matches("button, a, summary")) return;
      if (OF_SLIDERS.test(event.key) && isSlider(focus)) return;
      if (!desk.state.get().keys && /^[a-z0-9?]$/i.test(event.key) && action !== "help") return;
      event.preventDefault();
      perform(desk, action);
    };
    // before Cornerstone, which takes keys for itself when the focus is in a pane
    window.addEventListener("keydown", pressed, { capture: true });
    return () => window.removeEventListener("keydown", pressed, { capture: true });
  }, [desk]);
}

function isSlider(element: Element | null): boolean {
  return element?.matches("input[type='range']") ?? false;
}
