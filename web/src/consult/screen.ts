/** What the viewer gives to be shared, and how the others' views and pointers are put on it. Knows no network. */
import type { LiveSession, Person, View } from "./session";

/** The viewer's side (its `LiveView`), as far as it matters here. */
export interface SharedScreen {
  subscribe(listener: (state: View) => void): () => void;
  apply(state: View): Promise<boolean>;
  point(who: string, pointer: Pointer | null): void;
}

export interface Pointer {
  series: string;
  instance: string;
  frame: number;
  at: readonly [number, number];
  label: string;
  colour: number;
}

const COLOURS = 4;

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.length <= 64;

function isPair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isNumber);
}

function isWindow(value: unknown): boolean {
  return (
    value === null ||
    (typeof value === "object" &&
      value !== null &&
      Object.values(value).every((one) => one === null || ["number", "string", "boolean"].includes(typeof one)))
  );
}

/** Whether what came from elsewhere is a view that can be shown: it may have been made by any version, or by anybody. */
export function isView(view: View): boolean {
  const flags = [view.invert, view.flipH, view.flipV].every((one) => typeof one === "boolean");
  const picture = isText(view.series) && isText(view.instance) && isNumber(view.frame) && view.frame >= 1;
  const place = isNumber(view.rotation) && (view.span === null || (isNumber(view.span) && view.span > 0));
  const pairs = [view.centre, view.pointer].every((one) => one === null || isPair(one));
  return picture && flags && place && pairs && isWindow(view.window);
}

/** The pointer in somebody's view; null when it is not on the picture. */
export function pointerOf(view: View, label: string, colour: number): Pointer | null {
  const { series, instance, frame, pointer } = view;
  if (!isText(series) || !isText(instance) || !isNumber(frame) || !isPair(pointer)) return null;
  return { series, instance, frame, at: pointer, label, colour: colour % COLOURS };
}

/** The part of a view that moves the picture; two views that differ in the pointer alone show the same. */
export function pictureOf(view: View): string {
  return JSON.stringify({ ...view, pointer: null });
}

/**
 * Couples a screen to a session while they look together; the returned function takes it back. `missing` says whether
 * the picture that was shown last is not here yet.
 */
export function couple(
  session: LiveSession,
  screen: SharedScreen,
  nameOf: (person: Person | undefined) => string,
  missing: (is: boolean) => void,
): () => void {
  const shown = new Map<string, string>();
  const pointing = new Set<string>();
  let applying: View | null = null;
  let busy = false;

  const apply = async () => {
    busy = true;
    while (applying !== null) {
      const view = applying;
      applying = null;
      missing(!(await screen.apply(view).catch(() => true)));
    }
    busy = false;
  };
  const take = (by: string, view: View) => {
    if (!session.get().together || !isView(view)) return;
    const people = session.get().people;
    const person = people.find((one) => one.key === by);
    screen.point(by, pointerOf(view, nameOf(person), people.findIndex((one) => one.key === by) + COLOURS));
    pointing.add(by);
    const picture = pictureOf(view);
    if (shown.get(by) === picture) return;
    shown.set(by, picture);
    applying = view;
    if (!busy) void apply();
  };
  const tidy = () => {
    const { together, people } = session.get();
    for (const by of [...pointing])
      if (!together || !people.some((one) => one.key === by && one.sharing)) {
        screen.point(by, null);
        pointing.delete(by);
        shown.delete(by);
      }
  };
  const stops = [session.onView(take), session.watch(tidy), screen.subscribe((view) => session.show(view))];
  return () => {
    for (const stop of stops) stop();
    for (const by of pointing) screen.point(by, null);
  };
}
