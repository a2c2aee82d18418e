/** The time that figures are asked of: the last so many days, chosen from a few. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui as useI18n } from "@lingui/react";
import { useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { type ReactNode, useState } from "react";

const DAY = 86_400;
const PERIODS: Record<string, [MessageDescriptor, number]> = {
  "30": [msg`Laatste 30 dagen`, 30],
  "90": [msg`Laatste 90 dagen`, 90],
  "365": [msg`Laatste jaar`, 365],
  "1095": [msg`Laatste drie jaar`, 1095],
};

/** POSIX seconds, up to the whole hour, and the field by which somebody chooses. */
export function usePeriod(): { since: number; until: number; choice: ReactNode } {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const [period, setPeriod] = useState("90");
  const [until] = useState(() => Math.ceil(Date.now() / 1000 / 3600) * 3600);
  const choice = (
    <Select
      aria-label={t`Periode`}
      value={period}
      allowDeselect={false}
      onChange={(value) => setPeriod(value ?? period)}
      data={Object.entries(PERIODS).map(([value, [words]]) => ({ value, label: i18n._(words) }))}
      w={190}
    />
  );
  return { since: until - (PERIODS[period]?.[1] ?? 90) * DAY, until, choice };
}

/** As a query; the description of the node's API names no query parameters. */
export function periodParams(since: number, until: number): never {
  return { query: { since: String(since), until: String(until) } } as never;
}
