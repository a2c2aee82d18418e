/** Beside the pictures of a shared view inside the organisation: who is there, and looking together. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, data } from "@/api/client";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { clean } from "@/words/person";
import classes from "./Consult.module.css";
import { People } from "./People";
import type { SharedScreen } from "./screen";
import { Together } from "./Together";
import { useLive, useLiveState } from "./useLive";

export interface ShareSubject {
  kind: string;
  id: string;
}

/** Finds out what is shared, and shows it; `children` draws the pictures of it. */
export function SharePage({ share, children }: { share: string; children: (subject: ShareSubject) => ReactNode }) {
  const found = useQuery({
    queryKey: ["share", share],
    queryFn: ({ signal }) => data(api.GET("/shares/{share}", { params: { path: { share } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (found.isPending) return <Loading height="100vh" />;
  if (found.isError)
    return (
      <main className={classes.shareTrouble}>
        <Trouble error={found.error} retry={() => void found.refetch()} retrying={found.isFetching} />
      </main>
    );
  return <>{children({ kind: found.data.kind, id: found.data.subject })}</>;
}

export function ShareBar({ share, screen = null }: { share: string; screen?: SharedScreen | null }) {
  const { t } = useLingui();
  const session = useLive({ kind: "shares", id: share });
  const state = useLiveState(session);
  return (
    <aside className={classes.bar} aria-label={t`Samen kijken`}>
      <header className={classes.top}>
        <h2 className={classes.heading}>
          <Trans>Samen kijken</Trans>
        </h2>
      </header>
      <div className={classes.body}>
        {state.over ? (
          <p role="status">
            <Trans>Het samen kijken is afgelopen.</Trans>
          </p>
        ) : (
          <>
            <People people={state.people} page={session.page} />
            <Together session={session} state={state} screen={screen} other={clean(t`Collega`)} />
          </>
        )}
      </div>
    </aside>
  );
}
