/** The addresses of the portal. Only random ids and filters stand in them, never anything of a patient. */

import { Trans } from "@lingui/react/macro";
import { Button, Center, Stack, Title } from "@mantine/core";
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  redirect,
  useNavigate,
  useParams,
  useSearch,
} from "@tanstack/react-router";
import { Suspense } from "react";
import { may } from "@/api/queries";
import type { Direction, Me } from "@/api/types";
import { type ListSearch, readListSearch } from "@/list/search";
import { Boundary } from "@/ui/Boundary";
import { Loading } from "@/ui/Loading";
import { Frame } from "./Frame";
import {
  AccountPage,
  AdminPage,
  IntakePage,
  ListPage,
  NoticeSettings,
  ReportsPage,
  RequestsPage,
  RosterPage,
  SendPage,
  SharedPage,
  TrailPage,
  ViewerPage,
} from "./rooms";
import { ADMINISTRATION } from "./TopBar";

/** Where somebody lands after signing in: the first place that the roles open. */
export function landing(me: Me): "/ontvangen" | "/logboek" | "/beheer" | "/versturen" | "/account" {
  if (may(me, "see-exchanges")) return "/ontvangen";
  if (may(me, "audit")) return "/logboek";
  if (may(me, ...ADMINISTRATION)) return "/beheer";
  return may(me, "send") ? "/versturen" : "/account";
}

function Missing() {
  return (
    <Center h="60vh" p="md">
      <Stack align="center">
        <Title order={1} size="h3">
          <Trans>Deze pagina bestaat niet.</Trans>
        </Title>
        <Button component={Link} to="/">
          <Trans>Naar het begin</Trans>
        </Button>
      </Stack>
    </Center>
  );
}

function List({ direction, from }: { direction: Direction; from: "/frame/ontvangen" | "/frame/verzonden" }) {
  const search = useSearch({ from });
  const navigate = useNavigate();
  return (
    <ListPage
      key={direction}
      direction={direction}
      search={search}
      onSearch={(next: ListSearch) => void navigate({ to: ".", search: next, replace: true })}
      onOpen={(exchange: string) => void navigate({ to: "/uitwisseling/$exchange", params: { exchange } })}
    />
  );
}

function Viewer() {
  const { exchange } = useParams({ from: "/uitwisseling/$exchange" });
  return (
    <Boundary>
      <Suspense fallback={<Loading height="100vh" />}>
        <ViewerPage key={exchange} exchange={exchange} />
      </Suspense>
    </Boundary>
  );
}

function Shared() {
  const { share } = useParams({ from: "/samen/$share" });
  return (
    <Boundary>
      <Suspense fallback={<Loading height="100vh" />}>
        <SharedPage key={share} share={share} />
      </Suspense>
    </Boundary>
  );
}

function Account() {
  return <AccountPage notices={<NoticeSettings />} />;
}

function Admin() {
  const { section } = useParams({ strict: false });
  return <AdminPage section={section ?? ""} />;
}

const root = createRootRoute({ component: Outlet, notFoundComponent: Missing });
const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame });
const exchangeId = /^[0-9a-f]{32}$/;

/** A router for one session; a new session gets a new one, so nothing of the old one is left in it. */
export function makeRouter(me: Me) {
  const index = createRoute({
    getParentRoute: () => frame,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: landing(me), replace: true });
    },
  });
  /** Who signs in where somebody with other roles signed out is not left before an empty page. */
  const only =
    (...permissions: string[]) =>
    () => {
      if (!may(me, ...permissions)) throw redirect({ to: landing(me), replace: true });
    };
  const list = (direction: Direction, path: "/ontvangen" | "/verzonden") =>
    createRoute({
      getParentRoute: () => frame,
      path,
      validateSearch: readListSearch,
      beforeLoad: only("see-exchanges"),
      component: () => <List direction={direction} from={`/frame${path}`} />,
    });
  const viewer = createRoute({
    getParentRoute: () => root,
    path: "/uitwisseling/$exchange",
    beforeLoad: ({ params }) => {
      if (!exchangeId.test(params.exchange)) throw redirect({ to: "/" });
    },
    component: Viewer,
  });
  const shared = createRoute({
    getParentRoute: () => root,
    path: "/samen/$share",
    beforeLoad: ({ params }) => {
      if (!exchangeId.test(params.share)) throw redirect({ to: "/" });
    },
    component: Shared,
  });
  const tree = root.addChildren([
    frame.addChildren([
      index,
      list("in", "/ontvangen"),
      list("out", "/verzonden"),
      createRoute({
        getParentRoute: () => frame,
        path: "/versturen",
        validateSearch: readListSearch,
        beforeLoad: only("send"),
        component: SendPage,
      }),
      createRoute({
        getParentRoute: () => frame,
        path: "/inlezen",
        beforeLoad: only("intake"),
        component: IntakePage,
      }),
      createRoute({
        getParentRoute: () => frame,
        path: "/uploadverzoeken",
        beforeLoad: only("intake"),
        component: RequestsPage,
      }),
      createRoute({
        getParentRoute: () => frame,
        path: "/verslagen",
        beforeLoad: only("import"),
        component: ReportsPage,
      }),
      createRoute({
        getParentRoute: () => frame,
        path: "/beheer",
        beforeLoad: only(...ADMINISTRATION),
        component: Admin,
      }),
      createRoute({
        getParentRoute: () => frame,
        path: "/beheer/$section",
        beforeLoad: only(...ADMINISTRATION),
        component: Admin,
      }),
      createRoute({
        getParentRoute: () => frame,
        path: "/logboek",
        beforeLoad: only("audit"),
        component: TrailPage,
      }),
      createRoute({ getParentRoute: () => frame, path: "/account", component: Account }),
      createRoute({
        getParentRoute: () => frame,
        path: "/rooster",
        beforeLoad: only("see-exchanges", "roster"),
        component: RosterPage,
      }),
    ]),
    viewer,
    shared,
  ]);
  return createRouter({ routeTree: tree, defaultPreload: false, scrollRestoration: false });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
