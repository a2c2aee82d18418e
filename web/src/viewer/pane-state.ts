/** What one pane shows: the part of it that texts, tools and other panes watch. */
import type { Fault } from "@/join";
import type { Window } from "./presets";

export interface PaneState {
  study: string | null;
  series: string | null;
  /** Which run of a series with several (phases, echoes). */
  run: number;
  /** Of the picture on screen; -1 when there is none. */
  index: number;
  count: number;
  imageId: string | null;
  /** The picture asked for, when it is not the one on screen yet. */
  wanted: number | null;
  window: Window | null;
  /** True when the window of the header could not be shown as it was. */
  clamped: boolean;
  preset: string | null;
  /** 1 is fitted to the pane. */
  zoom: number;
  rotation: number;
  flipH: boolean;
  flipV: boolean;
  invert: boolean;
  /** Why the picture asked for cannot be shown. */
  fault: Fault | null;
  playing: boolean;
  /** Changes with every change of the camera or the picture: overlays are laid anew. */
  revision: number;
  /** The presentation state that is applied, by its SOP Instance UID. */
  presentation: string | null;
}

export const EMPTY_PANE: PaneState = {
  study: null,
  series: null,
  run: 0,
  index: -1,
  count: 0,
  imageId: null,
  wanted: null,
  window: null,
  clamped: false,
  preset: null,
  zoom: 1,
  rotation: 0,
  flipH: false,
  flipV: false,
  invert: false,
  fault: null,
  playing: false,
  revision: 0,
  presentation: null,
};
