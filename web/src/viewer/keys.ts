/** The keys that radiologists know: one table for the keyboard, the tooltips and the help. Pure. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export type Action =
  | "next"
  | "previous"
  | "next-ten"
  | "previous-ten"
  | "first"
  | "last"
  | "next-series"
  | "previous-series"
  | "next-pane"
  | "invert"
  | "rotate"
  | "rotate-back"
  | "flip-horizontal"
  | "flip-vertical"
  | "reset"
  | "fit"
  | "real-size"
  | "tool-window"
  | "tool-scroll"
  | "tool-zoom"
  | "tool-pan"
  | "tool-length"
  | "tool-angle"
  | "tool-ellipse"
  | "tool-rectangle"
  | "tool-arrow"
  | "delete"
  | "mpr"
  | "cine"
  | "key-image"
  | "picture"
  | "texts"
  | "overlays"
  | "sync"
  | "prior"
  | "lines"
  | "maximise"
  | "help"
  | "escape"
  | `preset-${number}`;

export interface Key {
  /** `KeyboardEvent.key`, in lower case for letters. */
  keys: readonly string[];
  action: Action;
  name: MessageDescriptor;
  shift?: boolean;
  group: "pictures" | "view" | "measure" | "panes" | "other";
}

const key = (group: Key["group"], keys: string, action: Action, name: MessageDescriptor, shift?: boolean): Key => ({
  keys: keys.split(" ").map((one) => (one === "Space" ? " " : one)),
  action,
  name,
  group,
  ...(shift === undefined ? {} : { shift }),
});

export const KEYS: readonly Key[] = [
  key("pictures", "ArrowDown ArrowRight", "next", msg`Volgende beeld`),
  key("pictures", "ArrowUp ArrowLeft", "previous", msg`Vorige beeld`),
  key("pictures", "PageDown", "next-ten", msg`Tien beelden verder`),
  key("pictures", "PageUp", "previous-ten", msg`Tien beelden terug`),
  key("pictures", "Home", "first", msg`Eerste beeld`),
  key("pictures", "End", "last", msg`Laatste beeld`),
  key("pictures", "Space", "next-series", msg`Volgende serie`, false),
  key("pictures", "Space", "previous-series", msg`Vorige serie`, true),
  key("pictures", "c", "cine", msg`Afspelen of stoppen`),
  key("view", "w", "tool-window", msg`Venster (linkerknop)`),
  key("view", "b", "tool-scroll", msg`Bladeren (linkerknop)`),
  key("view", "z", "tool-zoom", msg`Zoomen (linkerknop)`),
  key("view", "p", "tool-pan", msg`Verschuiven (linkerknop)`),
  key("view", "i", "invert", msg`Omkeren van zwart en wit`),
  key("view", "r", "rotate", msg`Kwartslag rechtsom`, false),
  key("view", "r", "rotate-back", msg`Kwartslag linksom`, true),
  key("view", "h", "flip-horizontal", msg`Spiegelen links-rechts`),
  key("view", "v", "flip-vertical", msg`Spiegelen boven-onder`),
  key("view", "f", "fit", msg`Passend maken`),
  key("view", "o", "real-size", msg`Ware pixels (1:1)`),
  key("view", "Backspace", "reset", msg`Terug naar hoe het was`),
  key("measure", "l", "tool-length", msg`Lengte meten`),
  key("measure", "a", "tool-angle", msg`Hoek meten`),
  key("measure", "e", "tool-ellipse", msg`Ellips: gemiddelde en spreiding`),
  key("measure", "q", "tool-rectangle", msg`Rechthoek: gemiddelde en spreiding`),
  key("measure", "t", "tool-arrow", msg`Pijl met tekst`),
  key("measure", "Delete", "delete", msg`Gekozen meting wissen`),
  key("measure", "k", "key-image", msg`Sleutelbeeld aan of uit`),
  key("measure", "u", "picture", msg`Plaatje zonder naam`),
  key("panes", "n", "next-pane", msg`Volgend vak`),
  key("panes", "Enter", "maximise", msg`Vak groot of terug`),
  key("panes", "m", "mpr", msg`MPR: drie vlakken`),
  key("panes", "s", "sync", msg`Samen bladeren`),
  key("panes", "j", "prior", msg`Eerder onderzoek ernaast of weg`),
  key("panes", "x", "lines", msg`Snijlijnen`),
  key("other", "d", "texts", msg`Teksten in beeld aan of uit`),
  key("other", "g", "overlays", msg`Overlays aan of uit`),
  key("other", "?", "help", msg`Deze hulp`),
  key("other", "Escape", "escape", msg`Sluiten, of terug naar Venster`),
];

export interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** What a key means; null for keys that belong to the browser. Digits 1 to 9 are window presets, 0 is as sent. */
export function actionOf(pressed: Pressed): Action | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  if (/^[0-9]$/.test(pressed.key)) return `preset-${Number(pressed.key)}`;
  const name = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  const isLetter = /^[a-z]$/.test(name);
  const found = KEYS.find(
    (one) => one.keys.includes(name) && (one.shift === undefined || one.shift === pressed.shiftKey),
  );
  // Shift with a letter is the viewer's only where its table says so: the answers of a consult have the others
  if (isLetter && pressed.shiftKey && found?.shift === undefined) return null;
  return found?.action ?? null;
}

const SHOWN: Record<string, string> = {
  ArrowDown: "↓",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowLeft: "←",
  PageDown: "PgDn",
  PageUp: "PgUp",
  Delete: "Del",
  Escape: "Esc",
  Backspace: "⌫",
  " ": "␣",
  Enter: "⏎",
};

/** The keys of an action as they stand on a keyboard: "R", "⇧ R". */
export function keyCaps(action: Action): string[] {
  return KEYS.filter((one) => one.action === action).flatMap((one) =>
    one.keys.map((name) => `${one.shift ? "⇧ " : ""}${SHOWN[name] ?? name.toUpperCase()}`),
  );
}

/** What a key press in these elements means belongs to them. */
export function belongsToField(element: Element | null): boolean {
  if (!element) return false;
  if (element.matches("input, textarea, select, [contenteditable='true']")) return true;
  return element.closest("[role='dialog'], [role='menu'], [role='listbox']") !== null;
}
