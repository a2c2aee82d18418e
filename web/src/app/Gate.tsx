/** Who is here? Nobody yet: first-run set-up or sign-in. Somebody: the portal, with everything that keeps it alive. */
import { Trans } from "@lingui/react/macro";
import { Center, useMantineColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RouterProvider, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useState } from "react";
import { onSignedOut } from "@/api/client";
import { forgetLanding, landedWith } from "@/api/landing";
import { listen, startLive } from "@/api/live";
import { countsQuery, SessionContext, startQuery } from "@/api/queries";
import type { Me, Start } from "@/api/types";
import { Boundary } from "@/ui/Boundary";
import { uncover } from "@/ui/cover";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { speak } from "@/words/catalogues";
import { Ended } from "./Ended";
import { Idle } from "./Idle";
import { fetchSignIn, GuestPage, LandedPage, NoticeToasts, SetupPage, SignInPage } from "./rooms";
import { landing, makeRouter } from "./router";
import { endSession, followOtherWindows, useAlsoAt, useEnding } from "./session";
import { useSettled } from "./useSettled";

/** Keeps language and theme as this person set them, and the live updates running. */
function SignedIn({ start, me }: { start: Start; me: Me }) {
  const client = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  // one router for one session
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another person or other rights make another router
  const router = useMemo(() => makeRouter(me), [me.account, me.permissions.join()]);

  const settled = useSettled();
  useEffect(() => {
    if (settled) fetchSignIn();
  }, [settled]);
  useEffect(() => {
    if (me.language === "nl" || me.language === "en") void speak(me.language);
  }, [me.language]);
  useEffect(() => {
    if (me.theme === "light" || me.theme === "dark" || me.theme === "auto") setColorScheme(me.theme);
  }, [me.theme, setColorScheme]);
  useEffect(() => {
    let asked = 0;
    const stop = startLive(() => {
      // the stream does not say why it broke: ask, but not at every attempt
      if (Date.now() - asked < 20_000) return;
      asked = Date.now();
      void client.fetchQuery({ ...startQuery, staleTime: 0 }).then(
        (start) => {
          if (start.session === null) endSession(client, "expired");
        },
        () => undefined,
      );
    });
    const refresh = () => void client.invalidateQueries({ queryKey: countsQuery.queryKey });
    const forgets = [listen("signed-out", () => endSession(client, "expired")), listen("again", refresh)];
    return () => {
      stop();
      for (const forget of forgets) forget();
    };
  }, [client]);

  const path = useRouterState({ router, select: (state) => state.location.pathname });
  const session = useMemo(() => ({ start, me }), [start, me]);
  return (
    <SessionContext value={session}>
      <RouterProvider router={router} />
      <Boundary>
        <Suspense>
          <NoticeToasts
            open={/^\/uitwisseling\/([0-9a-f]{32})/.exec(path)?.[1] ?? null}
            onOpen={(exchange) => void router.navigate({ to: "/uitwisseling/$exchange", params: { exchange } })}
          />
        </Suspense>
      </Boundary>
      <Idle me={me} />
    </SessionContext>
  );
}

function NotSignedIn({ start }: { start: Start }) {
  const client = useQueryClient();
  const ending = useEnding();
  const alsoAt = useAlsoAt();
  const { setColorScheme } = useMantineColorScheme();
  // where another system makes the accounts, the first run is one way in of several
  const [asked, setAsked] = useState(false);
  const only = start.providers.length === 0 && !start.launched;
  const setup = (start.setup && (only || asked)) || window.location.pathname === "/setup";
  useEffect(() => setColorScheme("auto"), [setColorScheme]);
  useEffect(uncover, []);
  const done = async () => {
    forgetLanding();
    const fresh = await client.fetchQuery({ ...startQuery, staleTime: 0 });
    if (fresh.session !== null && ["/setup", "/recover"].includes(window.location.pathname))
      window.history.replaceState(null, "", landing(fresh.session));
  };
  const ended = ending === null ? undefined : <Ended ending={ending} />;
  // without a connection the screen may not be there; that somebody was signed out is said all the same
  return (
    <Boundary safe={ended}>
      <Suspense fallback={<Loading height="100dvh" />}>
        {setup && start.stage === "" ? (
          <SetupPage
            start={start}
            onSignIn={() => {
              window.history.replaceState(null, "", "/");
              setAsked(false);
              void client.fetchQuery({ ...startQuery, staleTime: 0 });
            }}
          />
        ) : (
          <SignInPage
            start={start}
            ended={ended}
            alsoAt={alsoAt}
            landed={landedWith()}
            onSetUp={() => setAsked(true)}
            onDone={done}
          />
        )}
      </Suspense>
    </Boundary>
  );
}

/** Where a link to upload by leads. */
const GUESTS = "/upload";

export function Gate() {
  const client = useQueryClient();
  const { data: start, error, refetch, isFetching } = useQuery(startQuery);
  // what was said to somebody who then signs in on this very page is not said again
  const [landed, setLanded] = useState(() => landedWith());
  const nobody = start?.session === null;
  useEffect(() => {
    if (nobody) setLanded(null);
  }, [nobody]);
  useEffect(() => {
    if (landed !== null) uncover();
  }, [landed]);
  useEffect(() => onSignedOut(() => endSession(client, "expired")), [client]);
  useEffect(() => followOtherWindows(client), [client]);
  // whoever got a link has no account here, and who has one is a guest on that page all the same
  const guest = window.location.pathname === GUESTS;
  useEffect(() => {
    if (guest) uncover();
  }, [guest]);
  if (start === undefined)
    return error === null ? (
      <Loading height="100dvh" />
    ) : (
      <Center h="100dvh" p="md">
        <Trouble
          error={error}
          safe={<Trans>Beelden die onderweg zijn, komen gewoon aan.</Trans>}
          retry={() => void refetch()}
          retrying={isFetching}
        />
      </Center>
    );
  return (
    <Boundary>
      <Suspense fallback={<Loading height="100dvh" />}>
        {guest ? (
          <GuestPage organisation={start.organisation_name} />
        ) : start.session === null ? (
          <NotSignedIn start={start} />
        ) : landed !== null ? (
          <LandedPage
            start={start}
            code={landed}
            onDone={() => {
              forgetLanding();
              setLanded(null);
            }}
          />
        ) : (
          <SignedIn key={start.session.account} start={start} me={start.session} />
        )}
      </Suspense>
    </Boundary>
  );
}
