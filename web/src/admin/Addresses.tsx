/** The own address book: doors at partners (department, person, telephone) that the send dialog proposes. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Select, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import { FormDialog, Sure } from "@/ui/Form";
import { Phone } from "@/ui/Phone";
import { Table } from "@/ui/Table";
import { Answer, Head, Notice, shapes } from "./parts";

type Door = components["schemas"]["DoorObject"];
type Party = Door["party"];

const addressesQuery = {
  queryKey: ["administration", "addresses"],
  queryFn: ({ signal }: { signal: AbortSignal }) => data(api.GET("/addresses", { signal })),
};

const called = ({ party }: Door) =>
  [party.name || party.organisation, party.department, party.person].filter((one) => one !== "").join(", ");

const NOTHING: Party = { organisation: "", name: "", location: "", department: "", person: "", phone: "" };

function Form({ door, onClose }: { door: Door | null; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [typed, setTyped] = useState<Party>(door?.party ?? NOTHING);
  const book = useQuery({
    queryKey: ["administration", "partners"],
    queryFn: ({ signal }) => data(api.GET("/addresses/partners", { signal })),
    retry: false,
  });
  const save = useMutation({
    mutationFn: () => {
      const body = { party: typed };
      if (door === null) return data(api.POST("/addresses", { body }));
      return data(api.PUT("/addresses/{address}", { params: { path: { address: door.id } }, body }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: addressesQuery.queryKey });
      onClose();
    },
  });
  const set = (part: Partial<Party>) => setTyped((before) => ({ ...before, ...part }));
  const field = (name: "location" | "department" | "person" | "phone") => ({
    value: typed[name],
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  const partners = (book.data?.partners ?? []).map((one) => ({
    value: one.organisation,
    label: one.name === "" ? one.organisation : one.name,
  }));
  const known = partners.some((one) => one.value === typed.organisation);
  const choices =
    known || typed.organisation === ""
      ? partners
      : [...partners, { value: typed.organisation, label: typed.name || typed.organisation }];
  return (
    <FormDialog
      title={door === null ? t`Adres toevoegen` : t`Adres wijzigen`}
      deed={<Trans>Opslaan</Trans>}
      onSubmit={() => save.mutate()}
      onCancel={onClose}
      pending={save.isPending}
      error={save.error}
      ready={typed.organisation !== ""}
    >
      {book.data?.trouble && (
        <Notice>
          <Trans>De hub geeft nu geen adresboek; alleen wat hier al stond, is te kiezen.</Trans>
        </Notice>
      )}
      <Select
        label={t`Organisatie`}
        required
        searchable
        data={choices}
        value={typed.organisation === "" ? null : typed.organisation}
        onChange={(value) => set({ organisation: value ?? "" })}
        nothingFoundMessage={t`Niet in het adresboek van de hub.`}
      />
      <TextInput label={t`Afdeling`} {...field("department")} />
      <TextInput label={t`Locatie`} {...field("location")} />
      <TextInput label={t`Persoon`} {...field("person")} />
      <TextInput label={t`Telefoon`} type="tel" {...field("phone")} />
    </FormDialog>
  );
}

export function Addresses() {
  const { t } = useLingui();
  const client = useQueryClient();
  const query = useQuery(addressesQuery);
  const [edited, setEdited] = useState<Door | "new" | null>(null);
  const [removed, setRemoved] = useState<Door | null>(null);
  const remove = useMutation({
    mutationFn: (door: Door) => api.DELETE("/addresses/{address}", { params: { path: { address: door.id } } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: addressesQuery.queryKey });
      setRemoved(null);
    },
  });
  return (
    <>
      <Head
        title={t`Adresboek`}
        lead={
          <Trans>
            Afdelingen en personen bij andere ziekenhuizen, met hun telefoonnummer. Ze staan klaar bij Versturen.
          </Trans>
        }
      >
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdited("new")}>
          <Trans>Adres toevoegen</Trans>
        </Button>
      </Head>
      <Answer query={query}>
        {({ doors }) => (
          <Table
            rows={doors}
            keyOf={(door) => door.id}
            empty={
              <Trans>Nog geen eigen adressen. Bij Versturen staan de ziekenhuizen van de hub er ook zonder.</Trans>
            }
            columns={[
              {
                name: t`Organisatie`,
                cell: ({ party }) => (
                  <>
                    <div className={shapes.strong}>{party.name || party.organisation}</div>
                    <div className={shapes.quiet}>{party.organisation}</div>
                  </>
                ),
              },
              {
                name: t`Afdeling en locatie`,
                cell: ({ party }) => [party.department, party.location].filter((one) => one !== "").join(", "),
              },
              { name: t`Persoon`, cell: ({ party }) => party.person },
              { name: t`Telefoon`, cell: ({ party }) => party.phone !== "" && <Phone number={party.phone} /> },
            ]}
            deeds={(door) => (
              <>
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => setEdited(door)}
                  aria-label={t`${called(door)} wijzigen`}
                >
                  <Trans>Wijzigen</Trans>
                </Button>
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => {
                    remove.reset();
                    setRemoved(door);
                  }}
                  aria-label={t`${called(door)} verwijderen`}
                >
                  <Trans>Verwijderen</Trans>
                </Button>
              </>
            )}
          />
        )}
      </Answer>
      {edited !== null && <Form door={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      {removed !== null && (
        <Sure
          title={t`Adres verwijderen`}
          deed={<Trans>Verwijderen</Trans>}
          error={remove.error}
          pending={remove.isPending}
          onClose={() => setRemoved(null)}
          onSure={() => remove.mutate(removed)}
        >
          <Trans>Wat hierheen is verstuurd, blijft zoals het is.</Trans>
        </Sure>
      )}
    </>
  );
}
