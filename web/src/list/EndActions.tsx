/** Ways to end an exchange: refuse an arrival, take a sending back, or say that it is for nobody. Each asks first. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Exchange } from "@/api/types";
import { useNow } from "@/ui/clock";
import { Trouble } from "@/ui/Trouble";
import { isPartner, undoLeft } from "@/words/states";
import { type Act, useAct } from "./actions";
import classes from "./Details.module.css";

type Asking = "refuse" | "withdraw" | "drop" | null;

interface AskProps {
  title: string;
  children: ReactNode;
  button: string;
  ready?: boolean;
  act: Act;
  onClose: () => void;
}

function Ask({ title, children, button, ready = true, act, onClose }: AskProps) {
  const { t } = useLingui();
  const { mutate, isPending, error } = useAct();
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t`Sluiten` }}>
      <Stack>
        {children}
        {error !== null && <Trouble error={error} compact />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button
            color="#b3141d"
            disabled={!ready}
            loading={isPending}
            onClick={() => mutate(act, { onSuccess: onClose })}
          >
            {button}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Refuse({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const [asOf] = useState(row.updated);
  const reasons: Record<string, string> = {
    "not-for-us": t`Niet voor deze organisatie bestemd`,
    "wrong-patient": t`Van een andere patiënt dan de aanvraag zegt`,
    "study-incomplete": t`Het onderzoek is niet compleet`,
    "images-unusable": t`De beelden zijn niet bruikbaar`,
    "not-needed": t`De beelden zijn niet (meer) nodig`,
  };
  return (
    <Ask
      title={t`Weigeren`}
      button={t`Weigeren`}
      ready={reason !== ""}
      act={{ id: row.id, kind: "refuse", reason, asOf }}
      onClose={onClose}
    >
      <Text size="sm">
        <Trans>De afzender leest de reden. De kopie hier wordt gewist; bij de afzender blijft alles staan.</Trans>
      </Text>
      <Radio.Group value={reason} onChange={setReason} label={t`Reden`}>
        <Stack gap={8} mt={6}>
          {Object.entries(reasons).map(([code, words]) => (
            <Radio key={code} value={code} label={words} />
          ))}
        </Stack>
      </Radio.Group>
    </Ask>
  );
}

export function EndActions({ row }: { row: Exchange }) {
  const { t } = useLingui();
  const now = useNow();
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  const can = (action: string) => row.may.includes(action);
  const undo = undoLeft(row, now) > 0;
  if (!can("refuse") && !can("withdraw") && !can("drop")) return null;
  return (
    <div className={classes.end}>
      <Group gap="xs">
        {can("refuse") && (
          <Button variant="default" onClick={() => setAsking("refuse")}>
            <Trans>Weigeren…</Trans>
          </Button>
        )}
        {can("withdraw") && (
          <Button variant="default" onClick={() => setAsking("withdraw")}>
            {undo ? <Trans>Ongedaan maken…</Trans> : <Trans>Intrekken…</Trans>}
          </Button>
        )}
        {can("drop") && (
          <Button variant="default" onClick={() => setAsking("drop")}>
            <Trans>Voor niemand bestemd…</Trans>
          </Button>
        )}
      </Group>
      {asking === "refuse" && <Refuse row={row} onClose={close} />}
      {asking === "withdraw" && (
        <Ask
          title={undo ? t`Ongedaan maken` : t`Intrekken`}
          button={undo ? t`Ongedaan maken` : t`Intrekken`}
          act={{ id: row.id, kind: "withdraw" }}
          onClose={close}
        >
          <Text size="sm">
            {isPartner(row.other) ? (
              <Trans>
                Wat nog niet weg is, wordt niet meer verstuurd. Wat al bij deze partner staat, is niet terug te halen:
                bel dan de partner. Uw eigen beelden blijven.
              </Trans>
            ) : undo ? (
              <Trans>
                De uitwisseling wordt teruggenomen. Wat al bij de ontvanger is, wordt daar gewist; uw eigen beelden
                blijven.
              </Trans>
            ) : (
              <Trans>
                De ontvanger wist zijn kopie en meldt of iemand die heeft gezien. Is de import daar al begonnen, dan kan
                het niet meer en ziet u dat hier. Uw eigen beelden blijven.
              </Trans>
            )}
          </Text>
        </Ask>
      )}
      {asking === "drop" && (
        <Ask
          title={t`Voor niemand bestemd`}
          button={t`Niet versturen`}
          act={{ id: row.id, kind: "drop" }}
          onClose={close}
        >
          <Text size="sm">
            <Trans>Dit onderzoek wordt dan aan niemand verstuurd. In uw eigen PACS verandert er niets.</Trans>
          </Text>
        </Ask>
      )}
    </div>
  );
}
