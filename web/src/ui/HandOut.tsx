/** Handing out an exchange as a file: open, or sealed with a passphrase; and how its receiver opens that. */
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CopyButton, Group, Modal, PasswordInput, Progress, Radio, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy, IconDice5, IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, BASE, data } from "@/api/client";
import type { Exchange } from "@/api/types";
import { currentLanguage } from "@/words/catalogues";
import classes from "./HandOut.module.css";
import { PatientLine } from "./PatientLine";
import { makePassphrase, SHORTEST_PASSPHRASE, strengthOfPassphrase } from "./passphrase";
import { Trouble } from "./Trouble";

const linkOf = (id: string, ticket = "") =>
  `${BASE}/exchanges/${id}/disc?language=${currentLanguage()}${ticket === "" ? "" : `&ticket=${ticket}`}`;

/** Begins a download; the page stays. */
function download(href: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}

function Opening({ name }: { name: string }) {
  const { t } = useLingui();
  const plainName = name.replace(/\.age$/, "");
  const command = `age -d -o ${plainName} ${name}`;
  const letter = t`Het bestand ${name} is verzegeld met een wachtzin, die u langs een andere weg krijgt. Open het met het gratis programma age (age-encryption.org), voor Windows, macOS en Linux. Typ in de map van het bestand: ${command} en daarna de wachtzin. Daarna is het een gewoon ZIP-bestand met beelden: lees daarin DICOMDIR in met uw PACS of DICOM-viewer.`;
  return (
    <section className={classes.opening} aria-label={t`Zo opent de ontvanger het`}>
      <Text fw={620} size="sm">
        <Trans>Zo opent de ontvanger het</Trans>
      </Text>
      <ol>
        <li>
          <Trans>
            Het bestand heet <code>{name}</code>. Geef de wachtzin langs een andere weg: per telefoon, of op papier.
          </Trans>
        </li>
        <li>
          <Trans>
            De ontvanger opent het met het gratis programma age (age-encryption.org; Windows, macOS en Linux):{" "}
            <code>{command}</code>
          </Trans>
        </li>
        <li>
          <Trans>Daarna is het een gewoon ZIP-bestand met beelden, een DICOMDIR en een leesmij.</Trans>
        </li>
      </ol>
      <CopyButton value={letter}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="xs"
            leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            onClick={copy}
          >
            {copied ? <Trans>Gekopieerd</Trans> : <Trans>Uitleg kopiëren</Trans>}
          </Button>
        )}
      </CopyButton>
    </section>
  );
}

interface Phrase {
  one: string;
  again: string;
  made: boolean;
}

const NO_PHRASE: Phrase = { one: "", again: "", made: false };

function Fields({
  phrase,
  strength,
  onChange,
}: {
  phrase: Phrase;
  strength: number;
  onChange: (phrase: Phrase) => void;
}) {
  const { t } = useLingui();
  const missing = SHORTEST_PASSPHRASE - phrase.one.trim().length;
  const words = [
    missing > 0
      ? t`Nog ${plural(missing, { one: "# teken", other: "# tekens" })}.`
      : t`Te makkelijk te raden: te weinig afwisseling, of gemaakt van naam, nummer of geboortedatum van de patiënt.`,
    t`Voldoende`,
    t`Goed`,
    t`Sterk`,
  ];
  return (
    <Stack gap="sm" className={classes.fields}>
      {phrase.made ? (
        <div className={classes.made}>
          <output aria-label={t`Gemaakte wachtzin`}>{phrase.one}</output>
          <CopyButton value={phrase.one}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                size="xs"
                leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                onClick={copy}
              >
                {copied ? <Trans>Gekopieerd</Trans> : <Trans>Kopiëren</Trans>}
              </Button>
            )}
          </CopyButton>
        </div>
      ) : (
        <>
          <PasswordInput
            label={t`Wachtzin`}
            value={phrase.one}
            onChange={(event) => onChange({ ...phrase, one: event.currentTarget.value })}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ "aria-label": t`Wachtzin tonen of verbergen`, tabIndex: 0 }}
          />
          <PasswordInput
            label={t`Wachtzin nog eens`}
            value={phrase.again}
            onChange={(event) => onChange({ ...phrase, again: event.currentTarget.value })}
            autoComplete="new-password"
            error={phrase.again !== "" && phrase.again !== phrase.one ? t`Dit is niet dezelfde wachtzin.` : undefined}
            visibilityToggleButtonProps={{ "aria-label": t`Tweede wachtzin tonen of verbergen`, tabIndex: 0 }}
          />
        </>
      )}
      <div>
        <Progress
          size="xs"
          aria-label={t`Sterkte van de wachtzin`}
          value={phrase.one === "" ? 0 : strength === 0 ? 20 : 40 + strength * 20}
          color={strength === 0 ? "var(--bb-warn)" : "var(--bb-good)"}
        />
        <Text size="sm" c="dimmed" aria-live="polite" mt={4}>
          {phrase.one === "" ? t`Ten minste 12 tekens. Een zin is lang en makkelijk door te geven.` : words[strength]}
        </Text>
      </div>
      <div>
        {phrase.made ? (
          <Button variant="default" size="xs" onClick={() => onChange(NO_PHRASE)}>
            <Trans>Zelf een wachtzin typen</Trans>
          </Button>
        ) : (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDice5 size={16} aria-hidden />}
            onClick={() => {
              const made = makePassphrase();
              onChange({ one: made, again: made, made: true });
            }}
          >
            <Trans>Laat een wachtzin maken</Trans>
          </Button>
        )}
      </div>
      <Text size="sm">
        <Trans>
          Beeldbrug bewaart de wachtzin niet. Schrijf hem op of geef hem nu door: zonder wachtzin opent niemand het
          bestand, ook u niet.
        </Trans>
      </Text>
    </Stack>
  );
}

export function HandOut({ exchange, onClose }: { exchange: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const [sealed, setSealed] = useState(false);
  const [phrase, setPhrase] = useState(NO_PHRASE);
  const strength = strengthOfPassphrase(phrase.one, exchange.patient);
  const seal = useMutation({
    gcTime: 0, // the passphrase leaves this page's memory with the dialog
    mutationFn: (passphrase: string) =>
      data(
        api.POST("/exchanges/{exchange}/disc/seal", {
          params: { path: { exchange: exchange.id } },
          body: { passphrase },
        }),
      ),
    onSuccess: ({ ticket }) => download(linkOf(exchange.id, ticket)),
  });
  const ready = strength > 0 && phrase.one === phrase.again;
  const made = seal.data;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t`Meegeven als bestand`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <Stack>
        <PatientLine patient={exchange.patient} />
        {made === undefined ? (
          <>
            <Radio.Group
              value={sealed ? "sealed" : "open"}
              onChange={(value) => setSealed(value === "sealed")}
              label={t`Hoe gaat het mee?`}
            >
              <Stack gap={8} mt={6}>
                <Radio
                  value="open"
                  label={t`Open, als gewoon ZIP-bestand`}
                  description={t`Wie het bestand of de schijf vindt, kan de beelden zien. Past bij geven van hand tot hand.`}
                />
                <Radio
                  value="sealed"
                  label={t`Verzegeld met een wachtzin`}
                  description={t`Zonder de wachtzin is er niets te zien. Past bij een stick of een weg die u niet vertrouwt.`}
                />
              </Stack>
            </Radio.Group>
            {sealed && <Fields phrase={phrase} strength={strength} onChange={setPhrase} />}
            {seal.error !== null && <Trouble error={seal.error} compact />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                <Trans>Annuleren</Trans>
              </Button>
              {sealed ? (
                <Button
                  disabled={!ready}
                  loading={seal.isPending}
                  leftSection={<IconDownload size={18} aria-hidden />}
                  onClick={() => seal.mutate(phrase.one)}
                >
                  <Trans>Verzegeld downloaden</Trans>
                </Button>
              ) : (
                <Button
                  component="a"
                  href={linkOf(exchange.id)}
                  download
                  leftSection={<IconDownload size={18} aria-hidden />}
                  onClick={() => window.setTimeout(onClose)}
                >
                  <Trans>Downloaden</Trans>
                </Button>
              )}
            </Group>
          </>
        ) : (
          <>
            <Text role="status">
              <Trans>Het downloaden is begonnen. De uitwisseling heet bezorgd als het bestand compleet is.</Trans>
            </Text>
            {phrase.made && (
              <div className={classes.made}>
                <output aria-label={t`Gemaakte wachtzin`}>{phrase.one}</output>
              </div>
            )}
            <Opening name={made.name} />
            <Group justify="flex-end">
              <Button onClick={onClose}>
                <Trans>Klaar</Trans>
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}
