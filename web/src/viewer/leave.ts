/** Back to where the reader came from in the portal; to the beginning when a link from outside opened the viewer. */
export function leave(): void {
  // the router numbers the portal's own steps; the browser's history alone also has the mail or the record before it
  const own: unknown = window.history.state?.__TSR_index;
  if (typeof own === "number" && own > 0) window.history.back();
  else window.location.assign("/");
}
