/** Setting up a second factor: an authenticator app with QR code or secret, or a passkey. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CopyButton, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy, IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { api, data } from "@/api/client";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { CodeInput } from "./CodeInput";
import classes from "./Enrol.module.css";
import { makePasskey, passkeysPossible } from "./passkey";

interface Props {
  /** With the recovery codes, shown once; none when there were some already. */
  onDone: (codes: string[]) => void;
}

/** The node's drawing as the address of an image: an image runs nothing, whatever stands in it. */
export function imageOf(svg: string): string {
  const named = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml,${encodeURIComponent(named)}`;
}

function App({ onDone }: Props) {
  const { t } = useLingui();
  const [code, setCode] = useState("");
  const secret = useMutation({ mutationFn: () => data(api.POST("/me/totp")) });
  const confirm = useMutation({
    mutationFn: (typed: string) =>
      data(api.POST("/me/totp/confirm", { body: { code: typed, label: t`Authenticator-app` } })),
    onSuccess: (answer) => onDone(answer.recovery_codes),
    onError: () => setCode(""),
  });
  const ask = secret.mutate;
  useEffect(() => ask(), [ask]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code);
  };
  if (secret.error !== null) return <Trouble error={secret.error} retry={() => ask()} compact />;
  if (secret.data === undefined) return <Loading height={260} />;
  const spaced = secret.data.secret.replace(/(.{4})/g, "$1 ").trim();
  return (
    <form onSubmit={submit}>
      <Stack>
        <ol className={classes.steps}>
          <li>
            <Trans>Open een authenticator-app op uw telefoon, zoals Microsoft of Google Authenticator.</Trans>
          </li>
          <li>
            <Trans>Scan deze code, of typ de sleutel eronder over.</Trans>
          </li>
          <li>
            <Trans>Vul de 6 cijfers in die de app toont.</Trans>
          </li>
        </ol>
        <div className={classes.code}>
          <img src={imageOf(secret.data.qr_svg)} alt={t`QR-code voor de authenticator-app`} className={classes.qr} />
          <Group gap={6} wrap="nowrap" justify="center">
            <code className={classes.secret}>{spaced}</code>
            <CopyButton value={secret.data.secret}>
              {({ copied, copy }) => (
                <Button size="compact-sm" variant="subtle" aria-label={t`Sleutel kopiëren`} onClick={copy}>
                  {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                </Button>
              )}
            </CopyButton>
          </Group>
        </div>
        {confirm.error !== null && <Trouble error={confirm.error} compact />}
        <CodeInput
          value={code}
          onChange={setCode}
          onComplete={(typed) => confirm.mutate(typed)}
          disabled={confirm.isPending}
        />
        <Button type="submit" size="md" loading={confirm.isPending} disabled={code.length < 6}>
          <Trans>Instellen</Trans>
        </Button>
      </Stack>
    </form>
  );
}

function Passkey({ onDone }: Props) {
  const { t } = useLingui();
  const [label, setLabel] = useState("");
  const passkey = useMutation({
    mutationFn: async () => {
      const credential = await makePasskey();
      return data(api.POST("/me/passkey", { body: { credential, label: label.trim() || t`Passkey` } }));
    },
    onSuccess: (answer) => onDone(answer.recovery_codes),
  });
  return (
    <Stack>
      <Text>
        <Trans>
          Een passkey is uw vingerafdruk, gezicht of pincode op dit apparaat, of een losse sleutel. U typt dan nooit
          meer een code.
        </Trans>
      </Text>
      {passkey.error !== null && <Trouble error={passkey.error} compact />}
      <TextInput
        label={t`Hoe noemt u dit apparaat?`}
        placeholder={t`Bijvoorbeeld: werkplek echo`}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
        maxLength={60}
        size="md"
      />
      <Button
        size="md"
        loading={passkey.isPending}
        leftSection={<IconFingerprint size={20} aria-hidden />}
        onClick={() => passkey.mutate()}
      >
        <Trans>Passkey maken</Trans>
      </Button>
    </Stack>
  );
}

export function Enrol({ onDone }: Props) {
  const { t } = useLingui();
  const [kind, setKind] = useState("app");
  const possible = passkeysPossible();
  return (
    <Stack>
      {possible && (
        <SegmentedControl
          fullWidth
          aria-label={t`Soort tweede stap`}
          value={kind}
          onChange={setKind}
          data={[
            { value: "app", label: t`App op telefoon` },
            { value: "passkey", label: t`Passkey` },
          ]}
        />
      )}
      {kind === "app" ? <App onDone={onDone} /> : <Passkey onDone={onDone} />}
    </Stack>
  );
}
