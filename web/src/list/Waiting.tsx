/** How long it has been waiting: a running clock for what is urgent, the moment for the rest. */
import { useLingui } from "@lingui/react/macro";
import type { Exchange } from "@/api/types";
import { useMinute, useNow } from "@/ui/clock";
import { Urgency } from "@/ui/Urgency";
import { showClock, showMoment, showMomentFully } from "@/words/dates";
import { hasEnded } from "@/words/states";
import { isUrgent } from "./order";
import classes from "./Row.module.css";

function Running({ since }: { since: number }) {
  const { t } = useLingui();
  const now = useNow();
  return (
    <span className={classes.clock} role="timer" title={t`Sinds ${showMomentFully(since)}`}>
      {showClock(now - since)}
    </span>
  );
}

export function Waiting({ row }: { row: Exchange }) {
  const minute = useMinute();
  const urgent = isUrgent(row);
  return (
    <div className={classes.waiting}>
      <Urgency urgency={row.urgency} over={hasEnded(row.state)} />
      {urgent ? (
        <Running since={row.created} />
      ) : (
        <time
          className={classes.created}
          dateTime={new Date(row.created * 1000).toISOString()}
          title={showMomentFully(row.created)}
        >
          {showMoment(row.created, minute)}
        </time>
      )}
    </div>
  );
}
