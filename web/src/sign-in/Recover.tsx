/** A new password for whoever holds a one-time code of the administrator. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "@/api/client";
import type { SignIn } from "@/api/types";
import { NewPassword, strengthOf } from "@/ui/NewPassword";
import { Trouble } from "@/ui/Trouble";

interface Props {
  /** The code of a link that was followed here; "" when somebody types it. */
  linked: string;
  onNext: (next: SignIn) => void;
  onBack: () => void;
}

export function Recover({ linked, onNext, onBack }: Props) {
  const { t } = useLingui();
  const [token, setToken] = useState(linked);
  const [password, setPassword] = useState("");
  const recover = useMutation({
    mutationFn: () => data(api.POST("/recover", { body: { token: token.trim(), password } })),
    onSuccess: onNext,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recover.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {recover.error !== null && <Trouble error={recover.error} compact />}
        <TextInput
          label={t`Eenmalige herstelcode`}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={linked === ""}
          size="md"
        />
        <NewPassword label={t`Nieuw wachtwoord`} value={password} onChange={setPassword} />
        <Button
          type="submit"
          size="md"
          loading={recover.isPending}
          disabled={token.trim() === "" || strengthOf(password) === 0}
        >
          <Trans>Wachtwoord instellen</Trans>
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={onBack} style={{ alignSelf: "start" }}>
          <Trans>Terug naar aanmelden</Trans>
        </Anchor>
      </Stack>
    </form>
  );
}
