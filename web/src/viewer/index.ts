/** The viewer's room, loaded lazily: nothing outside of it imports Cornerstone3D. */
export type { Desk } from "./desk";
export { type LiveState, LiveView, type RemotePointerState } from "./live";
export { ViewerPage, type ViewerPageProps } from "./ViewerPage";
