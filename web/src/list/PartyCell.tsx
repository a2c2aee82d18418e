/** The other end: organisation, department, person, and a number to call. */
import type { Party } from "@/api/types";
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

export function PartyCell({ party, label }: { party: Party; label: string }) {
  const inside = within(party);
  return (
    <div className={classes.cell}>
      <div className={classes.strong}>
        <span className="bb-hidden">{label} </span>
        <bdi>{clean(party.name) || party.organisation}</bdi>
      </div>
      {inside !== "" && <bdi className={classes.quiet}>{inside}</bdi>}
      <Phone number={party.phone} />
    </div>
  );
}
