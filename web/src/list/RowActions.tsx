/** The next step is the largest; the others stand beside it; the rest is in the details. */
import { Trans, useLingui } from "@lingui/react/macro";
import { IconChevronRight } from "@tabler/icons-react";
import type { Exchange } from "@/api/types";
import { listName } from "@/words/person";
import { DeliverAgain } from "./DeliverAgain";
import { useImporting } from "./importing";
import type { RowHandlers } from "./Row";
import classes from "./RowActions.module.css";
import { hasSlot } from "./slots";

export function RowActions({ row, onOpen, onDetails, onImport, onForWhom }: { row: Exchange } & RowHandlers) {
  const { t } = useLingui();
  const importing = useImporting(row);
  const can = (action: string) => row.may.includes(action);
  const whom = row.patient === null ? "" : listName(row.patient.name);
  return (
    <div className={classes.actions}>
      {can("for-whom") && hasSlot("forWhom") && (
        <button type="button" className={classes.primary} onClick={() => onForWhom(row)}>
          <Trans>Voor wie?</Trans>
          <span className="bb-hidden"> {whom}</span>
        </button>
      )}
      {can("open") && (
        <button
          type="button"
          className={can("for-whom") || can("deliver-again") ? classes.secondary : classes.primary}
          onClick={() => onOpen(row)}
        >
          <Trans>Openen</Trans>
          <span className="bb-hidden"> {whom}</span>
        </button>
      )}
      <DeliverAgain row={row} inRow />
      {can("import") && (
        <button type="button" className={classes.secondary} disabled={importing} onClick={() => onImport(row)}>
          <Trans>Naar mijn PACS</Trans>
          <span className="bb-hidden"> {whom}</span>
        </button>
      )}
      {can("re-key") && (
        <button type="button" className={classes.secondary} onClick={() => onImport(row)}>
          <Trans>Wie is dit?</Trans>
          <span className="bb-hidden"> {whom}</span>
        </button>
      )}
      <button type="button" className={classes.more} aria-label={t`Details van ${whom}`} onClick={() => onDetails(row)}>
        <IconChevronRight size={18} aria-hidden />
      </button>
    </div>
  );
}
