/** A password to be, with a word on how strong its length makes it. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { PasswordInput, Progress, Stack, Text } from "@mantine/core";

export const SHORTEST_PASSWORD = 12;

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  login?: string;
}

/** 0 too short or easy, 1 enough, 2 good, 3 strong. Length decides; what holds the account's name is easy. */
export function strengthOf(password: string, login = ""): 0 | 1 | 2 | 3 {
  const easy = new Set(password).size < 5 || (login !== "" && password.toLowerCase().includes(login.toLowerCase()));
  if (password.length < SHORTEST_PASSWORD || easy) return 0;
  if (password.length < 16) return 1;
  return password.length < 22 ? 2 : 3;
}

export function NewPassword({ label, value, onChange, login = "" }: Props) {
  const { t } = useLingui();
  const strength = strengthOf(value, login);
  const missing = SHORTEST_PASSWORD - value.length;
  const words = [
    missing > 0
      ? t`Nog ${plural(missing, { one: "# teken", other: "# tekens" })}: een zin is lang en makkelijk te onthouden.`
      : t`Te makkelijk te raden.`,
    t`Voldoende`,
    t`Goed`,
    t`Sterk`,
  ];
  return (
    <Stack gap={6}>
      <PasswordInput
        label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t`Wachtwoord tonen of verbergen`, tabIndex: 0 }}
        size="md"
      />
      <Progress
        size="xs"
        aria-label={t`Sterkte van het wachtwoord`}
        value={value === "" ? 0 : strength === 0 ? Math.min(30, value.length * 2.5) : 40 + strength * 20}
        color={strength === 0 ? "var(--bb-warn)" : "var(--bb-good)"}
      />
      <Text size="sm" c="dimmed" aria-live="polite">
        {value === "" ? t`Ten minste 12 tekens. Een zin is lang en makkelijk te onthouden.` : words[strength]}
      </Text>
    </Stack>
  );
}
