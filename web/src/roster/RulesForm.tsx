/** What a department is told of, and how long somebody has to respond. */
import { Trans, useLingui } from "@lingui/react/macro";
import { NativeSelect, NumberInput, Stack, Switch, Title } from "@mantine/core";
import classes from "./RosterPage.module.css";
import type { Rules } from "./types";

const LONGEST_MINUTES = 60;

export function RulesForm({ rules, onChange }: { rules: Rules; onChange: (rules: Rules) => void }) {
  const { t } = useLingui();
  const set = (part: Partial<Rules>) => onChange({ ...rules, ...part });
  return (
    <Stack gap="sm">
      <Title order={3} size="h5">
        <Trans>Waarvoor wordt gewekt</Trans>
      </Title>
      <Switch
        label={t`Spoed, bij het eerste beeld`}
        checked={rules.first_image}
        onChange={(event) => set({ first_image: event.currentTarget.checked })}
      />
      <NativeSelect
        className={classes.quiet}
        label={t`Compleet en gecontroleerd`}
        description={t`Bij spoed en z.s.m. wordt gewekt; het andere wordt één keer gemeld, zonder SMS.`}
        value={rules.verified}
        maw={360}
        data={[
          { value: "routine", label: t`alles` },
          { value: "urgent", label: t`dringend en hoger` },
          { value: "asap", label: t`z.s.m. en spoed` },
          { value: "stat", label: t`alleen spoed` },
          { value: "never", label: t`nooit` },
        ]}
        onChange={(event) => set({ verified: event.currentTarget.value as Rules["verified"] })}
      />
      <Switch
        label={t`Antwoord of vraag over wat wij stuurden`}
        checked={rules.answer}
        onChange={(event) => set({ answer: event.currentTarget.checked })}
      />
      <Switch
        label={t`Een verzending van ons is aangehouden`}
        checked={rules.parked}
        onChange={(event) => set({ parked: event.currentTarget.checked })}
      />
      <NumberInput
        label={t`Minuten zonder reactie tot de volgende wordt gewekt`}
        min={0.5}
        max={LONGEST_MINUTES}
        step={1}
        decimalScale={1}
        maw={360}
        value={Math.round(rules.wait_seconds / 6) / 10}
        onChange={(value) => {
          const minutes = Number(value);
          if (value !== "" && minutes > 0 && minutes <= LONGEST_MINUTES) set({ wait_seconds: minutes * 60 });
        }}
      />
    </Stack>
  );
}
