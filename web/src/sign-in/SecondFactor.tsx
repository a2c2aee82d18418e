/** The second step: passkey, code of an app, or a recovery code. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Stack, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "@/api/client";
import type { SignIn } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { CodeInput } from "./CodeInput";
import { askPasskey, passkeysPossible } from "./passkey";

type Method = "passkey" | "totp" | "recovery";

interface Props {
  methods: string[];
  onNext: (next: SignIn) => void;
  onBack: () => void;
}

function ByPasskey({ onNext }: { onNext: Props["onNext"] }) {
  const passkey = useMutation({
    mutationFn: async () => data(api.POST("/sign-in/passkey", { body: { credential: await askPasskey() } })),
    onSuccess: onNext,
  });
  return (
    <Stack>
      {passkey.error !== null && <Trouble error={passkey.error} compact />}
      <Button
        size="md"
        autoFocus
        loading={passkey.isPending}
        leftSection={<IconFingerprint size={20} aria-hidden />}
        onClick={() => passkey.mutate()}
      >
        <Trans>Passkey gebruiken</Trans>
      </Button>
    </Stack>
  );
}

function ByCode({ onNext }: { onNext: Props["onNext"] }) {
  const [code, setCode] = useState("");
  const totp = useMutation({
    mutationFn: (typed: string) => data(api.POST("/sign-in/totp", { body: { code: typed } })),
    onSuccess: onNext,
    onError: () => setCode(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    totp.mutate(code);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {totp.error !== null && <Trouble error={totp.error} compact />}
        <CodeInput
          value={code}
          onChange={setCode}
          onComplete={(typed) => totp.mutate(typed)}
          disabled={totp.isPending}
        />
        <Button type="submit" size="md" loading={totp.isPending} disabled={code.length < 6}>
          <Trans>Verder</Trans>
        </Button>
      </Stack>
    </form>
  );
}

function ByRecoveryCode({ onNext }: { onNext: Props["onNext"] }) {
  const { t } = useLingui();
  const [code, setCode] = useState("");
  const recovery = useMutation({
    mutationFn: () => data(api.POST("/sign-in/recovery", { body: { code } })),
    onSuccess: onNext,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recovery.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {recovery.error !== null && <Trouble error={recovery.error} compact />}
        <TextInput
          label={t`Herstelcode`}
          description={t`Een van de codes die u bij het instellen kreeg. Elke code werkt één keer.`}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          size="md"
        />
        <Button type="submit" size="md" loading={recovery.isPending} disabled={code.trim() === ""}>
          <Trans>Verder</Trans>
        </Button>
      </Stack>
    </form>
  );
}

export function SecondFactor({ methods, onNext, onBack }: Props) {
  const { t } = useLingui();
  const possible = (["passkey", "totp", "recovery"] as const).filter(
    (method) => methods.includes(method) && (method !== "passkey" || passkeysPossible()),
  );
  const [method, setMethod] = useState<Method>(possible[0] ?? "recovery");
  const names: Record<Method, string> = {
    passkey: t`Passkey gebruiken`,
    totp: t`Code uit de app gebruiken`,
    recovery: t`Herstelcode gebruiken`,
  };
  const Form = { passkey: ByPasskey, totp: ByCode, recovery: ByRecoveryCode }[method];
  return (
    <Stack>
      <Form onNext={onNext} />
      <Stack gap={6} align="start">
        {possible
          .filter((other) => other !== method)
          .map((other) => (
            <Anchor key={other} component="button" type="button" size="sm" onClick={() => setMethod(other)}>
              {names[other]}
            </Anchor>
          ))}
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          <Trans>Terug naar aanmelden</Trans>
        </Anchor>
      </Stack>
    </Stack>
  );
}
