/** "Samen kijken": one switch couples slice, window and pointer with everybody else who has it on. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconDeviceDesktopShare } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { may, useMe } from "@/api/queries";
import { useWho } from "./AnswerLine";
import classes from "./Consult.module.css";
import { couple, type SharedScreen } from "./screen";
import type { LiveSession, LiveState } from "./session";

interface Props {
  session: LiveSession;
  state: LiveState;
  screen: SharedScreen | null;
  /** Name of the other hospital. */
  other: string;
}

export function Together({ session, state, screen, other }: Props) {
  const { t } = useLingui();
  const me = useMe();
  const who = useWho();
  const [missing, setMissing] = useState(false);
  const nameOf = useRef<(person: unknown) => string>(() => "");
  nameOf.current = (person) => {
    const one = person as LiveState["people"][number] | undefined;
    return one === undefined ? other : who({ ...one, department: "", role: "" }, one.here ? "" : other);
  };
  useEffect(() => {
    if (screen === null || !state.together) return undefined;
    return couple(session, screen, (person) => nameOf.current(person), setMissing);
  }, [session, screen, state.together]);
  if (screen === null || !may(me, "share-view")) return null;
  const sharing = state.people.filter((one) => one.sharing && one.key !== session.page);
  return (
    <section className={classes.part}>
      {/* a button, so that the viewer's keys go on working while it has the focus */}
      <Button
        fullWidth
        size="md"
        variant={state.together ? "filled" : "default"}
        aria-pressed={state.together}
        title={t`Coupe, venster en aanwijzer gaan gelijk op`}
        leftSection={<IconDeviceDesktopShare size={19} aria-hidden />}
        onClick={() => session.setTogether(!state.together)}
      >
        <Trans>Samen kijken</Trans>
      </Button>
      {!state.together && sharing.length > 0 && (
        <p className={classes.invite} role="status">
          <Trans>Iemand laat zien wat hij ziet. Zet Samen kijken aan om mee te kijken.</Trans>
        </p>
      )}
      {state.together && sharing.length === 0 && (
        <p className={classes.quiet} role="status">
          <Trans>Wacht tot een ander Samen kijken aanzet.</Trans>
        </p>
      )}
      {state.together && missing && (
        <p className={classes.quiet} role="status">
          <Trans>Het getoonde beeld is hier nog niet binnen.</Trans>
        </p>
      )}
    </section>
  );
}
