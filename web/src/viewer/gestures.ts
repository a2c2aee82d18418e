/**
 * What a drag, a wheel or two fingers do to a pane: window, scroll, pan, zoom, rotate.
 *
 * Own tools on Cornerstone's dispatching, so that the drawing tools and these share mouse and touch without a fight. They
 * know panes only by what a gesture needs of one.
 */
import { BaseTool } from "@cornerstonejs/tools";

/** What a gesture needs of a pane; stacks and MPR planes both have it. */
export interface GestureTarget {
  dragWindow(dx: number, dy: number): void;
  panBy(dx: number, dy: number): void;
  zoomBy(factor: number, at?: readonly [number, number]): void;
  step(delta: number): void;
  turnBy(degrees: number): void;
  /** How many pictures there are to scroll through. */
  length(): number;
  focus(): void;
  /** The crosshair was put here, where the target has one. */
  pointAt?(at: readonly [number, number]): void;
}

const targets = new Map<string, GestureTarget>();

/** Gestures on this viewport go to this target; the returned function ends it. */
export function listenToGestures(viewportId: string, target: GestureTarget): () => void {
  targets.set(viewportId, target);
  return () => {
    if (targets.get(viewportId) === target) targets.delete(viewportId);
  };
}

interface GestureEvent {
  detail: {
    viewportId: string;
    element: HTMLDivElement;
    deltaPoints: { canvas: [number, number] };
    deltaDistance?: { canvas: number };
    startPoints?: { canvas: [number, number] };
    lastPoints?: { canvas: [number, number] };
    currentPoints?: { canvas: [number, number] };
    currentPointsList?: { canvas: [number, number] }[];
    wheel?: { direction: number };
  };
}

abstract class Gesture extends BaseTool {
  constructor(toolProps = {}, defaults = { supportedInteractionTypes: ["Mouse" as const, "Touch" as const] }) {
    super(toolProps, defaults);
  }

  protected abstract drag(target: GestureTarget, event: GestureEvent): void;

  mouseDragCallback(event: GestureEvent): void {
    const target = targets.get(event.detail.viewportId);
    if (target) this.drag(target, event);
  }

  touchDragCallback(event: GestureEvent): void {
    this.mouseDragCallback(event);
  }
}

export class WindowGesture extends Gesture {
  static toolName = "Window";

  protected drag(target: GestureTarget, { detail }: GestureEvent): void {
    target.dragWindow(detail.deltaPoints.canvas[0], detail.deltaPoints.canvas[1]);
  }
}

export class PanGesture extends Gesture {
  static toolName = "Move";

  protected drag(target: GestureTarget, { detail }: GestureEvent): void {
    target.panBy(detail.deltaPoints.canvas[0], detail.deltaPoints.canvas[1]);
  }
}

export class ZoomGesture extends Gesture {
  static toolName = "Magnify";

  protected drag(target: GestureTarget, { detail }: GestureEvent): void {
    target.zoomBy(Math.exp(-detail.deltaPoints.canvas[1] / 150), detail.startPoints?.canvas);
  }

  mouseWheelCallback({ detail }: GestureEvent): void {
    targets
      .get(detail.viewportId)
      ?.zoomBy(detail.wheel?.direction === 1 ? 1 / 1.15 : 1.15, detail.currentPoints?.canvas);
  }
}

/** Two fingers: apart is nearer, and the picture follows them. */
export class PinchGesture extends Gesture {
  static toolName = "Pinch";

  protected drag(target: GestureTarget, { detail }: GestureEvent): void {
    const points = detail.currentPointsList ?? [];
    const [first, second] = points;
    target.panBy(detail.deltaPoints.canvas[0], detail.deltaPoints.canvas[1]);
    if (!first || !second) return;
    const apart = Math.hypot(first.canvas[0] - second.canvas[0], first.canvas[1] - second.canvas[1]);
    const before = apart - (detail.deltaDistance?.canvas ?? 0);
    const middle = [(first.canvas[0] + second.canvas[0]) / 2, (first.canvas[1] + second.canvas[1]) / 2] as const;
    if (before > 8 && apart > 8) target.zoomBy(apart / before, middle);
  }
}

export class ScrollGesture extends Gesture {
  static toolName = "Scroll";
  private rest = 0;

  protected drag(target: GestureTarget, { detail }: GestureEvent): void {
    const perPicture = Math.min(24, Math.max(3, (detail.element.clientHeight * 0.8) / Math.max(1, target.length())));
    this.rest += detail.deltaPoints.canvas[1] / perPicture;
    const whole = Math.trunc(this.rest);
    this.rest -= whole;
    if (whole !== 0) target.step(whole);
  }

  mouseWheelCallback({ detail }: GestureEvent): void {
    targets.get(detail.viewportId)?.step(detail.wheel?.direction === -1 ? -1 : 1);
  }
}

export class RotateGesture extends Gesture {
  static toolName = "Turn";

  protected drag(target: GestureTarget, { detail }: GestureEvent): void {
    const { clientWidth, clientHeight } = detail.element;
    const angle = ([x, y]: [number, number]) => Math.atan2(y - clientHeight / 2, x - clientWidth / 2);
    if (!detail.currentPoints || !detail.lastPoints) return;
    const turned = ((angle(detail.currentPoints.canvas) - angle(detail.lastPoints.canvas)) * 180) / Math.PI;
    if (Math.abs(turned) < 90) target.turnBy(turned);
  }
}

/** Puts the crosshair of MPR where the pointer is. */
export class CrosshairGesture extends Gesture {
  static toolName = "Crosshair";

  protected drag(target: GestureTarget, { detail }: GestureEvent): void {
    if (detail.currentPoints) target.pointAt?.(detail.currentPoints.canvas);
  }

  preMouseDownCallback = (event: GestureEvent): boolean => {
    const target = targets.get(event.detail.viewportId);
    if (target) this.drag(target, event);
    return false;
  };

  preTouchStartCallback = this.preMouseDownCallback;
}
