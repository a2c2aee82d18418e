/** One answer in words: what, what became of it, who, when, and how to reach them. */
import { useLingui } from "@lingui/react/macro";
import type { components } from "@/api/schema";
import type { Exchange } from "@/api/types";
import { useMinute } from "@/ui/clock";
import { Phone } from "@/ui/Phone";
import { showMoment, showMomentFully } from "@/words/dates";
import { clean } from "@/words/person";
import { ROLES } from "@/words/states";
import classes from "./Consult.module.css";
import { ANSWERS, OUTCOMES } from "./words";

export type Answer = components["schemas"]["AnswerObject"];

/** "dr. Bakker, arts · Radiologie · Ziekenhuis B". */
export function useWho(): (one: { name: string; role: string; department: string }, organisation: string) => string {
  const { i18n } = useLingui();
  return (one, organisation) => {
    const roles = one.role
      .split(" ")
      .map((role) => ROLES[role])
      .filter((words) => words !== undefined)
      .map((words) => i18n._(words))
      .join(", ");
    const name = clean(one.name);
    const same = name.toLowerCase() === roles.toLowerCase();
    return [name, same ? "" : roles, clean(one.department), clean(organisation)]
      .filter((part) => part !== "")
      .join(" · ");
  };
}

export function AnswerLine({
  answer,
  exchange,
  small = false,
}: {
  answer: Answer;
  exchange: Exchange;
  small?: boolean;
}) {
  const { i18n, t } = useLingui();
  const who = useWho();
  const minute = useMinute();
  const words = ANSWERS[answer.answer];
  const became = `${answer.answer} ${answer.outcome}`;
  const outcome = OUTCOMES[`${became} ${exchange.state}`] ?? OUTCOMES[became];
  const organisation = answer.own ? "" : exchange.other.name;
  return (
    <div className={small ? classes.answerSmall : classes.answerLine} data-answer={answer.answer}>
      <p className={classes.answerWord}>
        <strong>{words === undefined ? answer.answer : i18n._(words)}</strong>
        <time dateTime={new Date(answer.at * 1000).toISOString()} title={showMomentFully(answer.at)}>
          {showMoment(answer.at, minute)}
        </time>
        {!answer.sent && <span className={classes.quiet}>{t`wordt verstuurd…`}</span>}
      </p>
      {answer.text !== "" && (
        <p className={classes.answerText}>
          <bdi>{clean(answer.text)}</bdi>
        </p>
      )}
      {outcome !== undefined && <p className={classes.quiet}>{i18n._(outcome)}</p>}
      <p className={classes.quiet}>
        <bdi>{who(answer, organisation)}</bdi> {answer.phone !== "" && <Phone number={answer.phone} />}
      </p>
    </div>
  );
}
