/** Notices on the screen, whatever room is open: who needs somebody, where from, and "I am looking". Never a patient. */
import { useLingui } from "@lingui/react";
import { Trans, useLingui as useMacro } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconBellRinging } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "@/api/client";
import { Phone } from "@/ui/Phone";
import { Trouble } from "@/ui/Trouble";
import { Urgency } from "@/ui/Urgency";
import { URGENCIES } from "@/words/states";
import { CAUSES } from "./causes";
import classes from "./NoticeToasts.module.css";
import { isOnScreen, useNotices } from "./notices";
import { noticesQuery, waysQuery } from "./queries";
import { playStat } from "./sound";
import type { Notice } from "./types";

const MOST = 3;

function Toast({ notice, onOpen }: { notice: Notice; onOpen: (exchange: string) => void }) {
  const { i18n } = useLingui();
  const { t } = useMacro();
  const client = useQueryClient();
  const cause = CAUSES[notice.cause];
  const acknowledge = useMutation({
    mutationFn: () =>
      api.POST("/exchanges/{exchange}/acknowledge", { params: { path: { exchange: notice.exchange } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: noticesQuery.queryKey }),
  });
  const opens = notice.cause === "first-image" || notice.cause === "verified";
  return (
    <article
      className={notice.urgency === "stat" ? `${classes.toast} ${classes.stat}` : classes.toast}
      aria-label={t`Melding van ${notice.hospital || t`een ander ziekenhuis`}`}
    >
      <div className={classes.head}>
        <IconBellRinging size={20} stroke={1.8} aria-hidden />
        <strong>{notice.hospital || <Trans>Ander ziekenhuis</Trans>}</strong>
        <Urgency urgency={notice.urgency} />
      </div>
      <p className={classes.text}>{cause === undefined ? notice.cause : i18n._(cause)}</p>
      {acknowledge.error !== null && <Trouble error={acknowledge.error} compact />}
      <div className={classes.deeds}>
        {opens && (
          <Button size="xs" onClick={() => onOpen(notice.exchange)}>
            <Trans>Bekijken</Trans>
          </Button>
        )}
        <Button
          size="xs"
          variant={opens ? "default" : "filled"}
          loading={acknowledge.isPending}
          onClick={() => acknowledge.mutate()}
        >
          <Trans>Ik kijk</Trans>
        </Button>
        <Phone number={notice.phone} />
      </div>
    </article>
  );
}

/** Tells the operating system, where its owner allowed that; in the same few words, without a patient. */
function tellOutside(notice: Notice, title: string, text: string, onOpen: (exchange: string) => void): void {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  if (document.visibilityState === "visible" && document.hasFocus()) return;
  const shown = new Notification(title, { body: text, tag: notice.exchange, requireInteraction: true });
  shown.onclick = () => {
    window.focus();
    shown.close();
    onOpen(notice.exchange);
  };
}

interface Props {
  /** The exchange whose study is on the screen. */
  open: string | null;
  onOpen: (exchange: string) => void;
}

export function NoticeToasts({ open, onOpen }: Props) {
  const { i18n } = useLingui();
  const { t } = useMacro();
  const { data: ways } = useQuery(waysQuery);
  const sound = ways?.sound ?? true;
  const fresh = useCallback(
    (notice: Notice) => {
      if (isOnScreen(notice, open) && document.visibilityState === "visible") return;
      const urgency = URGENCIES[notice.urgency];
      const cause = CAUSES[notice.cause];
      const title = [urgency === undefined ? "" : i18n._(urgency), notice.hospital].filter(Boolean).join(": ");
      tellOutside(notice, title, cause === undefined ? "" : i18n._(cause), onOpen);
      if (sound && notice.urgency === "stat") void playStat().catch(() => undefined);
    },
    [i18n, onOpen, open, sound],
  );
  const notices = useNotices(fresh).filter((notice) => !isOnScreen(notice, open));
  const rest = notices.length - MOST;
  return (
    <section
      className={classes.corner}
      aria-label={t`Meldingen`}
      aria-live="assertive"
      data-notices={notices.length > 0}
    >
      {notices.slice(0, MOST).map((notice) => (
        <Toast key={notice.id} notice={notice} onOpen={onOpen} />
      ))}
      {rest > 0 && (
        <p className={classes.more}>
          <Trans>en nog {rest}</Trans>
        </p>
      )}
    </section>
  );
}
