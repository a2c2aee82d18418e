/** The text that tells a sender what to mend, in its language; to be copied into an ordinary e-mail. No patient is in it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CopyButton, Group, Modal, SegmentedControl, Stack } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { Answer } from "./parts";
import classes from "./Quality.module.css";

interface Props {
  /** URA. */
  sender: string;
  name: string;
  since: number;
  until: number;
  onClose: () => void;
}

export function Letter({ sender, name, since, until, onClose }: Props) {
  const { t } = useLingui();
  const [language, setLanguage] = useState<"nl" | "en">("nl");
  const query = useQuery({
    staleTime: Number.POSITIVE_INFINITY, // making it is on record, once
    queryKey: ["administration", "bsn-letter", sender, since, until, language],
    queryFn: ({ signal }) =>
      data(
        api.POST("/bsn-quality/{sender}/letter", {
          signal,
          params: { path: { sender } },
          body: { since, until, language },
        }),
      ),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t`Brief aan ${name}`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <Stack gap="sm">
        <Group justify="space-between">
          <SegmentedControl
            aria-label={t`Taal van de brief`}
            value={language}
            onChange={(value) => setLanguage(value === "en" ? "en" : "nl")}
            data={[
              { value: "nl", label: "Nederlands" },
              { value: "en", label: "English" },
            ]}
          />
          <CopyButton value={query.data?.text ?? ""} timeout={3000}>
            {({ copied, copy }) => (
              <Button
                onClick={copy}
                disabled={query.data === undefined}
                leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              >
                {copied ? <Trans>Gekopieerd</Trans> : <Trans>Kopiëren</Trans>}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Answer query={query}>
          {({ text }) => (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard (WCAG 2.1.1)
            <section className={classes.letter} lang={language} tabIndex={0} aria-label={t`Tekst van de brief`}>
              {text}
            </section>
          )}
        </Answer>
      </Stack>
    </Modal>
  );
}
