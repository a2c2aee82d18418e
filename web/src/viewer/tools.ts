/** The tools of the left button: their table, and how they are bound to mouse and touch in a group of panes. */

import * as tools from "@cornerstonejs/tools";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import {
  CrosshairGesture,
  PanGesture,
  PinchGesture,
  RotateGesture,
  ScrollGesture,
  WindowGesture,
  ZoomGesture,
} from "./gestures";
import { textLinesOf } from "./measurement-lines";

export type ToolId =
  | "window"
  | "scroll"
  | "pan"
  | "zoom"
  | "turn"
  | "length"
  | "angle"
  | "ellipse"
  | "rectangle"
  | "arrow"
  | "erase"
  | "crosshair";

export interface Tool {
  id: ToolId;
  name: MessageDescriptor;
  /** Name of the tool in Cornerstone. */
  tool: string;
  draws: boolean;
}

const draw = (id: ToolId, name: MessageDescriptor, tool: string): Tool => ({ id, name, tool, draws: true });
const move = (id: ToolId, name: MessageDescriptor, tool: string): Tool => ({ id, name, tool, draws: false });

export const TOOLS: readonly Tool[] = [
  move("window", msg`Venster`, WindowGesture.toolName),
  move("scroll", msg`Bladeren`, ScrollGesture.toolName),
  move("pan", msg`Verschuiven`, PanGesture.toolName),
  move("zoom", msg`Zoomen`, ZoomGesture.toolName),
  move("turn", msg`Vrij draaien`, RotateGesture.toolName),
  draw("length", msg`Lengte`, tools.LengthTool.toolName),
  draw("angle", msg`Hoek`, tools.AngleTool.toolName),
  draw("ellipse", msg`Ellips`, tools.EllipticalROITool.toolName),
  draw("rectangle", msg`Rechthoek`, tools.RectangleROITool.toolName),
  draw("arrow", msg`Pijl met tekst`, tools.ArrowAnnotateTool.toolName),
  move("erase", msg`Meting wissen`, tools.EraserTool.toolName),
  move("crosshair", msg`Kruisdraad`, CrosshairGesture.toolName),
];

/** Tools whose drawings are measurements or marks of the reader. */
export const DRAWING_TOOLS: readonly string[] = TOOLS.filter((tool) => tool.draws).map((tool) => tool.tool);

const GROUP = "stacks";
const { MouseBindings, KeyboardBindings } = tools.Enums;

/** Asks for the text of an arrow; the page sets it, because the question is a dialog of the page. */
type AskText = (answer: (text: string | undefined) => void, before?: string) => void;
let askText: AskText = (answer) => answer(undefined);

export function onArrowText(ask: AskText): () => void {
  askText = ask;
  return () => {
    askText = (answer) => answer(undefined);
  };
}

/** Makes the tools known to Cornerstone; once. */
export function registerTools(): void {
  const classes = [
    WindowGesture,
    ScrollGesture,
    PanGesture,
    ZoomGesture,
    PinchGesture,
    RotateGesture,
    CrosshairGesture,
    tools.LengthTool,
    tools.AngleTool,
    tools.EllipticalROITool,
    tools.RectangleROITool,
    tools.ArrowAnnotateTool,
    tools.EraserTool,
  ];
  for (const made of classes) tools.addTool(made);
  const style = tools.annotation.config.style.getDefaultToolStyles();
  tools.annotation.config.style.setDefaultToolStyles({
    ...style,
    global: {
      ...style.global,
      color: "#ffd166",
      colorHighlighted: "#7ee0ff",
      colorSelected: "#7ee0ff",
      colorLocked: "#c9b458",
      textBoxColor: "#ffd166",
      textBoxColorHighlighted: "#7ee0ff",
      textBoxColorSelected: "#7ee0ff",
      textBoxFontSize: "13px",
      textBoxFontFamily: "inherit",
      textBoxBackground: "rgb(0 0 0 / 55%)",
      lineWidth: "1.5",
    },
  });
}

/** The group of all stack panes; made when asked for first. */
export function stackGroup(): tools.Types.IToolGroup {
  const known = tools.ToolGroupManager.getToolGroup(GROUP);
  if (known) return known;
  const made = tools.ToolGroupManager.createToolGroup(GROUP) as tools.Types.IToolGroup;
  for (const { tool } of TOOLS) made.addTool(tool, configurationOf(tool));
  made.addTool(PinchGesture.toolName);
  chooseTool(made, "window");
  return made;
}

function configurationOf(tool: string): Record<string, unknown> {
  if (tool === tools.ArrowAnnotateTool.toolName)
    return {
      getTextCallback: (done: (text: string | undefined) => void) => askText(done),
      changeTextCallback: (data: { data: { label?: string } }, _event: unknown, done: (text?: string) => void) =>
        askText(done, data.data.label),
      arrowHeadStyle: "standard",
      arrowFirst: true,
    };
  return DRAWING_TOOLS.includes(tool) ? { getTextLines: textLinesOf(tool), shadow: true } : {};
}

/** Left button and one finger get this tool; the other buttons always do what a PACS user expects of them. */
export function chooseTool(group: tools.Types.IToolGroup, id: ToolId): void {
  const chosen = TOOLS.find((tool) => tool.id === id) as Tool;
  for (const { tool, draws } of TOOLS) {
    if (draws) group.setToolPassive(tool, { removeAllBindings: true });
    else group.setToolDisabled(tool);
  }
  const bindings = new Map<string, tools.Types.IToolBinding[]>([
    [chosen.tool, [{ mouseButton: MouseBindings.Primary }]],
    [PinchGesture.toolName, [{ numTouchPoints: 2 }]],
  ]);
  const also = (tool: string, binding: tools.Types.IToolBinding) =>
    bindings.set(tool, [...(bindings.get(tool) ?? []), binding]);
  also(ScrollGesture.toolName, { mouseButton: MouseBindings.Wheel });
  also(ZoomGesture.toolName, { mouseButton: MouseBindings.Wheel, modifierKey: KeyboardBindings.Ctrl });
  also(ZoomGesture.toolName, { mouseButton: MouseBindings.Secondary });
  also(PanGesture.toolName, { mouseButton: MouseBindings.Auxiliary });
  for (const [tool, list] of bindings) group.setToolActive(tool, { bindings: list });
}
