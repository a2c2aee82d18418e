/**
 * Drawing without WebGL: virtual desktops and locked-down browsers have none, or one in software that takes long to start.
 *
 * Cornerstone's processor path draws by itself, but its rendering engine still makes windows of vtk.js first, which throw
 * without WebGL. This puts windows in their place that never draw. It leans on private parts of Cornerstone 5.14; a browser test without
 * WebGL guards it.
 */
import type { RenderingEngine } from "@cornerstonejs/core";

/** A renderer as far as a pane touches it when the processor draws. */
const STILL_RENDERER = {
  getActiveCamera: () => ({ setParallelProjection: () => undefined }),
  setViewport: () => undefined,
};

class StillWindow {
  private readonly ids = new Set<string>();

  resize(): void {}

  addRenderer({ id }: { id: string }): void {
    this.ids.add(id);
  }

  removeRenderer(id: string): void {
    this.ids.delete(id);
  }

  getRenderer(id: string): unknown {
    return this.ids.has(id) ? STILL_RENDERER : undefined;
  }

  getRenderers(): unknown[] {
    return [];
  }

  delete(): void {
    this.ids.clear();
  }
}

class StillPool {
  private readonly window = new StillWindow();
  private readonly container = document.createElement("div");

  getContextByIndex(): { context: StillWindow; container: HTMLElement } {
    return { context: this.window, container: this.container };
  }

  getAllContexts(): StillWindow[] {
    return [this.window];
  }

  getContextCount(): number {
    return 1;
  }

  getContextIndexForViewport(): number {
    return 0;
  }

  getMaxSizeForContext(): { width: number; height: number } {
    return { width: 1, height: 1 };
  }

  assignViewportToContext(): void {}

  updateViewportSize(): boolean {
    return false;
  }

  removeViewport(): void {}

  destroy(): void {
    this.window.delete();
  }
}

interface Implementation {
  contextPool?: unknown;
  _renderViewportWithContext?: (viewport: unknown) => unknown;
}

/** Makes an engine that was made without WebGL usable for the processor path. */
export function drawWithoutWebgl(engine: RenderingEngine): void {
  const { _implementation: implementation } = engine as unknown as { _implementation?: Implementation };
  if (!implementation) return;
  implementation.contextPool = new StillPool();
  implementation._renderViewportWithContext = () => undefined;
}
