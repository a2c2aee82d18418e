/** Something the reader should know before going on: what it is and what to do. */
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Reason } from "@/api/types";
import { inLanguage } from "@/words/reasons";
import classes from "./send.module.css";

interface Props {
  reason: Omit<Reason, "code">;
  quiet?: boolean;
  children?: ReactNode;
}

export function Remark({ reason, quiet = false, children }: Props) {
  const { text, remedy } = inLanguage(reason);
  const Icon = quiet ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={quiet ? classes.remarkQuiet : classes.remark} role={quiet ? undefined : "status"}>
      <Icon size={18} stroke={1.7} aria-hidden />
      <div>
        <strong>{text}</strong> {remedy}
        {children !== undefined && <div className={classes.remarkMore}>{children}</div>}
      </div>
    </div>
  );
}
