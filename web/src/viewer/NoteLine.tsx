/** A passing word to the reader, at the bottom; read out, and gone by itself. */
import { useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useDeskState } from "./context";
import styles from "./viewer.module.css";

const SHOWN_MS = 4500;

export function NoteLine() {
  const { i18n } = useLingui();
  const note = useDeskState((state) => state.note);
  const [over, setOver] = useState(0);
  useEffect(() => {
    if (!note) return undefined;
    const timer = window.setTimeout(() => setOver(note.at), note.bad ? SHOWN_MS * 2 : SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [note]);
  const shown = note && note.at > over ? note : null;
  return (
    <p className={styles.note} role="status" data-bad={shown?.bad || undefined} data-empty={shown ? undefined : ""}>
      {shown && i18n._(shown.text)}
    </p>
  );
}
