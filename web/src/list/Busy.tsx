/** Who is deciding about an arrival at this moment. */
import { useLingui } from "@lingui/react/macro";
import type { Exchange } from "@/api/types";
import { useMinute } from "@/ui/clock";
import classes from "./Row.module.css";

export function Busy({ row }: { row: Exchange }) {
  const { t } = useLingui();
  const now = useMinute();
  if (row.busy === null || row.busy.expires <= now) return null;
  const { name } = row.busy;
  return <div className={classes.quiet}>{row.busy.own ? t`U bent hiermee bezig.` : t`${name} is hiermee bezig.`}</div>;
}
