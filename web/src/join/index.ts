/**
 * The only code where a name meets a picture.
 *
 * `openStudy` reads metadata from the vault and frames from the pixel line, and joins them for Cornerstone3D: an image
 * loader for the scheme `bb:` and a metadata provider for all modules. Nothing of it is kept outside memory.
 *
 * ```ts
 * initJoin();                                   // once, after Cornerstone's own init()
 * const study = openStudy({ kind: "exchange", id });
 * await study.ready;                            // first pictures known; more may follow
 * viewport.setStack([...study.series[0].imageIds]);
 * study.look(imageId, +1);                      // on every scroll
 * study.close();                                // when the tab, or the session, ends
 * ```
 */

export { holdsIdentity } from "./identity-in";
export { initJoin } from "./init";
export { closeAll, openStudies, openStudy } from "./open";
export type * from "./types";
