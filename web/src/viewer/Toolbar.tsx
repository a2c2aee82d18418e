/** The toolbar: every tool with an icon, a name and its key; on a phone one row that scrolls. */

import type { MessageDescriptor } from "@lingui/core";
import { useLingui } from "@lingui/react/macro";
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  type Icon,
  IconAdjustmentsAlt,
  IconAngle,
  IconArrowLeft,
  IconArrowsMaximize,
  IconArrowsMove,
  IconArrowUpRight,
  IconBadge3d,
  IconCircle,
  IconContrast2,
  IconEraser,
  IconFlipHorizontal,
  IconFlipVertical,
  IconFocusCentered,
  IconHelp,
  IconHistory,
  IconLayoutGrid,
  IconLetterT,
  IconLineDashed,
  IconLink,
  IconPhotoShare,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconReportMedical,
  IconRotateClockwise,
  IconRuler2,
  IconSquare,
  IconStack2,
  IconStar,
  IconStars,
  IconSwitchVertical,
  IconZoomIn,
} from "@tabler/icons-react";
import { speedOf } from "./cine";
import { perform } from "./commands";
import { useDesk, useDeskState } from "./context";
import type { Panel } from "./desk-state";
import { type Action, KEYS, keyCaps } from "./keys";
import { LAYOUTS, layoutName } from "./layouts";
import { leave } from "./leave";
import { PresetMenu } from "./PresetMenu";
import { useMayPicture } from "./picture/may";
import { useStore } from "./store";
import type { ToolId } from "./tools";
import styles from "./viewer.module.css";

const TOOL_BUTTONS: readonly [ToolId, Action, Icon][] = [
  ["window", "tool-window", IconContrast2],
  ["scroll", "tool-scroll", IconSwitchVertical],
  ["zoom", "tool-zoom", IconZoomIn],
  ["pan", "tool-pan", IconArrowsMove],
];
const MEASURE_BUTTONS: readonly [ToolId, Action, Icon][] = [
  ["length", "tool-length", IconRuler2],
  ["angle", "tool-angle", IconAngle],
  ["ellipse", "tool-ellipse", IconCircle],
  ["rectangle", "tool-rectangle", IconSquare],
  ["arrow", "tool-arrow", IconArrowUpRight],
];
const VIEW_BUTTONS: readonly [Action, Icon][] = [
  ["invert", IconAdjustmentsAlt],
  ["rotate", IconRotateClockwise],
  ["flip-horizontal", IconFlipHorizontal],
  ["flip-vertical", IconFlipVertical],
  ["reset", IconRefresh],
];

function nameOf(action: Action): MessageDescriptor {
  return KEYS.find((key) => key.action === action)?.name as MessageDescriptor;
}

export function Toolbar() {
  const { t } = useLingui();
  const tool = useDeskState((state) => state.tool);
  const sync = useDeskState((state) => state.sync);
  const lines = useDeskState((state) => state.lines);
  const texts = useDeskState((state) => state.texts);
  const mode = useDeskState((state) => state.mode);
  const large = useDeskState((state) => state.large);
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t`Gereedschap`} onMouseDown={keepFocus}>
      <Tooltip label={t`Terug naar de lijst`}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t`Terug naar de lijst`} onClick={leave}>
          <IconArrowLeft size={20} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Separator />
      {TOOL_BUTTONS.map(([id, action, icon]) => (
        <ToolButton key={id} action={action} icon={icon} on={tool === id} />
      ))}
      {mode === "mpr" && <CrosshairButton />}
      <PresetMenu />
      <Separator />
      {VIEW_BUTTONS.map(([action, icon]) => (
        <ToolButton key={action} action={action} icon={icon} />
      ))}
      <Separator />
      {MEASURE_BUTTONS.map(([id, action, icon]) => (
        <ToolButton key={id} action={action} icon={icon} on={tool === id} />
      ))}
      <ToolButton action="delete" icon={IconEraser} />
      <ToolButton action="key-image" icon={IconStar} />
      <PictureButton />
      <Separator />
      <CineButton />
      <ToolButton action="mpr" icon={IconBadge3d} on={mode === "mpr"} />
      <LayoutMenu />
      <ToolButton action="maximise" icon={IconArrowsMaximize} on={large !== null} />
      <ToolButton action="sync" icon={IconLink} on={sync} />
      <ToolButton action="lines" icon={IconLineDashed} on={lines} />
      <ToolButton action="texts" icon={IconLetterT} on={texts} />
      <span className={styles.spring} />
      <PanelButton panel="priors" icon={IconHistory} name={t`Andere onderzoeken`} />
      <PanelButton panel="key-images" icon={IconStars} name={t`Sleutelbeelden`} />
      <PanelButton panel="presentations" icon={IconStack2} name={t`Weergaven`} />
      <PanelButton panel="documents" icon={IconReportMedical} name={t`Verslagen en documenten`} />
      <ToolButton action="help" icon={IconHelp} />
    </div>
  );
}

/** Only for who may hand out pictures. */
function PictureButton() {
  return useMayPicture() ? <ToolButton action="picture" icon={IconPhotoShare} /> : null;
}

/** A click on the toolbar leaves the focus with the pictures, so that the keys go on working there. */
function keepFocus(event: React.MouseEvent): void {
  if ((event.target as Element).closest("button")) event.preventDefault();
}

function Separator() {
  return <span className={styles.separator} aria-hidden />;
}

export function ToolButton({
  action,
  icon: Shape,
  on,
  label,
}: {
  action: Action;
  icon: Icon;
  on?: boolean;
  label?: string;
}) {
  const desk = useDesk();
  const { i18n } = useLingui();
  const name = label ?? i18n._(nameOf(action));
  const caps = keyCaps(action)[0];
  return (
    <Tooltip label={<TipText name={name} caps={caps} />}>
      <ActionIcon
        variant={on ? "filled" : "subtle"}
        color={on ? "petrol" : "gray"}
        size="lg"
        aria-label={name}
        aria-keyshortcuts={caps}
        aria-pressed={on}
        onClick={() => perform(desk, action)}
      >
        <Shape size={20} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

export function TipText({ name, caps }: { name: string; caps: string | undefined }) {
  return (
    <span>
      {name} {caps && <kbd className={styles.cap}>{caps}</kbd>}
    </span>
  );
}

function CrosshairButton() {
  const desk = useDesk();
  const { t } = useLingui();
  const on = useDeskState((state) => state.tool === "crosshair");
  return (
    <Tooltip label={t`Kruisdraad`}>
      <ActionIcon
        variant={on ? "filled" : "subtle"}
        color={on ? "petrol" : "gray"}
        size="lg"
        aria-label={t`Kruisdraad`}
        aria-pressed={on}
        onClick={() => desk.setTool("crosshair")}
      >
        <IconFocusCentered size={20} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function PanelButton({ panel, icon: Shape, name }: { panel: Panel; icon: Icon; name: string }) {
  const desk = useDesk();
  const on = useDeskState((state) => state.panel === panel);
  return (
    <Tooltip label={name}>
      <ActionIcon
        variant={on ? "filled" : "subtle"}
        color={on ? "petrol" : "gray"}
        size="lg"
        aria-label={name}
        aria-pressed={on}
        onClick={() => desk.togglePanel(panel)}
      >
        <Shape size={20} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function CineButton() {
  const desk = useDesk();
  const active = useDeskState((state) => state.active);
  useDeskState((state) => state.layout);
  const pane = desk.panes[active];
  if (!pane) return null;
  return <CineOf key={pane.id} pane={pane} />;
}

const SPEEDS = [2, 5, 8, 10, 12, 15, 20, 25, 30, 40, 60];

function CineOf({ pane }: { pane: NonNullable<ReturnType<typeof useDesk>["active"]> }) {
  const desk = useDesk();
  const { t } = useLingui();
  const playing = useStore(pane.state, (state) => state.playing);
  const chosen = useDeskState((state) => state.speed);
  const own = Math.round(speedOf(pane.series?.frameRate ?? null, pane.series?.volume ?? false));
  const speeds = [...new Set([...SPEEDS, own])].sort((a, b) => a - b);
  return (
    <>
      <ToolButton
        action="cine"
        icon={playing ? IconPlayerPause : IconPlayerPlay}
        on={playing}
        label={playing ? t`Stoppen` : t`Afspelen`}
      />
      {playing && (
        <select
          className={styles.speed}
          aria-label={t`Beelden per seconde`}
          value={chosen ?? own}
          onChange={(event) => desk.setSpeed(Number(event.currentTarget.value))}
        >
          {speeds.map((speed) => (
            <option key={speed} value={speed}>
              {speed}/s
            </option>
          ))}
        </select>
      )}
    </>
  );
}

function LayoutMenu() {
  const { t } = useLingui();
  const desk = useDesk();
  const layout = useDeskState((state) => state.layout);
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Tooltip label={t`Indeling`}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t`Indeling: ${layoutName(layout)}`}>
            <IconLayoutGrid size={20} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.layouts}>
          {LAYOUTS.map((one) => (
            <Menu.Item
              key={layoutName(one)}
              className={styles.layoutItem}
              aria-label={layoutName(one)}
              onClick={() => desk.setLayout(one)}
            >
              <span
                className={styles.layoutShape}
                style={{ gridTemplate: `repeat(${one.rows}, 1fr) / repeat(${one.columns}, 1fr)` }}
                aria-hidden
              >
                {Array.from({ length: one.rows * one.columns }, (_, cell) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells of a drawing have nothing but their place
                  <i key={cell} />
                ))}
              </span>
              {layoutName(one)}
            </Menu.Item>
          ))}
        </div>
        <Menu.Divider />
        <Menu.Item onClick={() => void desk.hang()}>{t`Opnieuw ophangen`}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
