/** Fields for a day and for a time, which show and take them in one way in every browser: day first, twenty-four hours. */
import { useLingui } from "@lingui/react/macro";
import { ActionIcon, TextInput, type TextInputProps } from "@mantine/core";
import { IconCalendar } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { readDay, readTime, showTypedDay } from "@/words/typed";
import { useLanguage } from "@/words/useLanguage";

type Props = Omit<TextInputProps, "value" | "onChange" | "type" | "max"> & {
  value: string;
  /** Gets nothing while what is typed cannot be read. */
  onChange: (value: string) => void;
};

/** What is typed stays as it is until the field is left; then it is shown as it was read, or said to be wrong. */
function useTyped(value: string, show: (value: string) => string, read: (text: string) => string | null) {
  const [typed, setTyped] = useState<string | null>(null);
  const [left, setLeft] = useState(true);
  return {
    text: typed ?? show(value),
    wrong: typed !== null && left && typed.trim() !== "" && read(typed) === null,
    type: (text: string) => {
      setTyped(text);
      setLeft(false);
    },
    leave: () => {
      setLeft(true);
      if (typed !== null && read(typed) !== null) setTyped(null);
    },
    forget: () => setTyped(null),
  };
}

/** A day as "2026-12-31"; `max` is the day of today, for what lies in the past. */
export function DayField({ value, onChange, max, error, ...rest }: Props & { max?: string }) {
  const { t } = useLingui();
  const language = useLanguage();
  const calendar = useRef<HTMLInputElement>(null);
  const read = (text: string) => {
    const day = readDay(text);
    return day !== null && (max === undefined || day <= max) ? day : null;
  };
  const field = useTyped(value, (day) => showTypedDay(day, language), read);
  const example = showTypedDay("2026-12-31", language);
  const fault = readDay(field.text) === null ? t`Typ een dag als ${example}.` : t`Deze dag is nog niet geweest.`;
  return (
    <TextInput
      {...rest}
      inputMode="numeric"
      autoComplete="off"
      placeholder={t`dd-mm-jjjj`}
      value={field.text}
      onChange={(event) => {
        field.type(event.currentTarget.value);
        onChange(read(event.currentTarget.value) ?? "");
      }}
      onBlur={field.leave}
      error={field.wrong ? fault : error}
      rightSection={
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t`Kies in een kalender`}
            onClick={() => calendar.current?.showPicker()}
          >
            <IconCalendar size={17} aria-hidden />
          </ActionIcon>
          <input
            ref={calendar}
            type="date"
            value={value}
            max={max}
            tabIndex={-1}
            aria-hidden
            style={{
              position: "absolute",
              inset: "auto 0 0 auto",
              width: 1,
              height: 1,
              opacity: 0,
              border: 0,
              padding: 0,
            }}
            onChange={(event) => {
              field.forget();
              onChange(event.currentTarget.value);
            }}
          />
        </>
      }
    />
  );
}

/** A time as "08:30". */
export function TimeField({ value, onChange, error, ...rest }: Props) {
  const { t } = useLingui();
  const field = useTyped(value, (time) => time, readTime);
  return (
    <TextInput
      {...rest}
      inputMode="numeric"
      autoComplete="off"
      placeholder="08:30"
      maxLength={5}
      w={rest.w ?? 110}
      value={field.text}
      onChange={(event) => {
        field.type(event.currentTarget.value);
        onChange(readTime(event.currentTarget.value) ?? "");
      }}
      onBlur={field.leave}
      error={field.wrong ? t`Typ een tijd als 08:30.` : error}
    />
  );
}
