/** The sheet on which signing in happens: the organisation on top, one question on it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { SegmentedControl, Text, Title } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Start } from "@/api/types";
import { useTitle } from "@/ui/title";
import { type Language, speak } from "@/words/catalogues";
import { useLanguage } from "@/words/useLanguage";
import classes from "./Card.module.css";

interface Props {
  start: Start;
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

export function Card({ start, title, lead, children }: Props) {
  const { t } = useLingui();
  const language = useLanguage();
  useTitle(title);
  return (
    <div className={classes.page}>
      <main className={classes.card} id="main">
        <div className={classes.brand}>
          <img src={new URL("../app/icon.svg", import.meta.url).href} alt="" width={36} height={36} />
          <div>
            <div className={classes.organisation}>{start.organisation_name}</div>
            <div className={classes.product}>Beeldbrug</div>
          </div>
        </div>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {lead !== undefined && (
          <Text component="div" c="dimmed" mb="md" className={classes.lead}>
            {lead}
          </Text>
        )}
        {children}
      </main>
      <footer className={classes.foot}>
        {start.not_for_diagnosis && (
          <div className={classes.notice}>
            <IconInfoCircle size={16} aria-hidden />
            <Trans>Niet voor primaire diagnostiek</Trans>
          </div>
        )}
        <SegmentedControl
          size="xs"
          aria-label={t`Taal`}
          value={language}
          onChange={(value) => void speak(value as Language)}
          data={[
            { value: "nl", label: "Nederlands" },
            { value: "en", label: "English" },
          ]}
        />
        <div>{t`Versie ${start.version}`}</div>
      </footer>
    </div>
  );
}
