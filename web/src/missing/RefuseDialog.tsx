/** At the sender: says why what was asked for is not sent; who asked reads it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Radio, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMe } from "@/api/queries";
import type { Exchange, ImageRequest } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { useRequest } from "./useRequests";
import { PHONE_CHARACTERS, REFUSALS, TEXT_CHARACTERS } from "./words";

interface FieldsProps {
  text: string;
  phone: string;
  onText: (text: string) => void;
  onPhone: (phone: string) => void;
}

/** What goes along with a reply. */
export function ReplyFields({ text, phone, onText, onPhone }: FieldsProps) {
  const { t } = useLingui();
  return (
    <>
      <Textarea
        label={t`Uw toelichting`}
        value={text}
        maxLength={TEXT_CHARACTERS}
        autosize
        minRows={2}
        maxRows={6}
        onChange={(event) => onText(event.currentTarget.value)}
      />
      <TextInput
        label={t`Uw telefoonnummer`}
        type="tel"
        value={phone}
        maxLength={PHONE_CHARACTERS}
        onChange={(event) => onPhone(event.currentTarget.value)}
      />
    </>
  );
}

interface Props {
  exchange: Exchange;
  request: ImageRequest;
  onClose: () => void;
}

export function RefuseDialog({ exchange, request, onClose }: Props) {
  const { i18n, t } = useLingui();
  const me = useMe();
  const [reason, setReason] = useState("");
  const [text, setText] = useState("");
  const [phone, setPhone] = useState(me.phone);
  const { mutate, isPending, error } = useRequest(exchange.id);
  const body = { reason, text, phone };
  const ready = reason !== "" && (reason !== "see-text" || text.trim() !== "");
  return (
    <Modal opened onClose={onClose} title={t`Niet sturen`} closeButtonProps={{ "aria-label": t`Sluiten` }}>
      <Stack>
        <PatientLine patient={exchange.patient} />
        <Text size="sm">
          <Trans>Wie het vroeg, leest de reden en uw toelichting.</Trans>
        </Text>
        <Radio.Group value={reason} onChange={setReason} label={t`Reden`}>
          <Stack gap={8} mt={6}>
            {Object.entries(REFUSALS).map(([code, words]) => (
              <Radio key={code} value={code} label={i18n._(words)} />
            ))}
          </Stack>
        </Radio.Group>
        <ReplyFields text={text} phone={phone} onText={setText} onPhone={setPhone} />
        {error !== null && <Trouble error={error} compact />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button
            disabled={!ready}
            loading={isPending}
            onClick={() => mutate({ kind: "refuse", number: request.number, body }, { onSuccess: onClose })}
          >
            <Trans>Antwoorden</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
