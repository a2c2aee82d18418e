/** Signing in, step by step: password or the hospital's own provider, second factor, or setting one up. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Divider, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { IconBuildingHospital } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { api, data } from "@/api/client";
import type { Provider, SignIn, Start } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { takeToken } from "@/ui/token";
import { Card } from "./Card";
import { Enrol } from "./Enrol";
import { Landed } from "./Landed";
import { Recover } from "./Recover";
import { RecoveryCodes } from "./RecoveryCodes";
import { SecondFactor } from "./SecondFactor";
import classes from "./SignInPage.module.css";

type Step =
  | { at: "password" }
  | { at: "recover"; linked: string }
  | { at: "second-factor"; methods: string[] }
  | { at: "enrol" }
  | { at: "codes"; codes: string[] };

interface Props {
  start: Start;
  /** Why the session of before has ended, if there was one. */
  ended: ReactNode;
  /** Where this person is still signed in, and can sign out too. */
  alsoAt: Provider | null;
  /** Why a way in through another system ended, if one did. */
  landed: string | null;
  /** The first account is to be made here. */
  onSetUp: () => void;
  /** Somebody is in. */
  onDone: () => Promise<void>;
}

/** Where a link with a one-time recovery code leads. */
const RECOVER = "/recover";

/** A sign-in that had begun before the page was loaded goes on where it stood. */
function firstStep(start: Start): Step {
  if (start.stage === "second-factor") return { at: "second-factor", methods: ["totp", "passkey", "recovery"] };
  if (start.stage === "enrol") return { at: "enrol" };
  return window.location.pathname === RECOVER ? { at: "recover", linked: "" } : { at: "password" };
}

/** The address of a provider's sign-in, which leads back to the page that was asked for. */
function wayOut(id: string): string {
  const here = window.location.pathname;
  const to = here === "/" || here === "/setup" ? "" : `?to=${encodeURIComponent(here)}`;
  return `/api/v1/oidc/${encodeURIComponent(id)}${to}`;
}

/** Signing out of Beeldbrug leaves a shared computer signed in at the hospital. */
function AlsoThere({ provider }: { provider: Provider }) {
  return (
    <Anchor href={`/api/v1/oidc/${encodeURIComponent(provider.id)}/sign-out`} size="sm" style={{ alignSelf: "start" }}>
      <Trans>Ook afmelden bij {provider.name}</Trans>
    </Anchor>
  );
}

/** Nobody has an account yet: the hospital's provider or the record makes one, or the first run does. */
function First({ start, landed, onSetUp }: { start: Start; landed: string | null; onSetUp: () => void }) {
  return (
    <Stack>
      {landed !== null && <Landed code={landed} />}
      <Providers providers={start.providers} />
      {start.launched && (
        <Text>
          <Trans>Open Beeldbrug vanuit het dossier van een patiënt: dan bent u meteen aangemeld.</Trans>
        </Text>
      )}
      <Anchor component="button" type="button" size="sm" onClick={onSetUp} style={{ alignSelf: "start" }}>
        <Trans>Beeldbrug inrichten met een eenmalige code</Trans>
      </Anchor>
    </Stack>
  );
}

function Providers({ providers }: { providers: Provider[] }) {
  return providers.map((provider) => (
    <Button
      key={provider.id}
      component="a"
      href={wayOut(provider.id)}
      size="md"
      className={classes.provider}
      classNames={{ label: classes.label }}
      leftSection={<IconBuildingHospital size={20} aria-hidden />}
    >
      <Trans>Aanmelden bij {provider.name}</Trans>
    </Button>
  ));
}

function Password({
  start,
  landed,
  alsoAt,
  onNext,
  onRecover,
}: {
  start: Start;
  landed: string | null;
  alsoAt: Provider | null;
  onNext: (next: SignIn) => void;
  onRecover: () => void;
}) {
  const { t } = useLingui();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => data(api.POST("/sign-in", { body: { login, password } })),
    onSuccess: onNext,
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // never a disabled button: a password manager may fill in the fields without an event that says so
    if (login.trim() !== "" && password !== "") signIn.mutate();
    else
      event.currentTarget
        .querySelectorAll("input")
        .item(login.trim() === "" ? 0 : 1)
        .focus();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {landed !== null && signIn.error === null && <Landed code={landed} />}
        {alsoAt !== null && <AlsoThere provider={alsoAt} />}
        <Providers providers={start.providers} />
        {start.providers.length > 0 && <Divider label={t`of met een account van Beeldbrug`} labelPosition="center" />}
        {signIn.error !== null && <Trouble error={signIn.error} compact />}
        <TextInput
          label={t`Accountnaam`}
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={start.providers.length === 0}
          size="md"
        />
        <PasswordInput
          label={t`Wachtwoord`}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t`Wachtwoord tonen of verbergen`, tabIndex: 0 }}
          size="md"
        />
        <Button
          type="submit"
          size="md"
          variant={start.providers.length > 0 ? "default" : "filled"}
          loading={signIn.isPending}
        >
          <Trans>Aanmelden</Trans>
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={onRecover} style={{ alignSelf: "start" }}>
          <Trans>Wachtwoord of tweede stap kwijt?</Trans>
        </Anchor>
      </Stack>
    </form>
  );
}

export function SignInPage({ start, ended, alsoAt, landed, onSetUp, onDone }: Props) {
  const { t } = useLingui();
  const [step, setStep] = useState<Step>(() => firstStep(start));
  useEffect(() => {
    const take = () => {
      if (window.location.pathname !== RECOVER) return;
      const linked = takeToken(window.location, window.history);
      if (linked !== "") setStep({ at: "recover", linked });
    };
    take();
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  const next = (answer: SignIn) => {
    if (answer.next === "second-factor") setStep({ at: "second-factor", methods: answer.methods });
    else if (answer.next === "enrol") setStep({ at: "enrol" });
    else void onDone();
  };
  const restart = () => {
    void api.POST("/sign-out").catch(() => undefined);
    setStep({ at: "password" });
  };
  switch (step.at) {
    case "password":
      if (start.setup)
        return (
          <Card start={start} title={t`Aanmelden`}>
            <First start={start} landed={landed} onSetUp={onSetUp} />
          </Card>
        );
      return (
        <Card start={start} title={t`Aanmelden`} lead={ended}>
          <Password
            start={start}
            landed={landed}
            alsoAt={alsoAt}
            onNext={next}
            onRecover={() => setStep({ at: "recover", linked: "" })}
          />
        </Card>
      );
    case "recover":
      return (
        <Card
          start={start}
          title={t`Weer toegang krijgen`}
          lead={<Trans>Vraag uw beheerder om een eenmalige herstelcode en kies hier een nieuw wachtwoord.</Trans>}
        >
          <Recover key={step.linked} linked={step.linked} onNext={next} onBack={() => setStep({ at: "password" })} />
        </Card>
      );
    case "second-factor":
      return (
        <Card start={start} title={t`Tweede stap`}>
          <SecondFactor methods={step.methods} onNext={next} onBack={restart} />
        </Card>
      );
    case "enrol":
      return (
        <Card
          start={start}
          title={t`Tweede stap instellen`}
          lead={<Trans>Voor patiëntgegevens is een wachtwoord alleen niet genoeg. Dit doet u één keer.</Trans>}
        >
          <Enrol onDone={(codes) => (codes.length > 0 ? setStep({ at: "codes", codes }) : void onDone())} />
          <Anchor component="button" type="button" size="sm" mt="md" onClick={restart}>
            <Trans>Terug naar aanmelden</Trans>
          </Anchor>
        </Card>
      );
    case "codes":
      return (
        <Card start={start} title={t`Herstelcodes`}>
          <Text mb="md">
            <Trans>
              Met een herstelcode komt u binnen als u uw telefoon of sleutel kwijt bent. Elke code werkt één keer. Ze
              worden nu voor het laatst getoond.
            </Trans>
          </Text>
          <RecoveryCodes codes={step.codes} organisation={start.organisation_name} onDone={() => void onDone()} />
        </Card>
      );
  }
}
