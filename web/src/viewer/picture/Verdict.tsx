/** What the check for burned-in text says, and that it is no proof. */
import { Plural, Trans } from "@lingui/react/macro";
import { IconAlertTriangle, IconEye, IconLoader2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Check } from "@/pixels/burned-in";
import styles from "./picture.module.css";

export function Verdict({ check, covered }: { check: Check | null; covered: number }) {
  if (check === null)
    return (
      <Line tone="quiet" icon={<IconLoader2 size={18} aria-hidden />}>
        <Trans>Zoekt naar tekst in het beeld…</Trans>
      </Line>
    );
  const places = <Plural value={check.spots.length} one="# plek" other="# plekken" />;
  if (check.verdict === "found")
    return (
      <Line tone="bad" icon={<IconAlertTriangle size={18} aria-hidden />}>
        <Trans>Hier staat tekst in het beeld: {places}. Dek af wat naar de patiënt leidt.</Trans>
      </Line>
    );
  if (check.spots.length > 0)
    return (
      <Line tone="doubt" icon={<IconAlertTriangle size={18} aria-hidden />}>
        <Trans>Misschien staat hier tekst: {places}. Kijk zelf, en dek het zo nodig af.</Trans>
      </Line>
    );
  if (check.verdict === "unsure")
    return (
      <Line tone="doubt" icon={<IconAlertTriangle size={18} aria-hidden />}>
        <Trans>Of hier tekst in staat, is niet te zeggen: het beeld is te druk. Kijk het zelf helemaal na.</Trans>
      </Line>
    );
  return (
    <Line tone="quiet" icon={<IconEye size={18} aria-hidden />}>
      {covered > 0 ? (
        <Trans>Buiten de vakken is geen tekst meer gevonden. Dat is geen bewijs: kijk zelf het hele beeld na.</Trans>
      ) : (
        <Trans>Geen tekst gevonden. Dat is geen bewijs: kijk zelf het hele beeld na.</Trans>
      )}
    </Line>
  );
}

function Line({ tone, icon, children }: { tone: string; icon: ReactNode; children: ReactNode }) {
  return (
    <p className={styles.verdict} data-tone={tone} role="status">
      {icon}
      <span>{children}</span>
    </p>
  );
}
