/** What a partner did not take goes once more; what it has taken is not sent twice. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import type { Exchange } from "@/api/types";
import { Sure } from "@/ui/Form";
import { PatientLine } from "@/ui/PatientLine";
import { showNumber } from "@/words/dates";
import { listName } from "@/words/person";
import { useAct } from "./actions";
import rowActions from "./RowActions.module.css";

function Ask({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const { mutate, isPending, error } = useAct();
  const [taken, all] = [showNumber(row.done), showNumber(row.total)];
  return (
    <Sure
      title={t`Opnieuw versturen`}
      deed={<Trans>Opnieuw versturen</Trans>}
      takes={false}
      pending={isPending}
      error={error}
      onClose={onClose}
      onSure={() => mutate({ id: row.id, kind: "deliver-again" }, { onSuccess: onClose })}
    >
      <PatientLine patient={row.patient} />
      <Text size="sm" mt="sm">
        <Trans>
          De ontvanger nam {taken} van {all} beelden aan. Alleen wat nog niet is aangenomen, gaat opnieuw. Is de oorzaak
          weg? Bel anders eerst de ontvanger.
        </Trans>
      </Text>
    </Sure>
  );
}

export function DeliverAgain({ row, inRow = false }: { row: Exchange; inRow?: boolean }) {
  const [asking, setAsking] = useState(false);
  if (!row.may.includes("deliver-again")) return null;
  const whom = row.patient === null ? "" : listName(row.patient.name);
  return (
    <>
      {inRow ? (
        <button type="button" className={`${rowActions.primary} ${rowActions.narrow}`} onClick={() => setAsking(true)}>
          <Trans>Opnieuw versturen</Trans>
          <span className="bb-hidden"> {whom}</span>
        </button>
      ) : (
        <Button size="md" leftSection={<IconRefresh size={19} aria-hidden />} onClick={() => setAsking(true)}>
          <Trans>Opnieuw versturen</Trans>
        </Button>
      )}
      {asking && <Ask row={row} onClose={() => setAsking(false)} />}
    </>
  );
}
