/** The first run: whoever holds the one-time token makes the first account, an administrator. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { api, data } from "@/api/client";
import type { Start } from "@/api/types";
import { NewPassword, strengthOf } from "@/ui/NewPassword";
import { Trouble } from "@/ui/Trouble";
import { useTitle } from "@/ui/title";
import { takeToken } from "@/ui/token";
import { type Language, speak } from "@/words/catalogues";
import { useLanguage } from "@/words/useLanguage";
import classes from "./SetupPage.module.css";

interface Props {
  start: Start;
  /** The account is made; its second factor is next. */
  onSignIn: () => void;
}

function Done({ onSignIn }: { onSignIn: () => void }) {
  return (
    <Stack>
      <Text>
        <Trans>Deze Beeldbrug is al ingericht. Meld u aan, of vraag uw beheerder om een account.</Trans>
      </Text>
      <Button size="md" onClick={onSignIn}>
        <Trans>Naar aanmelden</Trans>
      </Button>
    </Stack>
  );
}

export function SetupPage({ start, onSignIn }: Props) {
  const { t } = useLingui();
  const language = useLanguage();
  const [token, setToken] = useState("");
  const [fromLink, setFromLink] = useState(false);
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  useTitle(t`Inrichten`);
  useEffect(() => {
    const take = () => {
      const found = takeToken(window.location, window.history);
      if (found === "") return;
      setToken(found);
      setFromLink(true);
    };
    take();
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  const setUp = useMutation({
    mutationFn: () => data(api.POST("/setup", { body: { token: token.trim(), login, name, password, language } })),
    onSuccess: onSignIn,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUp.mutate();
  };
  const complete =
    token.trim() !== "" && login.trim().length > 1 && name.trim() !== "" && strengthOf(password, login) > 0;
  return (
    <div className={classes.page}>
      <main className={classes.card} id="main">
        <Title order={1} className={classes.title}>
          <Trans>Beeldbrug inrichten</Trans>
        </Title>
        <Text c="dimmed" mb="lg">
          <Trans>
            Voor {start.organisation_name}. U maakt nu het eerste account: dat van de beheerder. Daarna stelt u een
            tweede stap in.
          </Trans>
        </Text>
        {!start.setup ? (
          <Done onSignIn={onSignIn} />
        ) : (
          <form onSubmit={submit}>
            <Stack>
              {setUp.error !== null && <Trouble error={setUp.error} compact />}
              {fromLink ? (
                <Text size="sm" className={classes.taken}>
                  <Trans>De eenmalige code is uit de link overgenomen.</Trans>{" "}
                  <Anchor component="button" type="button" size="sm" onClick={() => setFromLink(false)}>
                    <Trans>Wijzigen</Trans>
                  </Anchor>
                </Text>
              ) : (
                <TextInput
                  label={t`Eenmalige code`}
                  description={t`Staat in de uitvoer van de opdracht "beeldbrug account setup" op de server.`}
                  value={token}
                  onChange={(event) => setToken(event.currentTarget.value)}
                  autoComplete="off"
                  autoCapitalize="none"
                  spellCheck={false}
                  size="md"
                />
              )}
              <TextInput
                label={t`Uw naam`}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                autoComplete="name"
                maxLength={120}
                size="md"
              />
              <TextInput
                label={t`Accountnaam`}
                description={t`Waarmee u zich aanmeldt, bijvoorbeeld die in uw e-mailadres.`}
                value={login}
                onChange={(event) => setLogin(event.currentTarget.value)}
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                maxLength={64}
                size="md"
              />
              <NewPassword label={t`Wachtwoord`} value={password} onChange={setPassword} login={login} />
              <Button type="submit" size="md" disabled={!complete} loading={setUp.isPending}>
                <Trans>Account maken</Trans>
              </Button>
            </Stack>
          </form>
        )}
        {start.setup && (start.providers.length > 0 || start.launched) && (
          <Anchor component="button" type="button" size="sm" mt="lg" mr="lg" onClick={onSignIn}>
            <Trans>Terug naar aanmelden</Trans>
          </Anchor>
        )}
        <Anchor
          component="button"
          type="button"
          size="sm"
          mt="lg"
          onClick={() => void speak((language === "nl" ? "en" : "nl") satisfies Language)}
        >
          {language === "nl" ? "English" : "Nederlands"}
        </Anchor>
      </main>
    </div>
  );
}
