/** A partner: who it is, whom it has, and the ways that lead to it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormDialog } from "@/ui/Form";
import { isUra } from "./forms";
import { PartnerWay } from "./PartnerWay";
import {
  idOf,
  isId,
  keepPartner,
  NO_WAY,
  NOBODY,
  type Partner,
  type PartnerValue,
  partnersQuery,
  readDoors,
  typedDoors,
} from "./partners";
import { shapes } from "./parts";

export function PartnerForm({ partner, onClose }: { partner: Partner | null; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [typed, setTyped] = useState<PartnerValue>(partner?.value ?? NOBODY);
  const [doors, setDoors] = useState(() => typedDoors(typed.doors));
  const [named, setNamed] = useState(partner !== null);
  const [tried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: () => keepPartner({ ...typed, doors: readDoors(doors) }, partner?.changed ?? null),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: partnersQuery.queryKey });
      onClose();
    },
  });
  const set = (part: Partial<PartnerValue>) => setTyped((before) => ({ ...before, ...part }));
  const faults = {
    name: typed.name.trim() === "" ? t`Vul dit in.` : undefined,
    id: isId(typed.id) ? undefined : t`1 tot 40 kleine letters, cijfers of streepjes.`,
    ura: typed.ura === "" || isUra(typed.ura) ? undefined : t`Een URA-nummer heeft acht cijfers.`,
  };
  const right = Object.values(faults).every((one) => one === undefined);
  const submit = () => {
    setTried(true);
    if (right) save.mutate();
  };
  const shown = (field: keyof typeof faults) => (tried ? faults[field] : undefined);
  return (
    <FormDialog
      size="xl"
      title={partner === null ? t`Partner toevoegen` : t`${partner.value.name} wijzigen`}
      deed={<Trans>Opslaan</Trans>}
      onSubmit={submit}
      onCancel={onClose}
      pending={save.isPending}
      error={save.error}
      checked
    >
      <div className={shapes.columns}>
        <TextInput
          label={t`Naam`}
          required
          value={typed.name}
          onChange={(event) => {
            const name = event.currentTarget.value;
            set(named ? { name } : { name, id: idOf(name) });
          }}
          error={shown("name")}
          data-autofocus
        />
        <TextInput
          label={t`Korte naam`}
          description={t`Staat in regels en in de logging; ligt daarna vast`}
          required
          disabled={partner !== null}
          value={typed.id}
          onChange={(event) => {
            setNamed(true);
            set({ id: event.currentTarget.value });
          }}
          error={shown("id")}
        />
        <TextInput
          label={t`URA-nummer`}
          description={t`Leeg als de partner er geen heeft`}
          value={typed.ura}
          onChange={(event) => set({ ura: event.currentTarget.value.trim() })}
          error={shown("ura")}
        />
        <Textarea
          label={t`Afdelingen en locaties`}
          description={t`Eén per regel: afdeling, locatie`}
          autosize
          minRows={1}
          maxRows={6}
          value={doors}
          onChange={(event) => setDoors(event.currentTarget.value)}
        />
      </div>
      {typed.ways.map((way, at) => (
        <PartnerWay
          // biome-ignore lint/suspicious/noArrayIndexKey: ways have no other name than their place
          key={at}
          way={way}
          number={at + 1}
          onChange={(next) => set({ ways: typed.ways.map((one, index) => (index === at ? next : one)) })}
          onRemove={typed.ways.length > 1 ? () => set({ ways: typed.ways.filter((_, index) => index !== at) }) : null}
        />
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => set({ ways: [...typed.ways, NO_WAY] })}
        >
          <Trans>Nog een weg</Trans>
        </Button>
      </div>
    </FormDialog>
  );
}
