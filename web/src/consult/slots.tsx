/** What the list shows of a consult: the answer on the row, and everything in the details. */
import { Trans, useLingui } from "@lingui/react/macro";
import { IconEye } from "@tabler/icons-react";
import type { Exchange } from "@/api/types";
import { AnswerButtons } from "./AnswerButtons";
import { AnswerLine, useWho } from "./AnswerLine";
import { AnswerPart } from "./AnswerPart";
import classes from "./Consult.module.css";
import { Phones } from "./ConsultBar";

/** Below a row: the answer in one line, and who is looking at this moment. */
export function RowAnswer({ exchange }: { exchange: Exchange }) {
  const { t } = useLingui();
  const who = useWho();
  const looking = exchange.presence;
  const waits = exchange.consult && exchange.answer === null && exchange.may.includes("answer");
  if (exchange.answer === null && looking.length === 0 && !waits) return null;
  return (
    <div className={classes.row}>
      {exchange.answer !== null && <AnswerLine answer={exchange.answer} exchange={exchange} small />}
      {waits && (
        <p className={classes.waits}>
          <Trans>Vraagt om uw antwoord: komen, blijven, meer beeldvorming of bellen</Trans>
        </p>
      )}
      {looking.length > 0 && (
        <p className={classes.quiet} title={t`Kijkt nu mee`}>
          <IconEye size={15} stroke={1.8} aria-label={t`Kijkt nu mee`} />{" "}
          <bdi>{[...new Set(looking.map((one) => who(one, one.here ? "" : exchange.other.name)))].join("; ")}</bdi>
        </p>
      )}
    </div>
  );
}

/** On top of the details of an exchange. */
export function DetailsAnswer({ exchange }: { exchange: Exchange }) {
  const answers = exchange.may.includes("answer");
  if (!answers && exchange.answers.length === 0) return null;
  return (
    <div className={classes.details}>
      {answers && <AnswerButtons exchange={exchange} keys={false} />}
      <AnswerPart exchange={exchange} />
      <Phones exchange={exchange} />
    </div>
  );
}
