/** Applies what a presentation state asks to a pane: turn, part, window; its drawings are laid over by `PresentationMarks`. */
import { markedFrame } from "./marked-frame";
import type { Pane } from "./pane";
import { type Area, askedOf, type Presentation } from "./presentation-state";

/** Shows a state in a pane, going to the first picture that it refers to when the pane shows none of them. */
export async function applyPresentation(pane: Pane, state: Presentation): Promise<boolean> {
  const here = markedFrame(pane);
  if (!here || !askedOf(state, here.sop, here.frame)) {
    const index = firstReferred(pane, state);
    if (index < 0) return false;
    await pane.goTo(index);
  }
  const frame = markedFrame(pane);
  const asked = frame && askedOf(state, frame.sop, frame.frame);
  if (!asked) return false;
  pane.fit();
  pane.setFlip(asked.flip, false);
  pane.rotateTo(asked.rotation);
  if (asked.area) showArea(pane, asked.area);
  if (asked.window) pane.showWindow(asked.window);
  pane.setInvert(asked.invert !== pane.startsInverted());
  pane.state.set({ presentation: state.uid, revision: pane.state.get().revision + 1 });
  return true;
}

function firstReferred(pane: Pane, state: Presentation): number {
  return pane.imageIds.findIndex((imageId) => {
    const image = pane.study?.image(imageId);
    return image ? askedOf(state, image.instance.sopInstanceUid, image.frame) !== null : false;
  });
}

function showArea(pane: Pane, area: Area): void {
  const element = pane.element;
  const [from, to] = [pane.toCanvas(area.from), pane.toCanvas(area.to)];
  if (!element || !from || !to) return;
  const [width, height] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
  if (width < 1 || height < 1) return;
  const whole = Math.min(element.clientWidth / width, element.clientHeight / height);
  if (area.mode === "magnify") {
    pane.realSize();
    pane.zoomBy(area.magnification);
  } else pane.zoomBy(whole);
  pane.centreOn([(area.from[0] + area.to[0]) / 2, (area.from[1] + area.to[1]) / 2]);
}
