/** The answer as both ends see it: the last one large, earlier ones below, and at the sender that it was heard. */
import { Plural, Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { Exchange } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { AnswerLine } from "./AnswerLine";
import classes from "./Consult.module.css";
import { useHeard } from "./useAnswer";

const ASKS = new Set(["more-imaging", "call-me"]);

export function AnswerPart({ exchange }: { exchange: Exchange }) {
  const heard = useHeard(exchange.id);
  const [last, ...earlier] = [...exchange.answers].reverse();
  if (last === undefined) return null;
  const asks = !last.own && ASKS.has(last.answer);
  return (
    <section className={classes.part}>
      <h3 className={classes.heading}>{last.own ? <Trans>Ons antwoord</Trans> : <Trans>Antwoord</Trans>}</h3>
      <div aria-live="polite">
        <AnswerLine answer={last} exchange={exchange} />
      </div>
      {asks && last.heard === null && (
        <Button size="sm" onClick={() => heard.mutate()} loading={heard.isPending}>
          <Trans>Gelezen</Trans>
        </Button>
      )}
      {asks && last.heard !== null && (
        <p className={classes.quiet}>
          <Trans>Gelezen</Trans>
        </p>
      )}
      {heard.isError && <Trouble error={heard.error} compact />}
      {earlier.length > 0 && (
        <details className={classes.earlier}>
          <summary>
            <Plural value={earlier.length} one="# eerder antwoord" other="# eerdere antwoorden" />
          </summary>
          {earlier.map((answer) => (
            <AnswerLine key={answer.number} answer={answer} exchange={exchange} small />
          ))}
        </details>
      )}
    </section>
  );
}
