/** A one-time code that came in the fragment of a link, which no server and no log ever sees. */

/** The code, taken out of the address at once; "" when there is none. */
export function takeToken(location: Location, history: Pick<History, "replaceState">): string {
  const fragment = decodeURIComponent(location.hash.replace(/^#/, ""));
  if (fragment === "") return "";
  history.replaceState(null, "", location.pathname);
  return fragment.replace(/^token=/, "").trim();
}
