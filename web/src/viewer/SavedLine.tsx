/** That it was saved, and the way to take it back. */
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import sideStyles from "./side.module.css";
import type { Saving } from "./useSaving";

export function SavedLine({ saving, children }: { saving: Saving; children: ReactNode }) {
  if (!saving.saved) return null;
  return (
    <div className={sideStyles.saved} role="status">
      <p>{children}</p>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconArrowBackUp size={14} aria-hidden />}
        loading={saving.busy}
        onClick={() => void saving.undo()}
      >
        <Trans>Ongedaan maken</Trans>
      </Button>
    </div>
  );
}
