/** The other end: organisation, department, person, and a number to call; or who brought it, and on what. */
import { useLingui } from "@lingui/react";
import type { Exchange, Party } from "@/api/types";
import { Phone } from "@/ui/Phone";
import { nameOf } from "@/words/party";
import { clean } from "@/words/person";
import { wayOf } from "@/words/routes";
import classes from "./Row.module.css";

/** "Radiologie, dr. De Vries": department, location and person, as far as they are known. */
export function within(party: Party): string {
  return [party.department, party.location, party.person]
    .map(clean)
    .filter((part) => part !== "")
    .join(" · ");
}

/**
 * What somebody brought by hand has no sending organisation: its name is that of whoever did, where that was said. A
 * picture without a name went to nobody's system.
 */
export function PartyName({ party, route }: { party: Party; route: Exchange["route"] }) {
  const { i18n } = useLingui();
  const name = route === "picture" ? "" : nameOf(party);
  const way = wayOf(route);
  return name === "" && way !== undefined ? <>{i18n._(way)}</> : <bdi>{name}</bdi>;
}

export function PartyCell({ row, label }: { row: Exchange; label: string }) {
  const { i18n } = useLingui();
  const party = row.other;
  const way = wayOf(row.route);
  const inside = within(party);
  return (
    <div className={classes.cell}>
      <div className={classes.strong}>
        <span className="bb-hidden">{label} </span>
        <PartyName party={party} route={row.route} />
      </div>
      {inside !== "" && <bdi className={classes.quiet}>{inside}</bdi>}
      {way !== undefined && row.direction === "in" && party.name !== "" && (
        <div className={classes.quiet}>{i18n._(way)}</div>
      )}
      {row.note !== "" && (
        <bdi className={classes.quiet} title={clean(row.note)}>
          {clean(row.note)}
        </bdi>
      )}
      <Phone number={party.phone} />
    </div>
  );
}
