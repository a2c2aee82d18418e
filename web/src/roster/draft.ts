/** A roster being changed, before it is saved: lines of the weekly pattern, one for all days that are alike. */
import type { Roster, Shift } from "./types";
import { DAYS } from "./week";

/** The same person at the same time on several days. */
export interface Line {
  level: number;
  account: string;
  days: number[];
  start: number;
  end: number;
}

const same = (one: Line, shift: Shift) =>
  one.level === shift.level && one.account === shift.account && one.start === shift.start && one.end === shift.end;

/** The pattern as lines, first called first. */
export function linesOf(shifts: readonly Shift[]): Line[] {
  const lines: Line[] = [];
  for (const shift of shifts) {
    const line = lines.find((one) => same(one, shift));
    if (line === undefined) lines.push({ ...shift, days: [shift.weekday] });
    else if (!line.days.includes(shift.weekday)) line.days.push(shift.weekday);
  }
  for (const line of lines) line.days.sort((one, other) => one - other);
  return lines.sort(
    (one, other) => one.level - other.level || (one.days[0] ?? 0) - (other.days[0] ?? 0) || one.start - other.start,
  );
}

/** The pattern without the days of one line. */
export function withoutLine(shifts: readonly Shift[], line: Line): Shift[] {
  return shifts.filter((shift) => !same(line, shift));
}

/** The pattern with one line more; a day that is there already is not doubled. */
export function withLine(shifts: readonly Shift[], line: Line): Shift[] {
  const there = shifts.filter((shift) => same(line, shift)).map((shift) => shift.weekday);
  const { level, account, start, end } = line;
  const fresh = DAYS.filter((day) => line.days.includes(day) && !there.includes(day));
  return [...shifts, ...fresh.map((weekday) => ({ level, account, weekday, start, end }))];
}

/** Whether the draft differs from what the node has. */
export function differs(draft: Roster, kept: Roster): boolean {
  return JSON.stringify(draft) !== JSON.stringify(kept);
}
