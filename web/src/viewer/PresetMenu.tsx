/** Window presets of the modality in the active pane, with their keys. */
import { useLingui } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useDesk, useDeskState } from "./context";
import type { Pane } from "./pane";
import { presetsFor } from "./presets";
import { useStore } from "./store";
import styles from "./viewer.module.css";

export function PresetMenu() {
  const desk = useDesk();
  const active = useDeskState((state) => state.active);
  useDeskState((state) => state.layout);
  const pane = desk.panes[active];
  return pane ? <PresetsOf key={pane.id} pane={pane} /> : null;
}

function PresetsOf({ pane }: { pane: Pane }) {
  const desk = useDesk();
  const { i18n, t } = useLingui();
  const chosen = useStore(pane.state, (state) => state.preset);
  useStore(pane.state, (state) => state.series);
  const presets = presetsFor(pane.series?.modality ?? "");
  const current = presets.find((preset) => preset.id === chosen);
  const name = current ? i18n._(current.name) : chosen === "sent" ? t`Zoals verzonden` : t`Eigen venster`;
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          className={styles.presetButton}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={t`Vensterinstelling: ${name}`}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.map((preset, place) => (
          <Menu.Item
            key={preset.id}
            onClick={() => desk.applyPreset(preset)}
            rightSection={place < 9 ? <kbd className={styles.cap}>{place + 1}</kbd> : undefined}
            data-chosen={preset.id === chosen || undefined}
          >
            {i18n._(preset.name)}
            {preset.meaning.kind === "fixed" && (
              <span className={styles.quiet}>
                {" "}
                {preset.meaning.width} / {preset.meaning.center}
              </span>
            )}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
