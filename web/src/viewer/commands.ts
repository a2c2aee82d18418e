/** What every key and button does, in one table, so that both do the same. */
import { msg } from "@lingui/core/macro";
import { togglePrior } from "./beside";
import type { Desk } from "./desk";
import { toggleMark } from "./key-objects";
import type { Action } from "./keys";
import { toggleMpr } from "./mpr";
import { presetsFor } from "./presets";

type Command = (desk: Desk) => void;
type Named = Exclude<Action, `preset-${number}`>;

const COMMANDS: Record<Named, Command> = {
  next: (desk) => desk.step(1),
  previous: (desk) => desk.step(-1),
  "next-ten": (desk) => desk.step(10),
  "previous-ten": (desk) => desk.step(-10),
  first: (desk) => void desk.active?.goTo(0),
  last: (desk) => void desk.active?.goTo(desk.active.imageIds.length - 1),
  "next-series": (desk) => desk.stepSeries(1),
  "previous-series": (desk) => desk.stepSeries(-1),
  "next-pane": (desk) => desk.activate((desk.state.get().active + 1) % Math.max(1, desk.visible().length)),
  invert: (desk) => (desk.mpr ?? desk.active)?.invert(),
  rotate: (desk) => desk.active?.rotate(90),
  "rotate-back": (desk) => desk.active?.rotate(-90),
  "flip-horizontal": (desk) => desk.active?.flip("horizontal"),
  "flip-vertical": (desk) => desk.active?.flip("vertical"),
  reset: (desk) => (desk.mpr ?? desk.active)?.reset(),
  fit: (desk) => desk.active?.fit(),
  "real-size": (desk) => desk.active?.realSize(),
  "tool-window": (desk) => desk.setTool("window"),
  "tool-scroll": (desk) => desk.setTool("scroll"),
  "tool-zoom": (desk) => desk.setTool("zoom"),
  "tool-pan": (desk) => desk.setTool("pan"),
  "tool-length": (desk) => desk.setTool("length"),
  "tool-angle": (desk) => desk.setTool("angle"),
  "tool-ellipse": (desk) => desk.setTool("ellipse"),
  "tool-rectangle": (desk) => desk.setTool("rectangle"),
  "tool-arrow": (desk) => desk.setTool("arrow"),
  delete: (desk) => desk.deleteDrawing(),
  mpr: (desk) => toggleMpr(desk),
  cine: (desk) => desk.toggleCine(),
  "key-image": (desk) => toggleMark(desk),
  picture: (desk) => openPicture(desk),
  texts: (desk) => desk.state.set({ texts: !desk.state.get().texts }),
  overlays: (desk) => desk.state.set({ overlays: !desk.state.get().overlays }),
  sync: (desk) => desk.toggleSync(),
  prior: (desk) => togglePrior(desk),
  lines: (desk) => desk.state.set({ lines: !desk.state.get().lines }),
  maximise: (desk) => desk.toggleLarge(),
  help: (desk) => desk.state.set({ help: !desk.state.get().help }),
  escape: (desk) => stepBack(desk),
};

/** Planes of MPR are computed here and of no instance that the record could name. */
function openPicture(desk: Desk): void {
  const shown = desk.active?.state.get();
  if (desk.mpr) desk.say(msg`Ga eerst terug uit MPR: een plaatje wordt van een beeld van het onderzoek gemaakt.`);
  else if (!shown?.imageId || shown.fault) desk.say(msg`Er is geen beeld om een plaatje van te maken.`);
  else desk.state.set({ picture: true });
}

function stepBack(desk: Desk): void {
  const { help, panel, large, mode } = desk.state.get();
  if (help) desk.state.set({ help: false });
  else if (panel !== "none") desk.state.set({ panel: "none" });
  else if (large !== null) desk.state.set({ large: null });
  else if (mode === "mpr") toggleMpr(desk);
  else desk.setTool("window");
}

function preset(desk: Desk, place: number): void {
  const pane = desk.active;
  if (!pane?.series) return;
  const presets = presetsFor(pane.series.modality);
  const chosen =
    place === 0 ? { id: "sent", name: msg`Zoals verzonden`, meaning: { kind: "sent" as const } } : presets[place - 1];
  if (chosen) desk.applyPreset(chosen);
}

/** Does what a key or a button means. */
export function perform(desk: Desk, action: Action): void {
  if (action.startsWith("preset-")) preset(desk, Number(action.slice("preset-".length)));
  else COMMANDS[action as Named](desk);
}
