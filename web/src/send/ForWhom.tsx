/** For whom is a study that was sent to the general address: a recipient in one touch, and send. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { countsQuery, useMe } from "@/api/queries";
import type { Exchange } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { clean } from "@/words/person";
import { bookQuery } from "./queries";
import { RecipientPicker } from "./RecipientPicker";
import { Remark } from "./Remark";
import classes from "./send.module.css";
import { TermsForm } from "./TermsForm";
import { bodyOf, lacking, newTerms, type Terms } from "./terms";

interface Props {
  exchange: Exchange;
  onClose: () => void;
}

/** What was said of it before is where this starts: a consultation that lacks its consent lacks only that. */
function startOf(exchange: Exchange, who: string): Terms {
  const terms = newTerms(who);
  if (exchange.other.organisation === "") return terms;
  const { ground, urgency, question } = exchange;
  return { ...terms, receiver: exchange.other, ground, urgency, question };
}

export function ForWhom({ exchange, onClose }: Props) {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const [terms, setTerms] = useState(() => startOf(exchange, me.name || me.login));
  const book = useQuery(bookQuery);
  const release = useMutation({
    mutationFn: () =>
      data(
        api.POST("/exchanges/{exchange}/for-whom", {
          params: { path: { exchange: exchange.id } },
          body: bodyOf(terms),
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["exchanges"] });
      void client.invalidateQueries({ queryKey: ["exchange", exchange.id] });
      void client.invalidateQueries({ queryKey: countsQuery.queryKey });
      void client.invalidateQueries({ queryKey: bookQuery.queryKey });
      onClose();
    },
  });
  const lacks = lacking(terms, null);
  const known = exchange.reason !== null && exchange.reason.code !== "for-whom";
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t`Voor wie is dit onderzoek?`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <Stack>
        <div>
          <PatientLine patient={exchange.patient} large />
          <div className={classes.quiet}>
            <bdi>{clean(exchange.description) || clean(exchange.modalities.join(" "))}</bdi>
          </div>
        </div>
        {known && exchange.reason !== null && <Remark reason={exchange.reason} />}
        <RecipientPicker book={book} terms={terms} onChange={setTerms} />
        <TermsForm terms={terms} onChange={setTerms} />
        {release.isError && <Trouble error={release.error} compact />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button disabled={lacks.length > 0} loading={release.isPending} onClick={() => release.mutate()}>
            <Trans>Versturen</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
