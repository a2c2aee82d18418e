/** What stands on the first screen is fetched before it is drawn, so that it is drawn once; but not for long. */
import type { QueryClient } from "@tanstack/react-query";
import { countsQuery, may, startQuery } from "@/api/queries";
import { speak } from "@/words/catalogues";
import { firstList } from "./ahead";
import { warmList } from "./rooms";

/** How long the page stays empty for the sake of its first screen. */
const PATIENCE_MS = 700;

async function fetched(client: QueryClient): Promise<void> {
  const room = firstList === null ? null : warmList();
  room?.catch(() => undefined);
  const { session } = await client.fetchQuery(startQuery);
  if (session === null) return;
  const words = session.language === "nl" || session.language === "en" ? speak(session.language) : undefined;
  if (firstList === null || room === null || !may(session, "see-exchanges")) return words;
  const rows = firstList.filtered ? undefined : (await room).fetchFirst(client, firstList.direction);
  await Promise.all([room, words, rows, client.prefetchQuery(countsQuery)]);
}

/** Kept when all is there, when something failed (who draws it says so), or when it takes too long. */
export function firstScreen(client: QueryClient): Promise<unknown> {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  return Promise.race([fetched(client).catch(() => undefined), late]);
}
