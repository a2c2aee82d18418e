/** One week of a department on the hospital's clock: who, when, and when nobody. */
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Title } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { nodeNow } from "@/api/clock";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { useLanguage } from "@/words/useLanguage";
import { peopleQuery } from "./queries";
import classes from "./RosterPage.module.css";
import type { Span, Week } from "./types";
import { DAYS, showDayOnWall, showTimeOnWall, startOfWallDay, startOfWallWeek } from "./week";

/** The shortest day there is: the one that loses an hour. */
const WHOLE_DAY = 23 * 3600;

interface Part {
  key: string;
  from: number;
  until: number;
  span: Span | null;
}

/** What of a week lies in one day, by time; what nobody does stands first where it begins first. */
export function partsOf(week: Week, begin: number, end: number): Part[] {
  const within = (from: number, until: number) => from < end && until > begin;
  const spans = week.spans
    .filter((span) => within(span.start, span.end))
    .map((span) => ({
      key: `${span.level}-${span.account}-${span.start}`,
      from: Math.max(span.start, begin),
      until: Math.min(span.end, end),
      span,
    }));
  const holes = week.holes
    .map(([from = 0, until = 0]) => ({ from, until }))
    .filter(({ from, until }) => within(from, until))
    .map(({ from, until }) => ({
      key: `hole-${from}`,
      from: Math.max(from, begin),
      until: Math.min(until, end),
      span: null,
    }));
  return [...spans, ...holes].sort(
    (one, other) => (one.span?.level ?? 0) - (other.span?.level ?? 0) || one.from - other.from,
  );
}

function OnePart({ part, zone, name }: { part: Part; zone: string; name: string }) {
  const language = useLanguage();
  const looks = [classes.span];
  if (part.span === null) looks.push(classes.hole);
  else if (part.span.level > 1) looks.push(classes.second);
  if (part.span?.instead) looks.push(classes.instead);
  return (
    <li className={looks.join(" ")}>
      <span className={classes.time}>
        {part.until - part.from >= WHOLE_DAY ? (
          <Trans>hele dag</Trans>
        ) : (
          `${showTimeOnWall(part.from, zone, language)}–${showTimeOnWall(part.until, zone, language)}`
        )}
        {part.span !== null && part.span.level > 1 && <> · {part.span.level}</>}
      </span>
      {part.span === null ? <Trans>Niemand</Trans> : name}
      {part.span?.instead && (
        <>
          {" "}
          <span className={classes.quiet}>
            <Trans>(vervangt)</Trans>
          </span>
        </>
      )}
    </li>
  );
}

export function WeekView({ roster, zone }: { roster: string; zone: string }) {
  const { t } = useLingui();
  const language = useLanguage();
  const [later, setLater] = useState(0);
  const now = nodeNow();
  const begin = startOfWallWeek(now, zone, later);
  const end = startOfWallWeek(now, zone, later + 1);
  const { data: people } = useQuery(peopleQuery);
  const {
    data: week,
    error,
    refetch,
    isFetching,
  } = useQuery({
    queryKey: ["rosters", roster, "week", begin],
    queryFn: ({ signal }) =>
      data(
        api.GET("/rosters/{roster}/week", {
          params: { path: { roster }, query: { begin: String(begin), end: String(end) } as never },
          signal,
        }),
      ),
  });
  const nameOf = (account: string) =>
    people?.people.find((one) => one.account === account)?.name ?? t`Onbekend account`;
  return (
    <section className={classes.sheet} aria-label={t`Week`}>
      <Group justify="space-between">
        <Title order={2} className={classes.heading}>
          <Trans>
            Week van {showDayOnWall(begin, zone, language)} tot en met {showDayOnWall(end - 3600, zone, language)}
          </Trans>
        </Title>
        <Group gap="xs">
          <ActionIcon variant="default" size="lg" aria-label={t`Vorige week`} onClick={() => setLater(later - 1)}>
            <IconChevronLeft size={18} />
          </ActionIcon>
          <Button variant="default" size="xs" disabled={later === 0} onClick={() => setLater(0)}>
            <Trans>Deze week</Trans>
          </Button>
          <ActionIcon variant="default" size="lg" aria-label={t`Volgende week`} onClick={() => setLater(later + 1)}>
            <IconChevronRight size={18} />
          </ActionIcon>
        </Group>
      </Group>
      {week === undefined && error === null && <Loading height={160} />}
      {error !== null && <Trouble error={error} retry={() => void refetch()} retrying={isFetching} compact />}
      {week !== undefined && (
        <ol className={classes.week}>
          {DAYS.map((day) => {
            const [from, until] = [startOfWallDay(begin, zone, day), startOfWallDay(begin, zone, day + 1)];
            const today = from <= now && now < until;
            return (
              <li key={day} className={today ? `${classes.day} ${classes.today}` : classes.day}>
                <p className={classes.dayName}>{showDayOnWall(from, zone, language)}</p>
                <ul className={classes.spans}>
                  {partsOf(week, from, until).map((part) => (
                    <OnePart key={part.key} part={part} zone={zone} name={nameOf(part.span?.account ?? "")} />
                  ))}
                </ul>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
