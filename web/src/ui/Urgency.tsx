/** How urgent it is, in a word and a colour; nothing for what is routine. */
import { useLingui } from "@lingui/react";
import { URGENCIES } from "@/words/states";
import classes from "./Urgency.module.css";

export function Urgency({ urgency, over = false }: { urgency: string; over?: boolean }) {
  const { i18n } = useLingui();
  const words = URGENCIES[urgency];
  if (urgency === "routine") return null;
  const loud = (urgency === "stat" || urgency === "asap") && !over;
  return (
    <span className={loud ? (urgency === "stat" ? classes.stat : classes.asap) : classes.quiet}>
      {words === undefined ? urgency : i18n._(words)}
    </span>
  );
}
