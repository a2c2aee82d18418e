/**
 * Puts the pictures of the viewer and the conversation about them on one screen; the two rooms do not know each other.
 * Loaded lazily with both.
 */
import { useCallback, useState } from "react";
import { ConsultBar, ShareBar, type SharedScreen, SharePage } from "@/consult";
import { Missing } from "@/missing";
import { type Desk, type LiveState, LiveView, ViewerPage } from "@/viewer";

/** What the viewer shows, as the consult room shares it; it has checked what comes from elsewhere. */
function screenOf(live: LiveView): SharedScreen {
  return {
    subscribe: (listener) => live.subscribe((state) => listener({ ...state })),
    apply: (view) => live.apply(view as unknown as LiveState),
    point: (who, pointer) => live.point(who, pointer),
  };
}

function useScreen() {
  const [screen, setScreen] = useState<SharedScreen | null>(null);
  const onDesk = useCallback((desk: Desk) => {
    const live = new LiveView(desk);
    setScreen(screenOf(live));
    return () => {
      live.end();
      setScreen(null);
    };
  }, []);
  return [screen, onDesk] as const;
}

/** The pictures of an exchange, with everything about its consult beside them. */
export function Viewing({ exchange }: { exchange: string }) {
  const [screen, onDesk] = useScreen();
  return (
    <ViewerPage exchange={exchange} onDesk={onDesk}>
      <ConsultBar exchange={exchange} screen={screen} more={(row) => <Missing exchange={row} />} />
    </ViewerPage>
  );
}

function Shared({ share, subject }: { share: string; subject: { kind: string; id: string } }) {
  const [screen, onDesk] = useScreen();
  const source = subject.kind === "exchanges" ? { exchange: subject.id } : { study: subject.id };
  return (
    <ViewerPage {...source} onDesk={onDesk}>
      <ShareBar share={share} screen={screen} />
    </ViewerPage>
  );
}

/** The pictures that a colleague of the own organisation shows. */
export function Sharing({ share }: { share: string }) {
  return <SharePage share={share}>{(subject) => <Shared share={share} subject={subject} />}</SharePage>;
}
