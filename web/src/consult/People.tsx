/** Who has it open now, at both ends, and who shows what they see. */
import { Trans, useLingui } from "@lingui/react/macro";
import { IconDeviceDesktopShare, IconEye } from "@tabler/icons-react";
import type { Exchange } from "@/api/types";
import { useWho } from "./AnswerLine";
import classes from "./Consult.module.css";
import type { Person } from "./session";

export function People({ people, exchange, page }: { people: readonly Person[]; exchange?: Exchange; page?: string }) {
  const { t } = useLingui();
  const who = useWho();
  const others = people.filter((one) => one.key !== page);
  return (
    <section className={classes.part}>
      <h3 className={classes.heading}>
        <Trans>Kijkt nu mee</Trans>
      </h3>
      {others.length === 0 ? (
        <p className={classes.quiet}>
          <Trans>Niemand anders</Trans>
        </p>
      ) : (
        <ul className={classes.people} aria-live="polite">
          {others.map((one) => (
            <li key={one.key} data-here={one.here}>
              {one.sharing ? (
                <IconDeviceDesktopShare size={16} stroke={1.8} aria-label={t`deelt het beeld`} />
              ) : (
                <IconEye size={16} stroke={1.8} aria-hidden />
              )}
              <bdi>{who(one, one.here ? "" : (exchange?.other.name ?? ""))}</bdi>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
