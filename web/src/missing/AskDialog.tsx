/**
 * Asks the sender for what is missing. What is known to be missing stands there to choose from; where there is nobody to
 * ask over the wire, a text to phone or mail is ready, which names no patient.
 */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, Loader, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "@/api/queries";
import type { Exchange } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { clean } from "@/words/person";
import { inLanguage } from "@/words/reasons";
import { URGENCIES } from "@/words/states";
import { useLanguage } from "@/words/useLanguage";
import { Known, LackingSeries } from "./Known";
import classes from "./missing.module.css";
import { askableQuery, letterQuery, useRequest } from "./useRequests";
import { KINDS, PHONE_CHARACTERS, TEXT_CHARACTERS } from "./words";

interface Props {
  exchange: Exchange;
  onClose: () => void;
}

export function AskDialog({ exchange, onClose }: Props) {
  const { t } = useLingui();
  const askable = useQuery(askableQuery(exchange.id));
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t`Vragen wat ontbreekt`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      {askable.isPending ? (
        <Group role="status">
          <Loader size="sm" aria-hidden /> <Trans>Kijken wat er bekend is…</Trans>
        </Group>
      ) : askable.isError ? (
        <Trouble error={askable.error} retry={() => void askable.refetch()} retrying={askable.isFetching} />
      ) : (
        <Stack>
          <PatientLine patient={exchange.patient} />
          <Known askable={askable.data} />
          {askable.data.reachable ? (
            <Ask exchange={exchange} lacking={askable.data.lacking} onClose={onClose} />
          ) : (
            <Phoned exchange={exchange} why={askable.data.why} />
          )}
        </Stack>
      )}
    </Modal>
  );
}

function Kinds({ chosen, onChange }: { chosen: string[]; onChange: (chosen: string[]) => void }) {
  const { i18n, t } = useLingui();
  return (
    <Checkbox.Group label={t`Wat ontbreekt`} value={chosen} onChange={onChange}>
      <Stack gap={8} mt={6}>
        {Object.entries(KINDS).map(([kind, words]) => (
          <Checkbox key={kind} value={kind} label={i18n._(words)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function PhoneField({ phone, onChange }: { phone: string; onChange: (phone: string) => void }) {
  const { t } = useLingui();
  return (
    <TextInput
      label={t`Uw telefoonnummer`}
      type="tel"
      value={phone}
      maxLength={PHONE_CHARACTERS}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Ask({ exchange, lacking, onClose }: Props & { lacking: LackingSeries[] }) {
  const { i18n, t } = useLingui();
  const me = useMe();
  const [kinds, setKinds] = useState<string[]>([]);
  const [series, setSeries] = useState<string[]>([]);
  const [text, setText] = useState("");
  const [phone, setPhone] = useState(me.phone);
  const [urgency, setUrgency] = useState("routine");
  const { mutate, isPending, error } = useRequest(exchange.id);
  const ready = kinds.length > 0 || series.length > 0 || text.trim() !== "";
  const name = clean(exchange.other.name);
  return (
    <>
      <Kinds chosen={kinds} onChange={setKinds} />
      <LackingSeries lacking={lacking} chosen={series} onChange={setSeries} />
      <Textarea
        label={t`In uw woorden`}
        description={t`Ten hoogste ${TEXT_CHARACTERS} tekens. Reist verzegeld; alleen de afzender leest het.`}
        value={text}
        maxLength={TEXT_CHARACTERS}
        autosize
        minRows={2}
        maxRows={6}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <PhoneField phone={phone} onChange={setPhone} />
      <Select
        label={t`Hoe dringend`}
        description={urgency === "stat" ? t`Bij de afzender wordt gewekt wie dienst heeft.` : undefined}
        data={Object.entries(URGENCIES).map(([value, words]) => ({ value, label: i18n._(words) }))}
        value={urgency}
        allowDeselect={false}
        onChange={(value) => setUrgency(value ?? "routine")}
      />
      {error !== null && <Trouble error={error} compact />}
      {!ready && (
        <Text size="sm" c="dimmed">
          <Trans>Kies wat ontbreekt, of zeg het in uw woorden.</Trans>
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          <Trans>Annuleren</Trans>
        </Button>
        <Button
          disabled={!ready}
          loading={isPending}
          onClick={() => mutate({ kind: "ask", body: { kinds, series, text, phone, urgency } }, { onSuccess: onClose })}
        >
          {name === "" ? <Trans>Vragen</Trans> : <Trans>Vraag {name}</Trans>}
        </Button>
      </Group>
    </>
  );
}

/** Nobody to ask over the wire: the text to phone or mail. */
function Phoned({ exchange, why }: { exchange: Exchange; why: Exchange["reason"] }) {
  const me = useMe();
  const language = useLanguage();
  const [kinds, setKinds] = useState<string[]>([]);
  const [phone, setPhone] = useState(me.phone);
  const letter = useQuery(letterQuery(exchange.id, kinds, phone, language));
  const [copied, setCopied] = useState(false);
  const text = letter.data?.text ?? "";
  const said = why === null ? null : inLanguage(why, language);
  return (
    <>
      {said !== null && (
        <Text size="sm">
          <strong>{said.text}</strong> {said.remedy}
        </Text>
      )}
      <Kinds chosen={kinds} onChange={setKinds} />
      <PhoneField phone={phone} onChange={setPhone} />
      {letter.isError && <Trouble error={letter.error} compact />}
      {text !== "" && <pre className={classes.letter}>{text}</pre>}
      <Group justify="flex-end">
        {exchange.route === "link" && (
          <Button component="a" href="/uploadverzoeken" variant="default">
            <Trans>Uploadverzoek maken</Trans>
          </Button>
        )}
        <Button
          disabled={text === ""}
          leftSection={<IconCopy size={18} aria-hidden />}
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        >
          {copied ? <Trans>Gekopieerd</Trans> : <Trans>Tekst kopiëren</Trans>}
        </Button>
      </Group>
    </>
  );
}
