/**
 * The texts of the screen: loads the catalogues of the rooms that are open, in the reader's language.
 *
 * A room's catalogue comes with the room (see app/rooms.ts), so the inbox does not load the viewer's words.
 */
import { i18n, type Messages } from "@lingui/core";

export type Language = "nl" | "en";

const FILES = import.meta.glob<{ messages: Messages }>("../locales/*/*.po");
const rooms = new Set<string>();
const loaded = new Set<string>();

/** The language that is being changed to: a room that is entered meanwhile needs its texts in that one. */
let coming: Language | undefined;

/** What of the two languages the reader gets when nobody said: Dutch, but for a browser that asks for something else. */
export function preferredLanguage(asked: readonly string[] = navigator.languages): Language {
  const first = asked[0]?.toLowerCase() ?? "nl";
  return first.startsWith("nl") || first.startsWith("fy") ? "nl" : "en";
}

async function load(language: Language, room: string): Promise<void> {
  const path = `../locales/${language}/${room}.po`;
  const file = FILES[path];
  if (file === undefined || loaded.has(path)) return;
  const { messages } = await file();
  loaded.add(path);
  i18n.load(language, messages);
}

/** The texts of these rooms are there when the promise is kept. */
export async function needTexts(...names: string[]): Promise<void> {
  for (const name of names) rooms.add(name);
  let language: Language;
  do {
    language = coming ?? currentLanguage();
    await Promise.all(names.map((name) => load(language, name)));
  } while (language !== (coming ?? currentLanguage()));
}

/** Shows everything in this language from now on; `names` are rooms that need their texts. */
export async function speak(language: Language, ...names: string[]): Promise<void> {
  for (const name of names) rooms.add(name);
  coming = language;
  await Promise.all([...rooms].map((room) => load(language, room)));
  if (coming !== language && i18n.locale !== "") return; // another was asked for meanwhile, and is shown
  i18n.activate(language);
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return i18n.locale === "en" ? "en" : "nl";
}
