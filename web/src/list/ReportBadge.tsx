/** That there is a report with an exchange, and how far it is: of several the one that matters most. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { IconFileText } from "@tabler/icons-react";
import type { Exchange } from "@/api/types";
import { showNumber } from "@/words/dates";
import classes from "./Row.module.css";

const STATUS: Record<string, MessageDescriptor> = {
  corrected: msg`verslag gecorrigeerd`,
  preliminary: msg`verslag voorlopig`,
  final: msg`verslag definitief`,
  cancelled: msg`verslag ingetrokken`,
};

/** The status that is shown of these: what changed, then what may still change, then what stands. */
export function standingOf(reports: readonly string[]): string | undefined {
  return Object.keys(STATUS).find((status) => reports.includes(status)) ?? reports[0];
}

export function ReportBadge({ row }: { row: Exchange }) {
  const { i18n } = useLingui();
  const status = standingOf(row.reports);
  if (status === undefined) return null;
  const word = STATUS[status];
  return (
    <span className={classes.report} data-status={status}>
      <IconFileText size={14} stroke={1.8} aria-hidden />
      {word === undefined ? status : i18n._(word)}
      {row.reports.length > 1 && (
        <span>
          · <Trans>{showNumber(row.reports.length)} verslagen</Trans>
        </span>
      )}
    </span>
  );
}
