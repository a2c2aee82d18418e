/** The hospital's own list of departments. A new name goes along with the accounts that are filed under the old one. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Switch, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import { FormDialog } from "@/ui/Form";
import { Phone } from "@/ui/Phone";
import { Table } from "@/ui/Table";
import { showNumber } from "@/words/dates";
import { Answer, Head, Pill, shapes } from "./parts";

type Department = components["schemas"]["DepartmentObject"];
type Fields = Required<components["schemas"]["DepartmentFields"]>;

export const departmentsQuery = {
  queryKey: ["administration", "departments"],
  queryFn: ({ signal }: { signal: AbortSignal }) => data(api.GET("/administration/departments", { signal })),
};

const NOTHING: Fields = { name: "", location: "", phone: "", closed: false };

function Form({ department, onClose }: { department: Department | null; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const stray = department !== null && department.id === "";
  const [typed, setTyped] = useState<Fields>(() => ({ ...NOTHING, ...department }));
  const save = useMutation({
    mutationFn: () => {
      const body: Fields = { name: typed.name, location: typed.location, phone: typed.phone, closed: typed.closed };
      if (department === null || stray) return data(api.POST("/administration/departments", { body }));
      const params = { path: { department: department.id } };
      return data(api.PUT("/administration/departments/{department}", { params, body }));
    },
    onSuccess: (answer) => {
      client.setQueryData(departmentsQuery.queryKey, answer);
      void client.invalidateQueries({ queryKey: ["administration", "accounts"] });
      onClose();
    },
  });
  const set = (part: Partial<Fields>) => setTyped((before) => ({ ...before, ...part }));
  return (
    <FormDialog
      title={department === null || stray ? t`Afdeling op de lijst zetten` : t`Afdeling wijzigen`}
      deed={<Trans>Opslaan</Trans>}
      onSubmit={() => save.mutate()}
      onCancel={onClose}
      pending={save.isPending}
      error={save.error}
      ready={typed.name.trim() !== ""}
    >
      <TextInput
        label={t`Naam`}
        required
        disabled={stray}
        value={typed.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <TextInput
        label={t`Locatie`}
        value={typed.location}
        onChange={(event) => set({ location: event.currentTarget.value })}
      />
      <TextInput
        label={t`Telefoon`}
        type="tel"
        value={typed.phone}
        onChange={(event) => set({ phone: event.currentTarget.value })}
      />
      {department !== null && !stray && (
        <Switch
          label={t`Gesloten: nieuwe accounts kunnen er niet onder`}
          checked={typed.closed}
          onChange={(event) => set({ closed: event.currentTarget.checked })}
        />
      )}
    </FormDialog>
  );
}

export function Departments() {
  const { t } = useLingui();
  const query = useQuery(departmentsQuery);
  const [edited, setEdited] = useState<Department | "new" | null>(null);
  return (
    <>
      <Head title={t`Afdelingen`} lead={<Trans>Waaronder accounts, regels en roosters vallen.</Trans>}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdited("new")}>
          <Trans>Afdeling toevoegen</Trans>
        </Button>
      </Head>
      <Answer query={query}>
        {({ departments }) => (
          <Table
            rows={departments}
            keyOf={(one) => one.id || one.name}
            empty={<Trans>Er staat nog geen afdeling op de lijst. Begin met die waar beelden binnenkomen.</Trans>}
            columns={[
              {
                name: t`Afdeling`,
                cell: (one) => (
                  <>
                    <span className={shapes.strong}>{one.name}</span>{" "}
                    {one.closed && (
                      <Pill>
                        <Trans>gesloten</Trans>
                      </Pill>
                    )}
                    {one.id === "" && (
                      <Pill tone="warn">
                        <Trans>niet op de lijst</Trans>
                      </Pill>
                    )}
                  </>
                ),
              },
              { name: t`Locatie`, cell: (one) => one.location },
              { name: t`Telefoon`, cell: (one) => one.phone !== "" && <Phone number={one.phone} /> },
              { name: t`Accounts`, kind: "number", named: true, cell: (one) => showNumber(one.accounts) },
            ]}
            deeds={(one) => (
              <Button
                variant="default"
                size="xs"
                onClick={() => setEdited(one)}
                aria-label={one.id === "" ? t`Op de lijst: ${one.name}` : t`${one.name} wijzigen`}
              >
                {one.id === "" ? <Trans>Op de lijst</Trans> : <Trans>Wijzigen</Trans>}
              </Button>
            )}
          />
        )}
      </Answer>
      {edited !== null && <Form department={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}
