/** The panel at the right: reports and documents, key images, presentation states. */
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useDesk, useDeskState } from "./context";
import { Documents } from "./Documents";
import { KeyImages } from "./KeyImages";
import { Presentations } from "./Presentations";
import { Priors } from "./Priors";
import styles from "./side.module.css";

export function SidePanel() {
  const desk = useDesk();
  const { t } = useLingui();
  const panel = useDeskState((state) => state.panel);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (panel !== "none") box.current?.focus();
  }, [panel]);
  if (panel === "none") return null;
  return (
    <aside
      ref={box}
      className={styles.panel}
      data-wide={panel === "documents" || undefined}
      tabIndex={-1}
      aria-labelledby="viewer-panel"
    >
      <header>
        <h2 id="viewer-panel">
          {panel === "documents" && <Trans>Verslagen en documenten</Trans>}
          {panel === "key-images" && <Trans>Sleutelbeelden</Trans>}
          {panel === "presentations" && <Trans>Weergaven</Trans>}
          {panel === "priors" && <Trans>Andere onderzoeken</Trans>}
        </h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t`Paneel sluiten`}
          onClick={() => desk.state.set({ panel: "none" })}
        >
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </header>
      <div className={styles.panelBody}>
        {panel === "documents" && <Documents />}
        {panel === "key-images" && <KeyImages />}
        {panel === "presentations" && <Presentations />}
        {panel === "priors" && <Priors />}
      </div>
    </aside>
  );
}
