/** One upload on a request: from whom, the note, what is in it, and taking it in. */
import { Plural, Trans } from "@lingui/react/macro";
import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { nodeNow } from "@/api/clock";
import { Trouble } from "@/ui/Trouble";
import { showMoment, showNumber } from "@/words/dates";
import { clean } from "@/words/person";
import { Decide } from "./Decide";
import classes from "./intake.module.css";
import type { Seen, Status, TakeOrder } from "./queries";
import { discardCame, listCame, type RequestSeen, statusOfCame, takeCame, type UploadCame } from "./requests";

const ASK_MS = 700;

interface Props {
  request: RequestSeen;
  came: UploadCame;
  onChanged: () => void;
}

export function Came({ request, came, onChanged }: Props) {
  const { id } = came.status;
  const [seen, setSeen] = useState<Seen | null>(null);
  const [status, setStatus] = useState<Status | null>(null);
  const now = status ?? came.status;
  const looking = useMutation({ mutationFn: () => listCame(request.id, id), onSuccess: setSeen });
  const discarding = useMutation({ mutationFn: () => discardCame(request.id, id), onSuccess: onChanged });
  const taking = useMutation({
    mutationFn: async (order: TakeOrder) => {
      let found = await takeCame(request.id, id, order);
      while (found.state === "taking") {
        setStatus(found);
        await new Promise((go) => setTimeout(go, ASK_MS));
        found = await statusOfCame(request.id, id);
      }
      setStatus(found);
      if (found.state === "taken") setSeen(null);
      onChanged();
    },
  });
  const when = came.sent === null ? "" : showMoment(came.sent, nodeNow());
  const from = clean(came.brought_by);
  const [taken, of] = [showNumber(now.taken), showNumber(now.of)];
  return (
    <div className={classes.came}>
      {now.state !== "taken" && (
        <Text size="sm">
          {came.sent === null ? <Trans>Wordt nog gestuurd, of is afgebroken.</Trans> : <Trans>Gestuurd {when}</Trans>}
          {from !== "" && ` · ${from}`}
          {clean(came.note) !== "" && ` · ${clean(came.note)}`}
        </Text>
      )}
      {now.state === "taken" && (
        <div className={classes.deeds}>
          <Text size="sm" fw={620}>
            <Plural value={now.taken} one="# beeld is ingelezen" other="# beelden zijn ingelezen" />
          </Text>
          <Button size="compact-sm" variant="default" component={Link} to="/ontvangen">
            <Trans>Naar wat binnen is</Trans>
          </Button>
        </div>
      )}
      {now.state === "taking" && (
        <Text size="sm" role="status">
          <Trans>
            {taken} van {of} beelden ingelezen
          </Trans>
        </Text>
      )}
      {now.state === "open" && seen === null && (
        <div className={classes.deeds}>
          <Button size="compact-sm" loading={looking.isPending} onClick={() => looking.mutate()}>
            <Trans>Bekijk wat er kwam</Trans>
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            loading={discarding.isPending}
            onClick={() => discarding.mutate()}
          >
            <Trans>Weggooien</Trans>
          </Button>
        </div>
      )}
      {now.state === "open" && seen !== null && (
        <Decide
          seen={seen}
          last={status}
          from={from || clean(request.whom)}
          note={clean(came.note)}
          onTake={(order) => taking.mutate(order)}
          onAgain={() => setSeen(null)}
          back={<Trans>Niet nu</Trans>}
        />
      )}
      {[looking.error, discarding.error, taking.error].map(
        (error) => error !== null && <Trouble key={String(error)} error={error} compact />,
      )}
    </div>
  );
}
