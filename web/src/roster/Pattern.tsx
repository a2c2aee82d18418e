/** The weekly pattern: a line for each person and time, with the days on which it holds. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Text, Title } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { TimeField } from "@/ui/TypedField";
import type { Language } from "@/words/catalogues";
import { useLanguage } from "@/words/useLanguage";
import { type Line, linesOf, withLine, withoutLine } from "./draft";
import { LevelSelect, PersonSelect } from "./PersonSelect";
import classes from "./RosterPage.module.css";
import type { Person, Shift } from "./types";
import { DAYS, readMinutes, showMinutes, weekdayName } from "./week";

/** "ma–vr", "za, zo", "elke dag". */
function showDays(days: number[], every: string, language: Language): string {
  if (days.length === DAYS.length) return every;
  const [first = 0] = days;
  const last = days[days.length - 1] ?? 0;
  if (days.length > 2 && last - first === days.length - 1)
    return `${weekdayName(first, language, "short")}–${weekdayName(last, language, "short")}`;
  return days.map((day) => weekdayName(day, language, "short")).join(", ");
}

function LineView({ line, name, onRemove }: { line: Line; name: string; onRemove: () => void }) {
  const { t } = useLingui();
  const language = useLanguage();
  const days = showDays(line.days, t`elke dag`, language);
  const time = `${showMinutes(line.start)}–${showMinutes(line.end)}`;
  return (
    <li className={classes.line}>
      <span className={classes.level}>{line.level}</span>
      <strong>{name}</strong>
      <span>{days}</span>
      <span>
        {time}
        {line.end <= line.start && (
          <span className={classes.quiet}>
            {" "}
            <Trans>(tot de volgende dag)</Trans>
          </span>
        )}
      </span>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTrash size={14} aria-hidden />}
        aria-label={t`Verwijderen: ${name}, ${days}, ${time}`}
        onClick={onRemove}
      >
        <Trans>Verwijderen</Trans>
      </Button>
    </li>
  );
}

const EMPTY = { level: 1, account: "", days: [] as number[], start: "08:00", end: "08:00" };

function NewLine({ people, onAdd }: { people: Person[]; onAdd: (line: Line) => void }) {
  const { t } = useLingui();
  const language = useLanguage();
  const [typed, setTyped] = useState(EMPTY);
  const set = (part: Partial<typeof EMPTY>) => setTyped((before) => ({ ...before, ...part }));
  const [start, end] = [readMinutes(typed.start), readMinutes(typed.end)];
  const right = typed.account !== "" && typed.days.length > 0 && start !== null && end !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!right || start === null || end === null) return;
    onAdd({ ...typed, start, end });
    set({ account: "" });
  };
  return (
    <form onSubmit={submit} className={classes.line}>
      <PersonSelect people={people} value={typed.account} onChange={(account) => set({ account })} />
      <LevelSelect value={typed.level} onChange={(level) => set({ level })} />
      <TimeField label={t`Van`} value={typed.start} onChange={(start) => set({ start })} />
      <TimeField label={t`Tot`} value={typed.end} onChange={(end) => set({ end })} />
      <fieldset className={classes.days}>
        <legend>
          <Trans>Op</Trans>
        </legend>
        {DAYS.map((day) => (
          <Checkbox
            key={day}
            label={weekdayName(day, language, "short")}
            aria-label={weekdayName(day, language)}
            checked={typed.days.includes(day)}
            onChange={(event) =>
              set({
                days: event.currentTarget.checked ? [...typed.days, day] : typed.days.filter((one) => one !== day),
              })
            }
          />
        ))}
      </fieldset>
      <Button type="submit" variant="light" disabled={!right} leftSection={<IconPlus size={16} aria-hidden />}>
        <Trans>Regel toevoegen</Trans>
      </Button>
    </form>
  );
}

interface Props {
  shifts: Shift[];
  people: Person[];
  onChange: (shifts: Shift[]) => void;
}

export function Pattern({ shifts, people, onChange }: Props) {
  const { t } = useLingui();
  const nameOf = (account: string) => people.find((one) => one.account === account)?.name ?? t`Niet meer te wekken`;
  const lines = linesOf(shifts);
  return (
    <div>
      <Title order={3} size="h5">
        <Trans>Elke week</Trans>
      </Title>
      {lines.length === 0 && (
        <Text size="sm" className={classes.warn}>
          <Trans>Nog niemand. Voeg een regel toe.</Trans>
        </Text>
      )}
      <ul className={classes.lines}>
        {lines.map((line) => (
          <LineView
            key={JSON.stringify(line)}
            line={line}
            name={nameOf(line.account)}
            onRemove={() => onChange(withoutLine(shifts, line))}
          />
        ))}
      </ul>
      <NewLine people={people} onAdd={(line) => onChange(withLine(shifts, line))} />
    </div>
  );
}
