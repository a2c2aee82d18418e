/** Somebody who can be called; who is reached in the portal only is told apart. */
import { useLingui } from "@lingui/react/macro";
import { NativeSelect } from "@mantine/core";
import type { Person } from "./types";

interface Props {
  people: Person[];
  value: string;
  onChange: (account: string) => void;
  /** Also nobody, on purpose. */
  nobody?: boolean;
}

export const NOBODY = "nobody";

export function PersonSelect({ people, value, onChange, nobody = false }: Props) {
  const { t } = useLingui();
  const options = people.map((one) => ({
    value: one.account,
    label: one.outside.length === 0 ? t`${one.name} (alleen in het portaal)` : one.name,
  }));
  return (
    <NativeSelect
      label={t`Wie`}
      value={value}
      data={[{ value: "", label: t`Kies …` }, ...(nobody ? [{ value: NOBODY, label: t`Niemand` }] : []), ...options]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function LevelSelect({ value, onChange }: { value: number; onChange: (level: number) => void }) {
  const { t } = useLingui();
  return (
    <NativeSelect
      label={t`Volgorde`}
      value={String(value)}
      data={[
        { value: "1", label: t`1 (eerst)` },
        { value: "2", label: "2" },
        { value: "3", label: "3" },
        { value: "4", label: "4" },
      ]}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
    />
  );
}
