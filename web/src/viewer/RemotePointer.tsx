/** Pointers of the people at the other side, on the picture that they point at. */
import { remotePointers } from "./live";
import { markedFrame } from "./marked-frame";
import type { Pane } from "./pane";
import styles from "./pane.module.css";
import { useStore } from "./store";

export function RemotePointer({ pane }: { pane: Pane }) {
  const { all } = useStore(remotePointers);
  return all.size === 0 ? null : <Pointers pane={pane} />;
}

function Pointers({ pane }: { pane: Pane }) {
  const { all } = useStore(remotePointers);
  useStore(pane.state, (state) => state.revision);
  const frame = markedFrame(pane);
  if (!frame) return null;
  return (
    <>
      {[...all].map(([who, pointer]) => {
        const here = pointer.instance === frame.sop && pointer.frame === frame.frame;
        const at = here ? pane.toCanvas(pointer.at) : null;
        if (!at) return null;
        return (
          <div
            key={who}
            className={styles.remotePointer}
            data-colour={pointer.colour}
            style={{ transform: `translate(${at[0]}px, ${at[1]}px)` }}
            aria-hidden
          >
            <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden>
              <path d="M2 2 L9 20 L12 12 L20 9 Z" />
            </svg>
            <span className={styles.remoteName}>{pointer.label}</span>
          </div>
        );
      })}
    </>
  );
}
