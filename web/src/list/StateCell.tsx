/** How it stands, in a word, with counts while something moves. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { Exchange } from "@/api/types";
import { useMinute } from "@/ui/clock";
import { showMoment, showMomentFully, showNumber } from "@/words/dates";
import { isToFetch, STATES } from "@/words/states";
import { useImporting } from "./importing";
import classes from "./StateCell.module.css";

const TONE: Record<string, string | undefined> = {
  arriving: classes.moving,
  sending: classes.moving,
  verified: classes.ready,
  parked: classes.warn,
  failed: classes.bad,
  refused: classes.bad,
  imported: classes.done,
  delivered: classes.done,
};

function Bar({ done, total }: { done: number; total: number }) {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (
    <span className={classes.bar} aria-hidden>
      <span style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}

/** "komt binnen 312 van 540". */
function Counted({ word, done, total }: { word: string; done: number; total: number }) {
  const [some, all] = [showNumber(done), showNumber(total)];
  if (total === 0) return done === 0 ? word : `${word} ${some}`;
  return (
    <>
      {word}{" "}
      <span className={classes.count}>
        <Trans>
          {some} van {all}
        </Trans>
      </span>
    </>
  );
}

export function StateCell({ row }: { row: Exchange }) {
  const { i18n, t } = useLingui();
  const now = useMinute();
  const importing = useImporting(row);
  const known = STATES[row.state];
  const fetch = isToFetch(row);
  const word = fetch ? t`klaar om te downloaden` : known === undefined ? row.state : i18n._(known);
  const moving = !fetch && (row.state === "arriving" || row.state === "sending");
  const intoPacs = importing || (row.direction === "in" && row.imported > 0 && row.state !== "imported");
  const moment = row.imported_at ?? row.withdrawn ?? row.seen ?? row.verified ?? row.updated;
  if (intoPacs)
    return (
      <div className={classes.cell}>
        <span className={classes.moving}>
          <Counted word={t`naar PACS`} done={row.imported} total={row.total} />
        </span>
        <Bar done={row.imported} total={row.total} />
      </div>
    );
  return (
    <div className={classes.cell}>
      <span className={fetch ? classes.ready : (TONE[row.state] ?? classes.plain)}>
        {moving ? <Counted word={word} done={row.done} total={row.total} /> : word}
      </span>
      {moving ? (
        <Bar done={row.done} total={row.total} />
      ) : (
        <time className={classes.time} dateTime={new Date(moment * 1000).toISOString()} title={showMomentFully(moment)}>
          {showMoment(moment, now)}
          {row.total > 0 && (
            <>
              {" · "}
              <Plural value={row.total} one="# beeld" other="# beelden" />
            </>
          )}
        </time>
      )}
    </div>
  );
}
