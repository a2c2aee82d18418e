/** Makes Cornerstone know the pictures of open studies. */
import { dropCached, registerLoader, SCHEME } from "./loader";
import { onDropped, studyOf } from "./open";

let ready = false;

/** Call once after Cornerstone's own `init()`; again does nothing. */
export function initJoin(): void {
  if (ready) return;
  ready = true;
  onDropped(dropCached);
  registerLoader((imageId) => studyOf(imageId.slice(SCHEME.length + 1).split("/", 1)[0] ?? ""));
}
