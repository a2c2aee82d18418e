/** What the sections of administration are made of: headings, sheets, facts and what an answer looks like. */
import { Trans } from "@lingui/react/macro";
import { Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { useTitle } from "@/ui/title";
import classes from "./parts.module.css";

export { classes as shapes };

export function Head({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  useTitle(title);
  return (
    <header className={classes.head}>
      <div>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {lead !== undefined && <Text className={classes.lead}>{lead}</Text>}
      </div>
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </header>
  );
}

export function Sheet({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.sheet}>
      <Title order={2} className={classes.sheetTitle}>
        {title}
      </Title>
      {children}
    </section>
  );
}

export type Tone = "plain" | "good" | "warn" | "bad";

export function Pill({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={tone === "plain" ? classes.pill : `${classes.pill} ${classes[tone]}`}>{children}</span>;
}

/** The answer of a query, or that it is on its way, or why it did not come. */
export function Answer<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined)
    return (
      <>
        {query.error !== null && <Trouble error={query.error} retry={() => void query.refetch()} compact />}
        {children(query.data)}
      </>
    );
  if (query.error !== null)
    return (
      <Trouble
        error={query.error}
        safe={<Trans>Er is niets gewijzigd.</Trans>}
        retry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    );
  return <Loading height={240} />;
}

export function Notice({ children }: { children: ReactNode }) {
  return (
    <div className={classes.notice} role="status">
      <IconAlertTriangle size={18} stroke={1.8} aria-hidden />
      <div>{children}</div>
    </div>
  );
}
