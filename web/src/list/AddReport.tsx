/** A report as a PDF put with a sending or an arrival by hand: what it is, how far, and which one it replaces. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, FileButton, Group, Radio, Select, Text, TextInput } from "@mantine/core";
import { IconFileTypePdf } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { putReport } from "@/api/reports";
import type { Exchange } from "@/api/types";
import { FormDialog } from "@/ui/Form";
import { PatientLine } from "@/ui/PatientLine";
import { showMomentFully } from "@/words/dates";
import { clean } from "@/words/person";
import { exchangeKey } from "./useExchanges";

type Status = "preliminary" | "final" | "corrected";

export function canAddReport(row: Exchange): boolean {
  return row.may.includes("attach-report") || row.may.includes("add-report");
}

/** Those that were put with it by hand before. What they say is not asked for: that would be looking at them. */
function useAttached(id: string) {
  const path = { exchange: id };
  const query = useQuery({
    queryKey: ["attached", id],
    queryFn: ({ signal }) => data(api.GET("/exchanges/{exchange}/reports/attached", { params: { path }, signal })),
    gcTime: 0,
  });
  return query.data?.reports ?? [];
}

function Dialog({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const attached = useAttached(row.id);
  const words: Record<string, string> = {
    preliminary: t`Voorlopig`,
    final: t`Definitief`,
    corrected: t`Gecorrigeerd`,
  };
  const [file, setFile] = useState<File | null>(null);
  const [title, setTitle] = useState(() => t`Verslag`);
  const [status, setStatus] = useState<Status>("final");
  const [replaces, setReplaces] = useState("");
  const arrival = row.direction === "in";
  const put = useMutation({
    mutationFn: async (chosen: File) => {
      const report = await putReport(chosen);
      const body = { report, title, status, replaces };
      return data(api.POST("/exchanges/{exchange}/reports", { params: { path: { exchange: row.id } }, body }));
    },
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: ["history", row.id] });
      void client.invalidateQueries({ queryKey: ["deliveries", row.id] });
      void client.invalidateQueries({ queryKey: ["exchanges"] });
      await client.invalidateQueries({ queryKey: exchangeKey(row.id) });
      onClose();
    },
  });
  return (
    <FormDialog
      title={t`Verslag toevoegen`}
      deed={<Trans>Toevoegen</Trans>}
      onSubmit={() => file !== null && put.mutate(file)}
      onCancel={onClose}
      pending={put.isPending}
      error={put.error}
      ready={file !== null && title.trim() !== ""}
    >
      <PatientLine patient={row.patient} />
      <Text size="sm">
        {arrival ? (
          <Trans>
            Het verslag ligt daarna bij deze ontvangst, en gaat na de import mee naar uw eigen systemen. Controleer of
            het van deze patiënt is: Beeldbrug leest de PDF niet.
          </Trans>
        ) : (
          <Trans>
            Het verslag gaat met deze uitwisseling mee, of erachteraan. Controleer of het van deze patiënt is: Beeldbrug
            leest de PDF niet.
          </Trans>
        )}
      </Text>
      <Group gap="sm">
        <FileButton onChange={setFile} accept="application/pdf">
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconFileTypePdf size={18} aria-hidden />}>
              {file === null ? <Trans>PDF kiezen</Trans> : <Trans>Andere PDF kiezen</Trans>}
            </Button>
          )}
        </FileButton>
        {file !== null && (
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            <bdi>{clean(file.name)}</bdi>
          </Text>
        )}
      </Group>
      <TextInput
        label={t`Naam van het verslag`}
        required
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Radio.Group label={t`Hoever is het?`} value={status} onChange={(value) => setStatus(value as Status)}>
        <Group gap="md" mt={6}>
          {Object.entries(words).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Group>
      </Radio.Group>
      {attached.length > 0 && (
        <Select
          label={t`Vervangt`}
          description={t`Het vorige blijft als eerdere versie te lezen`}
          value={replaces}
          onChange={(value) => setReplaces(value ?? "")}
          allowDeselect={false}
          data={[
            { value: "", label: t`Geen: dit is een nieuw verslag` },
            ...attached.map((one) => ({
              value: one.id,
              label: `${words[one.status] ?? one.status} · ${showMomentFully(one.arrived)}`,
            })),
          ]}
        />
      )}
    </FormDialog>
  );
}

export function AddReport({ row }: { row: Exchange }) {
  const [open, setOpen] = useState(false);
  if (!canAddReport(row)) return null;
  return (
    <>
      <Button
        size="md"
        variant="default"
        leftSection={<IconFileTypePdf size={19} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        <Trans>Verslag toevoegen…</Trans>
      </Button>
      {open && <Dialog row={row} onClose={() => setOpen(false)} />}
    </>
  );
}
