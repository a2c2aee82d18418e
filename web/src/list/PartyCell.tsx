/** The other end: organisation, department, person, and a number to call; or who brought it, and on what. */
import { Trans } from "@lingui/react/macro";
import type { Exchange, Party } from "@/api/types";
import { Phone } from "@/ui/Phone";
import { clean } from "@/words/person";
import classes from "./Row.module.css";

/** "Radiologie, dr. De Vries": department, location and person, as far as they are known. */
export function within(party: Party): string {
  return [party.department, party.location, party.person]
    .map(clean)
    .filter((part) => part !== "")
    .join(" · ");
}

/** On what it came, when a person brought it. */
export function Brought({ route }: { route: Exchange["route"] }) {
  return route === "link" ? <Trans>Uploadverzoek</Trans> : <Trans>Schijf of bestand</Trans>;
}

export function isBrought(route: Exchange["route"]): boolean {
  return route === "disc" || route === "link";
}

/** What somebody brought by hand has no sending organisation: its name is that of whoever did, where that was said. */
export function PartyName({ party, route }: { party: Party; route: Exchange["route"] }) {
  const name = clean(party.name) || party.organisation;
  return name === "" && isBrought(route) ? <Brought route={route} /> : <bdi>{name}</bdi>;
}

export function PartyCell({ row, label }: { row: Exchange; label: string }) {
  const party = row.other;
  const inside = within(party);
  return (
    <div className={classes.cell}>
      <div className={classes.strong}>
        <span className="bb-hidden">{label} </span>
        <PartyName party={party} route={row.route} />
      </div>
      {inside !== "" && <bdi className={classes.quiet}>{inside}</bdi>}
      {isBrought(row.route) && party.name !== "" && (
        <div className={classes.quiet}>
          <Brought route={row.route} />
        </div>
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
