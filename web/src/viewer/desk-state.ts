/** What the whole desk shows, apart from what each pane does. */
import type { MessageDescriptor } from "@lingui/core";
import type { Layout } from "./layouts";
import type { RelatedStudy } from "./related";
import type { ToolId } from "./tools";

export type Panel = "none" | "documents" | "key-images" | "presentations" | "priors" | "warnings";

/** A word to the reader that passes, such as what a key did or why it did not. */
export interface Note {
  text: MessageDescriptor;
  bad: boolean;
  /** Grows, so that the same note twice is seen twice. */
  at: number;
}

export interface DeskState {
  layout: Layout;
  active: number;
  /** The pane that fills the desk, or null. */
  large: number | null;
  tool: ToolId;
  mode: "stacks" | "mpr";
  texts: boolean;
  overlays: boolean;
  sync: boolean;
  lines: boolean;
  help: boolean;
  panel: Panel;
  /** Pictures a second of cine, when the reader chose another speed than the picture's own. */
  speed: number | null;
  /** Letter keys do something (WCAG 2.1.4: they can be turned off). */
  keys: boolean;
  /** A picture without a name is being made of what the active pane shows. */
  picture: boolean;
  note: Note | null;
  /** Grows with everything that changes in the studies. */
  version: number;
  /** SOP Instance UID and frame of pictures that were marked here, as "uid/frame". */
  marked: ReadonlySet<string>;
  /** What lies at the node of the patient. */
  related: readonly RelatedStudy[];
}

export function firstDesk(): DeskState {
  return {
    layout: { rows: 1, columns: 1 },
    active: 0,
    large: null,
    tool: "window",
    mode: "stacks",
    texts: true,
    overlays: true,
    sync: false,
    lines: false,
    help: false,
    panel: "none",
    speed: null,
    keys: true,
    picture: false,
    note: null,
    version: 0,
    marked: new Set(),
    related: [],
  };
}
