/**
 * Where the page begins: who comes for a picture, from a message or another program, gets that first; then the program.
 */
import "./ahead"; // first: it asks while the rest is read
import { askEarly } from "@/api/early";

/** So long the program waits for the first picture before it takes the processor itself. */
const AHEAD_MS = 1200;

async function begin(): Promise<void> {
  const opened = /^\/uitwisseling\/([0-9a-f]{32})$/.exec(window.location.pathname)?.[1];
  if (opened !== undefined) {
    askEarly(`/api/v1/exchanges/${opened}/study`);
    const looked = import("@/viewer/first").then(({ firstLook }) => firstLook(opened));
    // what fails here fails in the program too, which can say so
    await Promise.race([looked.catch(() => undefined), new Promise((go) => setTimeout(go, AHEAD_MS))]);
  }
  await import("./main");
}

void begin();
