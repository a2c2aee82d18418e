/** A telephone number that can be called with one touch. */
import { IconPhone } from "@tabler/icons-react";
import { clean } from "@/words/person";
import classes from "./Phone.module.css";

export function Phone({ number, size = "sm" }: { number: string; size?: "sm" | "md" }) {
  const shown = clean(number);
  const dialled = shown.replace(/\(0\)/g, "").replace(/[^\d+#*,]/g, "");
  if (dialled === "") return null;
  return (
    <a
      href={`tel:${dialled}`}
      className={size === "md" ? `${classes.phone} ${classes.large}` : classes.phone}
      onClick={(event) => event.stopPropagation()}
    >
      <IconPhone size={14} stroke={1.8} aria-hidden />
      {shown}
    </a>
  );
}
