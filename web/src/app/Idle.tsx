/** Warns before the session ends by itself, and ends it here when nobody stays. */
import { Plural, Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/api/client";
import type { Me } from "@/api/types";
import { showClock, showMoment } from "@/words/dates";
import { endSession, signOut, tellActivity } from "./session";

const ACTS = ["pointerdown", "keydown", "wheel", "touchmove", "beeldbrug-active"] as const;
/** How often activity is passed on to the node, at most. */
const PASS_ON_MS = 60_000;

/** Seconds before the end at which to warn: two minutes, or a quarter of a short session. */
export function warnBefore(idleSeconds: number): number {
  return Math.min(120, idleSeconds / 4);
}

export function Idle({ me }: { me: Me }) {
  const client = useQueryClient();
  const [left, setLeft] = useState<number | null>(null);
  const [untilEnd, setUntilEnd] = useState<number>(Number.POSITIVE_INFINITY);
  const [acted, setActed] = useState(() => ({ at: Date.now() }));
  const warned = left !== null;

  useEffect(() => {
    let told = Date.now();
    const act = (event: Event) => {
      if (warned) return;
      const now = Date.now();
      acted.at = now;
      if (now - told < Math.min(PASS_ON_MS, me.idle_seconds * 250)) return;
      told = now;
      if (event.type !== "beeldbrug-active") tellActivity();
      void api.GET("/me").catch(() => undefined);
    };
    for (const name of ACTS) window.addEventListener(name, act, { passive: true });
    return () => {
      for (const name of ACTS) window.removeEventListener(name, act);
    };
  }, [acted, me.idle_seconds, warned]);

  useEffect(() => {
    const look = () => {
      const now = Date.now();
      const rest = me.idle_seconds - (now - acted.at) / 1000;
      setUntilEnd(me.expires - now / 1000);
      if (me.expires <= now / 1000) endSession(client, "expired");
      else if (rest <= 0) void signOut(client, "idle");
      else setLeft(rest <= warnBefore(me.idle_seconds) ? rest : null);
    };
    const timer = window.setInterval(look, 1000);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [acted, client, me.expires, me.idle_seconds]);

  const stay = () => {
    setActed({ at: Date.now() });
    setLeft(null);
    tellActivity();
    void api.GET("/me").catch(() => undefined);
  };
  const minutes = Math.max(1, Math.round(untilEnd / 60));
  return (
    <>
      <Modal
        opened={left !== null}
        onClose={stay}
        withCloseButton={false}
        title={<Trans>Bent u er nog?</Trans>}
        closeOnClickOutside={false}
      >
        <Text role="timer" aria-live="off">
          <Trans>
            Over <strong>{showClock(left ?? 0)}</strong> wordt u afgemeld, zodat niemand anders meekijkt. Wat al
            verstuurd of bewaard is, blijft.
          </Trans>
        </Text>
        <Group mt="lg" justify="flex-end">
          <Button variant="default" onClick={() => void signOut(client)}>
            <Trans>Nu afmelden</Trans>
          </Button>
          <Button data-autofocus onClick={stay}>
            <Trans>Aangemeld blijven</Trans>
          </Button>
        </Group>
      </Modal>
      {untilEnd < 600 && (
        <Text role="status" size="sm" px="md" py={6} bg="var(--bb-warn-ground)" c="var(--bb-warn)" fw={560}>
          <Trans>
            Om {showMoment(me.expires, Date.now() / 1000)} moet u zich opnieuw aanmelden: nog{" "}
            <Plural value={minutes} one="# minuut" other="# minuten" />.
          </Trans>
        </Text>
      )}
    </>
  );
}
