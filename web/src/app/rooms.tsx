/**
 * The rooms of the portal and how each is loaded: with its texts, when it is first entered.
 *
 * A room is a folder with an `index.ts`; one that is not in this build is reported as such, never shown empty.
 */
import { type ComponentProps, type ComponentType, lazy, useState } from "react";
import { Failure } from "@/api/failure";
import type { Exchange } from "@/api/types";
import { fillSlots } from "@/list/slots";
import { needTexts } from "@/words/catalogues";

interface SendRoom {
  SendPage: ComponentType;
  /** Asks for whom a parked study is. */
  ForWhom: ComponentType<{ exchange: Exchange; onClose: () => void }>;
  /** Sends its study on. */
  Forward: ComponentType<{ exchange: Exchange }>;
}
interface AdminRoom {
  AdminPage: ComponentType<{ section: string }>;
}

interface ConsultRoom {
  RowAnswer: ComponentType<{ exchange: Exchange }>;
  DetailsAnswer: ComponentType<{ exchange: Exchange }>;
  /** Invitations of colleagues to look along. */
  ShareNotices: ComponentType<{ onJoin: (share: string) => void }>;
}

interface MissingRoom {
  /** What is asked for because it is missing. */
  Missing: ComponentType<{ exchange: Exchange }>;
}

const SEND = import.meta.glob<SendRoom>("../send/index.{ts,tsx}");
const ADMIN = import.meta.glob<AdminRoom>("../admin/index.{ts,tsx}");
const CONSULT = import.meta.glob<ConsultRoom>("../consult/index.{ts,tsx}");

const MISSING = import.meta.glob<MissingRoom>("../missing/index.{ts,tsx}");

type Files<T> = Record<string, () => Promise<T>>;

async function enter<T>(files: Files<T>, ...texts: string[]): Promise<T> {
  const load = Object.values(files)[0];
  if (load === undefined) throw new Failure("unsupported", "room-not-in-this-build");
  const [room] = await Promise.all([load(), needTexts(...texts)]);
  return room;
}

const viewing = async () => {
  const [room] = await Promise.all([import("./Viewing"), needTexts("viewer", "join", "consult", "missing")]);
  return room;
};
/** Loads the viewer before somebody opens a picture; what fails is loaded again, and told, when one is opened. */
export function warmViewer(): void {
  viewing().catch(() => undefined);
}
export const ViewerPage = lazy(async () => ({ default: (await viewing()).Viewing }));
export const SharedPage = lazy(async () => ({ default: (await viewing()).Sharing }));
export const ShareNotices = lazy(async () => ({ default: (await enter(CONSULT, "consult")).ShareNotices }));
export const SendPage = lazy(async () => ({ default: (await enter(SEND, "send")).SendPage }));
const intake = async () => {
  const [room] = await Promise.all([import("@/intake"), needTexts("intake")]);
  return room;
};
export const IntakePage = lazy(async () => ({ default: (await intake()).IntakePage }));
export const ReportsPage = lazy(async () => ({ default: (await intake()).ReportsPage }));
export const RequestsPage = lazy(async () => ({ default: (await intake()).RequestsPage }));
export const GuestPage = lazy(async () => ({ default: (await intake()).GuestPage }));
export const AdminPage = lazy(async () => ({ default: (await enter(ADMIN, "admin")).AdminPage }));

export const RosterPage = lazy(async () => {
  const [room] = await Promise.all([import("@/roster/RosterPage"), needTexts("roster")]);
  return { default: room.RosterPage };
});
export const TrailPage = lazy(async () => {
  const [room] = await Promise.all([import("@/audit"), needTexts("audit")]);
  return { default: room.TrailPage };
});
export const NoticeSettings = lazy(async () => {
  const [room] = await Promise.all([import("@/roster/NoticeSettings"), needTexts("roster")]);
  return { default: room.NoticeSettings };
});
export const NoticeToasts = lazy(async () => {
  const [room] = await Promise.all([import("@/roster/NoticeToasts"), needTexts("roster")]);
  return { default: room.NoticeToasts };
});

type List = ComponentType<ComponentProps<typeof import("@/list/ListPage").ListPage>>;
let list: List | undefined;
/** Loads the list, which then stands in the first picture of the page. */
export async function warmList() {
  const [room] = await Promise.all([import("@/list/ListPage"), needTexts("list")]);
  list = room.ListPage;
  return room;
}
const LazyList = lazy(async () => ({ default: (await warmList()).ListPage }));
/** What was loaded before it is needed is drawn at once: React waits a while with what it has waited for. */
export function ListPage(props: ComponentProps<List>) {
  const [Shown] = useState<List>(() => list ?? LazyList);
  return <Shown {...props} />;
}
export const AccountPage = lazy(async () => {
  const [room] = await Promise.all([import("@/sign-in/AccountPage"), needTexts("sign-in")]);
  return { default: room.AccountPage };
});
const signingIn = async () => {
  const [room] = await Promise.all([import("@/sign-in/SignInPage"), needTexts("sign-in")]);
  return { default: room.SignInPage };
};
export const SignInPage = lazy(signingIn);
/** The screen that follows signing out is here before it is needed: without a connection it could not be fetched. */
export const fetchSignIn = () => void signingIn().catch(() => undefined);
export const LandedPage = lazy(async () => {
  const [room] = await Promise.all([import("@/sign-in/Landed"), needTexts("sign-in")]);
  return { default: room.LandedPage };
});
export const SetupPage = lazy(async () => {
  const [room] = await Promise.all([import("@/setup/SetupPage"), needTexts("setup")]);
  return { default: room.SetupPage };
});

export const HAS = {
  send: Object.keys(SEND).length > 0,
  admin: Object.keys(ADMIN).length > 0,
};

if (Object.keys(CONSULT).length > 0)
  fillSlots({
    row: lazy(async () => ({ default: (await enter(CONSULT, "consult")).RowAnswer })),
    details: lazy(async () => ({ default: (await enter(CONSULT, "consult")).DetailsAnswer })),
  });
fillSlots({ missing: lazy(async () => ({ default: (await enter(MISSING, "missing")).Missing })) });
if (HAS.send)
  fillSlots({
    forWhom: lazy(async () => ({ default: (await enter(SEND, "send")).ForWhom })),
    forward: lazy(async () => ({ default: (await enter(SEND, "send")).Forward })),
  });
