/** A list of partners from a file: what would change is shown first, and kept only then. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, FileButton } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormDialog } from "@/ui/Form";
import { Table } from "@/ui/Table";
import { Trouble } from "@/ui/Trouble";
import { keepFile, type Listed, type PartnerFile as Looked, lookAtFile, partnersQuery } from "./partners";
import { Pill } from "./parts";

function Fate({ one }: { one: Listed }) {
  const { t } = useLingui();
  const words: Record<string, string> = {
    name: t`naam`,
    ura: t`URA-nummer`,
    doors: t`afdelingen en locaties`,
    ways: t`wegen`,
  };
  if (one.fate === "new")
    return (
      <Pill tone="good">
        <Trans>nieuw</Trans>
      </Pill>
    );
  if (one.fate === "same") return <Trans>blijft zoals hij is</Trans>;
  const fields = one.fields.map((field) => words[field] ?? field).join(", ");
  return (
    <>
      <Pill tone="warn">
        <Trans>wijzigt</Trans>
      </Pill>{" "}
      {fields}
    </>
  );
}

function Kept({ looked, file, onClose }: { looked: Looked; file: File; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const keep = useMutation({
    mutationFn: () => keepFile(file, looked.basis),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: partnersQuery.queryKey });
      onClose();
    },
  });
  const count = looked.partners.filter((one) => one.fate !== "same").length;
  return (
    <FormDialog
      size="lg"
      title={t`Wat dit bestand wijzigt`}
      deed={<Plural value={count} _0="Niets te wijzigen" one="# partner overnemen" other="# partners overnemen" />}
      onSubmit={() => keep.mutate()}
      onCancel={onClose}
      pending={keep.isPending}
      error={keep.error}
      ready={count > 0}
    >
      <Table
        rows={looked.partners}
        keyOf={(one) => one.id}
        empty={<Trans>In dit bestand staat geen partner.</Trans>}
        columns={[
          { name: t`Partner`, cell: (one) => one.name },
          { name: t`Korte naam`, kind: "code", cell: (one) => one.id },
          { name: t`Wat er gebeurt`, cell: (one) => <Fate one={one} /> },
        ]}
        foot={
          looked.untouched > 0 && (
            <Plural
              value={looked.untouched}
              one="# andere partner op uw lijst staat niet in dit bestand en blijft."
              other="# andere partners op uw lijst staan niet in dit bestand en blijven."
            />
          )
        }
      />
    </FormDialog>
  );
}

export function PartnerFile() {
  const [file, setFile] = useState<File | null>(null);
  const look = useMutation({ mutationFn: lookAtFile });
  const close = () => {
    setFile(null);
    look.reset();
  };
  return (
    <>
      <FileButton
        accept=".csv,.json,text/csv,application/json"
        key={file === null ? "none" : "chosen"}
        onChange={(chosen) => {
          if (chosen === null) return;
          setFile(chosen);
          look.mutate(chosen);
        }}
      >
        {(props) => (
          <Button
            {...props}
            variant="default"
            loading={look.isPending}
            leftSection={<IconFileUpload size={16} aria-hidden />}
          >
            <Trans>Bestand inlezen</Trans>
          </Button>
        )}
      </FileButton>
      {look.error !== null && <Trouble error={look.error} compact />}
      {look.data !== undefined && file !== null && <Kept looked={look.data} file={file} onClose={close} />}
    </>
  );
}
