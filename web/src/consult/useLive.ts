/** A live view for as long as a component is on screen. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { onSessionEnd } from "@/api/forget";
import { LiveSession, type LiveState, type Place } from "./session";

export function useLive({ kind, id }: Place): LiveSession {
  const [session, setSession] = useState(() => new LiveSession({ kind, id }));
  useEffect(() => {
    const made = new LiveSession({ kind, id });
    setSession(made);
    made.start();
    const forget = onSessionEnd(() => made.stop());
    return () => {
      forget();
      made.stop();
    };
  }, [kind, id]);
  return session;
}

export function useLiveState(session: LiveSession): LiveState {
  return useSyncExternalStore(session.watch, session.get);
}
