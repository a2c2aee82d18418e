/**
 * Panes that scroll together: by position in the patient where both stacks lie in one frame of reference, else by an offset
 * fixed when they were linked (a prior lies in another frame), else, for stacks without positions, picture by picture.
 */
import { planeOf } from "./describe";
import { follow, offsetBetween, type Plane } from "./geometry";
import type { Pane } from "./pane";

type Offsets = Map<string, number | null>;

export class Scrolling {
  private offsets: Offsets = new Map();
  private moving = false;

  /** Keeps the distance that panes have now, for those that share no frame of reference. */
  link(panes: readonly Pane[]): void {
    this.offsets = new Map();
    for (const from of panes)
      for (const to of panes) {
        if (from === to) continue;
        const [a, b] = [planeIn(from), planeIn(to)];
        const same = a && b && a.frameOfReference !== "" && a.frameOfReference === b.frameOfReference;
        this.offsets.set(
          pair(from, to),
          a && b ? (same ? 0 : offsetBetween(a, b)) : to.state.get().index - from.state.get().index,
        );
      }
  }

  /** Brings the others to where this pane is. */
  async follow(from: Pane, panes: readonly Pane[]): Promise<void> {
    if (this.moving) return;
    this.moving = true;
    try {
      const plane = planeIn(from);
      await Promise.all(panes.filter((pane) => pane !== from).map((to) => this.bring(from, to, plane)));
    } finally {
      this.moving = false;
    }
  }

  private async bring(from: Pane, to: Pane, plane: Plane | null): Promise<void> {
    if (!to.study || !to.series) return;
    const offset = this.offsets.get(pair(from, to)) ?? null;
    const planes = planesIn(to);
    if (plane && planes.some((one) => one !== null)) {
      const index = follow(plane, planes, offset);
      if (index !== null) await to.goTo(index);
    } else if (!plane && offset !== null) await to.goTo(from.state.get().index + offset);
  }
}

function pair(from: Pane, to: Pane): string {
  return `${from.id}>${to.id}`;
}

function planeIn(pane: Pane): Plane | null {
  const { imageId } = pane.state.get();
  const image = imageId ? pane.study?.image(imageId) : null;
  return image ? planeOf(image) : null;
}

const known = new WeakMap<readonly string[], (Plane | null)[]>();

/** Planes of a whole stack, read once. */
export function planesIn(pane: Pane): (Plane | null)[] {
  const stack = pane.imageIds;
  const had = known.get(stack);
  if (had) return had;
  const planes = stack.map((imageId) => {
    const image = pane.study?.image(imageId);
    return image ? planeOf(image) : null;
  });
  known.set(stack, planes);
  return planes;
}
