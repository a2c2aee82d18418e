/** One exchange on the list: who, what, from whom, why, how it stands, and what to do next. */
import { Trans, useLingui } from "@lingui/react/macro";
import { IconAlertTriangle } from "@tabler/icons-react";
import { memo } from "react";
import type { Exchange } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { showDay } from "@/words/dates";
import { clean } from "@/words/person";
import { inLanguage } from "@/words/reasons";
import { useLanguage } from "@/words/useLanguage";
import { Busy } from "./Busy";
import { SeriesInPacs } from "./DeskActions";
import { isUrgent } from "./order";
import { PartyCell } from "./PartyCell";
import { ReportBadge } from "./ReportBadge";
import classes from "./Row.module.css";
import { RowActions } from "./RowActions";
import { StateCell } from "./StateCell";
import { SlotFor } from "./slots";
import { Waiting } from "./Waiting";

export interface RowHandlers {
  onOpen: (row: Exchange) => void;
  onDetails: (row: Exchange) => void;
  onImport: (row: Exchange) => void;
  onForWhom: (row: Exchange) => void;
}

interface Props extends RowHandlers {
  row: Exchange;
  position: number;
  active: boolean;
}

/** What a human must know: parked or failed with its reason, and alerts; each text once. */
export function Remarks({ row }: { row: Exchange }) {
  const language = useLanguage();
  const telling = ["parked", "failed", "refused"].includes(row.state) || row.direction === "in";
  const found = [...(telling && row.reason !== null && row.state !== "imported" ? [row.reason] : []), ...row.alerts];
  const said = new Map(found.map((one) => [one.code, inLanguage(one, language)]));
  if (said.size === 0) return null;
  return (
    <ul className={classes.remarks}>
      {[...said].map(([code, { text, remedy }]) => (
        <li key={code}>
          <IconAlertTriangle size={16} stroke={1.8} aria-hidden />
          <span>
            <strong>{text}</strong> {remedy}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Study({ row }: { row: Exchange }) {
  const { t } = useLingui();
  return (
    <div className={classes.cell}>
      <div className={classes.strong}>
        {row.modalities.map((modality) => (
          <span key={modality} className={classes.modality}>
            {modality}
          </span>
        ))}
        <bdi>{clean(row.description) || t`Onderzoek zonder omschrijving`}</bdi>
      </div>
      <ReportBadge row={row} />
      {row.study_date !== "" && (
        <div className={classes.quiet}>
          <span className="bb-hidden">
            <Trans>onderzoek van</Trans>{" "}
          </span>
          {showDay(row.study_date)}
        </div>
      )}
    </div>
  );
}

export const Row = memo(function Row({ row, position, active, ...handlers }: Props) {
  const { t } = useLingui();
  const tone = isUrgent(row) ? (row.urgency === "stat" ? classes.stat : classes.asap) : "";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list answers the keys of the row that has the focus
    <article
      className={`${classes.row} ${tone}`}
      tabIndex={active ? 0 : -1}
      data-row={row.id}
      aria-posinset={position + 1}
      aria-setsize={-1}
      aria-labelledby={`naam-${row.id}`}
      onClick={(event) => {
        if (
          !(event.target as Element).closest("a,button,[role=menu],[role=dialog]") &&
          window.getSelection()?.isCollapsed
        )
          handlers.onDetails(row);
      }}
    >
      <Waiting row={row} />
      <div id={`naam-${row.id}`} className={classes.who}>
        <PatientLine patient={row.patient} />
      </div>
      <div className={classes.what}>
        <Study row={row} />
      </div>
      <div className={classes.party}>
        <PartyCell row={row} label={row.direction === "in" ? t`van` : t`naar`} />
      </div>
      <div className={classes.question}>
        {row.question !== "" && <bdi title={clean(row.question)}>{clean(row.question)}</bdi>}
      </div>
      <div className={classes.state}>
        <StateCell row={row} />
        <div className={classes.quiet}>
          <SeriesInPacs row={row} />
        </div>
      </div>
      <div className={classes.actions}>
        <RowActions row={row} {...handlers} />
      </div>
      <div className={classes.below}>
        <Busy row={row} />
        <Remarks row={row} />
        <SlotFor place="row" exchange={row} />
      </div>
    </article>
  );
});
