/** What stands around every room but the viewer: bar, warnings, the room itself. */

import { Trans } from "@lingui/react/macro";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { may, useSession } from "@/api/queries";
import { Boundary } from "@/ui/Boundary";
import { uncover } from "@/ui/cover";
import { Loading } from "@/ui/Loading";
import { ConnectionBar } from "./ConnectionBar";
import classes from "./Frame.module.css";
import { ShareNotices, warmViewer } from "./rooms";
import { TopBar } from "./TopBar";
import { useSettled } from "./useSettled";

/** Invitations to look along; that they cannot be shown is no reason to show nothing. */
function Invitations() {
  const navigate = useNavigate();
  return (
    <Boundary>
      <Suspense fallback={null}>
        <ShareNotices onJoin={(share) => void navigate({ to: "/samen/$share", params: { share } })} />
      </Suspense>
    </Boundary>
  );
}

/** The viewer is there when somebody clicks on a picture; its code is kept by the browser for good. */
function useWarmViewer(views: boolean, settled: boolean): void {
  useEffect(() => {
    if (views && settled) warmViewer();
  }, [views, settled]);
}

export function Frame() {
  const { start, me } = useSession();
  const settled = useSettled();
  useWarmViewer(may(me, "view"), settled);
  useEffect(uncover, []);
  return (
    <div className={classes.frame}>
      <TopBar start={start} me={me} />
      <ConnectionBar />
      <main id="main" className={classes.main} tabIndex={-1}>
        <Boundary safe={<Trans>Wat verstuurd of ontvangen is, blijft zoals het was.</Trans>}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </Boundary>
      </main>
      {settled && may(me, "share-view") && <Invitations />}
    </div>
  );
}
