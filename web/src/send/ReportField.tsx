/** A report beside the images: a PDF, put ready as soon as it is chosen. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, FileButton, Select, TextInput } from "@mantine/core";
import { IconFileTypePdf, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { putReport } from "@/api/reports";
import { Trouble } from "@/ui/Trouble";
import { showDay } from "@/words/dates";
import { clean } from "@/words/person";
import type { Selection } from "./selection";
import classes from "./send.module.css";
import type { ReportFile } from "./terms";
import type { Study } from "./types";

interface Props {
  studies: Study[];
  selection: Selection;
  report: ReportFile | null;
  onChange: (report: ReportFile | null) => void;
}

export function ReportField({ studies, selection, report, onChange }: Props) {
  const { t } = useLingui();
  const [name, setName] = useState("");
  const chosen = studies.filter((one) => selection[one.study_uid] !== undefined);
  const put = useMutation({
    mutationFn: putReport,
    onSuccess: (id) => onChange({ id, title: t`Verslag`, study: chosen[0]?.study_uid ?? "" }),
  });
  const take = (file: File | null) => {
    if (file === null) return;
    setName(file.name);
    put.mutate(file);
  };
  return (
    <div className={classes.report}>
      {report === null ? (
        <FileButton onChange={take} accept="application/pdf">
          {(props) => (
            <Button
              {...props}
              variant="default"
              loading={put.isPending}
              leftSection={<IconFileTypePdf size={18} aria-hidden />}
            >
              <Trans>Verslag (PDF) toevoegen</Trans>
            </Button>
          )}
        </FileButton>
      ) : (
        <>
          <div className={classes.reportLine}>
            <IconFileTypePdf size={20} aria-hidden />
            <bdi>{clean(name)}</bdi>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconX size={15} aria-hidden />}
              onClick={() => onChange(null)}
            >
              <Trans>Weghalen</Trans>
            </Button>
          </div>
          <TextInput
            label={t`Naam van het verslag`}
            value={report.title}
            maxLength={64}
            onChange={(event) => onChange({ ...report, title: event.currentTarget.value })}
          />
          {chosen.length > 1 && (
            <Select
              label={t`Bij welk onderzoek`}
              data={chosen.map((one) => ({
                value: one.study_uid,
                label: `${clean(one.description) || clean(one.modalities.join(" "))} · ${showDay(one.date)}`,
              }))}
              value={
                chosen.some((one) => one.study_uid === report.study) ? report.study : (chosen[0]?.study_uid ?? null)
              }
              allowDeselect={false}
              onChange={(study) => onChange({ ...report, study: study ?? "" })}
            />
          )}
        </>
      )}
      {put.isError && <Trouble error={put.error} compact />}
    </div>
  );
}
