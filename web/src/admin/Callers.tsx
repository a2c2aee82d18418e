/** Who may call an AE title: one row a caller; one that fits is enough. */
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { isNetwork, isTitle, listed } from "./forms";
import type { Caller } from "./settings";

/** As it is typed: lists as one text. */
export interface TypedCaller {
  ae_title: string;
  networks: string;
  certificates: string;
}

export const typedCaller = (caller: Caller): TypedCaller => ({
  ae_title: caller.ae_title,
  networks: caller.networks.join(", "),
  certificates: caller.certificates.join(", "),
});

export const sentCaller = (typed: TypedCaller): Caller => ({
  ae_title: typed.ae_title.trim() === "" ? "*" : typed.ae_title.trim(),
  networks: listed(typed.networks),
  certificates: listed(typed.certificates),
});

export const callerFaults = (typed: TypedCaller): { title: boolean; networks: boolean; certificates: boolean } => ({
  title: !["", "*"].includes(typed.ae_title.trim()) && !isTitle(typed.ae_title.trim()),
  networks: !listed(typed.networks).every(isNetwork),
  certificates: !listed(typed.certificates).every((one) => /^[0-9a-fA-F:]{64,95}$/.test(one)),
});

export const callersFit = (callers: TypedCaller[]): boolean =>
  callers.length > 0 && callers.every((one) => !Object.values(callerFaults(one)).some(Boolean));

export function Callers({ callers, onChange }: { callers: TypedCaller[]; onChange: (next: TypedCaller[]) => void }) {
  const { t } = useLingui();
  const put = (at: number, part: Partial<TypedCaller>) =>
    onChange(callers.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <Stack gap="xs" component="fieldset" style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={500}>
        <Trans>Wie mag deze AE-title aanroepen</Trans>
      </Text>
      {callers.map((caller, at) => {
        const faults = callerFaults(caller);
        const number = at + 1;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name than their place
          <Group key={at} wrap="wrap" align="flex-start" gap="xs">
            <TextInput
              label={t`Aanroepende AE-title ${number}`}
              description={t`* is iedereen`}
              value={caller.ae_title}
              onChange={(event) => put(at, { ae_title: event.currentTarget.value })}
              error={faults.title && t`Dit is geen AE-title.`}
              style={{ flex: "1 1 150px" }}
            />
            <TextInput
              label={t`Vanaf deze adressen ${number}`}
              description={t`leeg is overal vandaan`}
              placeholder="10.20.0.0/16"
              value={caller.networks}
              onChange={(event) => put(at, { networks: event.currentTarget.value })}
              error={faults.networks && t`Typ adressen of netwerken, met komma’s ertussen.`}
              style={{ flex: "2 1 200px" }}
            />
            <TextInput
              label={t`Met certificaat ${number}`}
              description={t`SHA-256; leeg vraagt er geen`}
              value={caller.certificates}
              onChange={(event) => put(at, { certificates: event.currentTarget.value })}
              error={faults.certificates && t`Een vingerafdruk heeft 64 tekens 0-9 en a-f.`}
              style={{ flex: "2 1 170px" }}
            />
            <ActionIcon
              variant="default"
              size={36}
              mt={44}
              disabled={callers.length === 1}
              onClick={() => onChange(callers.filter((_, index) => index !== at))}
              aria-label={t`Aanroeper ${number} weghalen`}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        );
      })}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...callers, { ae_title: "*", networks: "", certificates: "" }])}
        style={{ alignSelf: "start" }}
      >
        <Trans>Nog een aanroeper</Trans>
      </Button>
    </Stack>
  );
}
