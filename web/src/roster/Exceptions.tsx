/** Exceptions: once somebody else, or nobody, in the place of the pattern. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text, Title } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { nodeNow } from "@/api/clock";
import { DayField, TimeField } from "@/ui/TypedField";
import { LevelSelect, NOBODY, PersonSelect } from "./PersonSelect";
import classes from "./RosterPage.module.css";
import type { Person, Substitution } from "./types";
import { asWall } from "./week";

/** "2026-03-29T02:30" as "29-03-2026 02:30". */
function showWall(text: string): string {
  const [date = "", time = ""] = text.split("T");
  return `${date.split("-").reverse().join("-")} ${time.slice(0, 5)}`;
}

interface Props {
  substitutions: Substitution[];
  people: Person[];
  zone: string;
  onChange: (substitutions: Substitution[]) => void;
}

function NewException({
  people,
  zone,
  onAdd,
}: Omit<Props, "substitutions" | "onChange"> & { onAdd: (one: Substitution) => void }) {
  const { t } = useLingui();
  const now = asWall(Math.ceil(nodeNow() / 3600) * 3600, zone);
  const [day = "", time = ""] = now.split("T");
  const [typed, setTyped] = useState({ level: 1, account: "", day, time, endDay: day, endTime: time });
  const set = (part: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...part }));
  const whole = [typed.day, typed.time, typed.endDay, typed.endTime].every((one) => one !== "");
  const [start, end] = [`${typed.day}T${typed.time}`, `${typed.endDay}T${typed.endTime}`];
  const right = typed.account !== "" && whole && start < end;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!right) return;
    onAdd({ level: typed.level, account: typed.account === NOBODY ? "" : typed.account, start, end });
    set({ account: "" });
  };
  return (
    <form onSubmit={submit} className={classes.line}>
      <PersonSelect people={people} value={typed.account} nobody onChange={(account) => set({ account })} />
      <LevelSelect value={typed.level} onChange={(level) => set({ level })} />
      <DayField label={t`Vanaf dag`} w={150} value={typed.day} onChange={(day) => set({ day })} />
      <TimeField label={t`Vanaf tijd`} value={typed.time} onChange={(time) => set({ time })} />
      <DayField label={t`Tot dag`} w={150} value={typed.endDay} onChange={(endDay) => set({ endDay })} />
      <TimeField
        label={t`Tot tijd`}
        value={typed.endTime}
        onChange={(endTime) => set({ endTime })}
        error={typed.account !== "" && whole && end <= start ? t`Later dan het begin` : undefined}
      />
      <Button type="submit" variant="light" disabled={!right} leftSection={<IconPlus size={16} aria-hidden />}>
        <Trans>Uitzondering toevoegen</Trans>
      </Button>
    </form>
  );
}

export function Exceptions({ substitutions, people, zone, onChange }: Props) {
  const { t } = useLingui();
  const nameOf = (account: string) =>
    account === "" ? t`Niemand` : (people.find((one) => one.account === account)?.name ?? t`Niet meer te wekken`);
  const sorted = substitutions
    .map((one, number) => ({ one, number }))
    .sort((a, b) => a.one.start.localeCompare(b.one.start));
  return (
    <div>
      <Title order={3} size="h5">
        <Trans>Uitzonderingen</Trans>
      </Title>
      <Text size="sm" c="dimmed">
        <Trans>Eenmalig, in plaats van wie er elke week staat. Tijden zijn die van de klok in het ziekenhuis.</Trans>
      </Text>
      <ul className={classes.lines}>
        {sorted.map(({ one, number }) => (
          <li key={`${number}-${one.start}`} className={classes.line}>
            <span className={classes.level}>{one.level}</span>
            <strong>{nameOf(one.account)}</strong>
            <span>
              {showWall(one.start)} – {showWall(one.end)}
            </span>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTrash size={14} aria-hidden />}
              aria-label={t`Verwijderen: ${nameOf(one.account)}, ${showWall(one.start)}`}
              onClick={() => onChange(substitutions.filter((_, other) => other !== number))}
            >
              <Trans>Verwijderen</Trans>
            </Button>
          </li>
        ))}
      </ul>
      <NewException people={people} zone={zone} onAdd={(one) => onChange([...substitutions, one])} />
    </div>
  );
}
