/** Warnings of the series in a pane: a small strip, opened for the rest, closed by the reader. */
import { Trans, useLingui } from "@lingui/react/macro";
import { IconAlertTriangle, IconChevronDown, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useDesk, useDeskState } from "./context";
import { inspectStack } from "./geometry";
import type { Pane } from "./pane";
import styles from "./pane.module.css";
import { planesIn } from "./scrolling";
import { useStore } from "./store";
import { WarningWords } from "./WarningWords";
import { type Warning, warningsOf } from "./warnings";

export function PaneWarnings({ pane }: { pane: Pane }) {
  const desk = useDesk();
  const { t } = useLingui();
  useDeskState((state) => state.version);
  const series = useStore(pane.state, (state) => state.series);
  const clamped = useStore(pane.state, (state) => state.clamped);
  useStore(pane.state, (state) => state.count);
  const [closed, setClosed] = useState<string | null>(null);
  const [wide, setWide] = useState(false);
  if (!series || !pane.series || closed === series) return null;
  const warnings = warningsOfPane(pane, clamped, desk.failedIn(pane.series));
  const [first, ...rest] = [...warnings].sort((a, b) => Number(b.serious) - Number(a.serious));
  if (!first || (!first.serious && desk.state.get().layout.rows * desk.state.get().layout.columns > 4)) return null;
  return (
    <div className={styles.paneWarnings} data-serious={first.serious || undefined} role="status">
      <IconAlertTriangle size={15} aria-hidden />
      <ul>
        {[first, ...(wide ? rest : [])].map((warning, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: warnings have no name and are never reordered
          <li key={place}>
            <WarningWords warning={warning} />
          </li>
        ))}
      </ul>
      {rest.length > 0 && !wide && (
        <button type="button" onClick={() => setWide(true)}>
          <IconChevronDown size={14} aria-hidden /> <Trans>nog {rest.length}</Trans>
        </button>
      )}
      <button type="button" aria-label={t`Waarschuwing sluiten`} onClick={() => setClosed(series)}>
        <IconX size={14} aria-hidden />
      </button>
    </div>
  );
}

function warningsOfPane(pane: Pane, clamped: boolean, failed: number): Warning[] {
  const arriving = pane.study?.state !== "complete";
  const planes = pane.imageIds.length >= 3 ? planesIn(pane) : [];
  return warningsOf(pane.series?.problems ?? [], inspectStack(planes), { arriving, clamped, failed });
}
