/** Six digits of an authenticator app; sends itself when they are there. */
import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";

const DIGITS = 6;

interface Props {
  value: string;
  onChange: (value: string) => void;
  onComplete: (value: string) => void;
  disabled?: boolean;
}

export function CodeInput({ value, onChange, onComplete, disabled = false }: Props) {
  const { t } = useLingui();
  return (
    <TextInput
      label={t`Code van 6 cijfers`}
      value={value}
      onChange={(event) => {
        const digits = event.currentTarget.value.replace(/\D/g, "").slice(0, DIGITS);
        onChange(digits);
        if (digits.length === DIGITS && digits !== value) onComplete(digits);
      }}
      inputMode="numeric"
      autoComplete="one-time-code"
      autoFocus
      disabled={disabled}
      size="lg"
      styles={{
        input: { fontSize: 26, letterSpacing: "0.35em", textAlign: "center", fontVariantNumeric: "tabular-nums" },
      }}
    />
  );
}
