/** Asks a colleague of the own organisation to look along: an invitation in the portal, or a link. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CopyButton, Select } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { may, useMe } from "@/api/queries";
import { Trouble } from "@/ui/Trouble";
import { clean } from "@/words/person";
import classes from "./Consult.module.css";

export interface Subject {
  kind: "exchanges" | "studies";
  id: string;
}

function begin(subject: Subject, guest: string) {
  const body = { guest };
  return subject.kind === "exchanges"
    ? data(api.POST("/exchanges/{exchange}/shares", { params: { path: { exchange: subject.id } }, body }))
    : data(api.POST("/studies/{study}/shares", { params: { path: { study: subject.id } }, body }));
}

/** The address at which a colleague joins; it holds a random id and nothing else. */
export function shareLink(share: string): string {
  return `${window.location.origin}/samen/${share}`;
}

export function Colleagues({ subject }: { subject: Subject }) {
  const { t } = useLingui();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const [guest, setGuest] = useState<string | null>(null);
  const people = useQuery({
    queryKey: ["colleagues"],
    queryFn: ({ signal }) => data(api.GET("/colleagues", { signal })),
    enabled: open,
    staleTime: 60_000,
  });
  const invite = useMutation({ mutationFn: (account: string) => begin(subject, account) });
  if (!may(me, "share-view")) return null;
  if (!open)
    return (
      <Button
        variant="default"
        size="sm"
        leftSection={<IconUserPlus size={17} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        <Trans>Collega erbij</Trans>
      </Button>
    );
  const options = (people.data?.people ?? []).map((one) => ({
    value: one.account,
    label: [clean(one.name), clean(one.department)].filter((part) => part !== "").join(" · "),
  }));
  return (
    <section className={classes.part}>
      <Select
        label={t`Collega`}
        placeholder={t`Kies wie meekijkt`}
        data={options}
        value={guest}
        onChange={setGuest}
        searchable
        nothingFoundMessage={t`Niemand gevonden`}
        comboboxProps={{ withinPortal: true }}
      />
      <Button
        size="sm"
        disabled={guest === null}
        loading={invite.isPending}
        onClick={() => guest !== null && invite.mutate(guest)}
      >
        <Trans>Uitnodigen</Trans>
      </Button>
      {invite.isSuccess && (
        <div className={classes.invite} role="status">
          <p>
            <Trans>Uitgenodigd. Zet Samen kijken aan zodra uw collega er is.</Trans>
          </p>
          <CopyButton value={shareLink(invite.data.id)}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" onClick={copy}>
                {copied ? <Trans>Link gekopieerd</Trans> : <Trans>Link kopiëren</Trans>}
              </Button>
            )}
          </CopyButton>
        </div>
      )}
      {(invite.isError || people.isError) && <Trouble error={invite.error ?? people.error} compact />}
    </section>
  );
}
