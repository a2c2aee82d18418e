/** The place in the stack at the right edge of a pane: seen, and dragged by mouse, finger or keyboard. */
import { useLingui } from "@lingui/react/macro";
import type { Pane } from "./pane";
import styles from "./pane.module.css";
import { useStore } from "./store";

export function ScrollBar({ pane }: { pane: Pane }) {
  const { t } = useLingui();
  const index = useStore(pane.state, (state) => state.wanted ?? state.index);
  const count = useStore(pane.state, (state) => state.count);
  if (count < 2) return null;
  return (
    <input
      type="range"
      className={styles.scrollBar}
      aria-label={t`Plaats in de serie`}
      aria-valuetext={t`beeld ${index + 1} van ${count}`}
      aria-orientation="vertical"
      tabIndex={-1}
      min={0}
      max={count - 1}
      value={Math.max(0, index)}
      onChange={(event) => void pane.goTo(Number(event.currentTarget.value))}
    />
  );
}
