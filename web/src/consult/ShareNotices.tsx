/** Invitations of colleagues to look along, wherever somebody is in the portal. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CloseButton } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, data } from "@/api/client";
import { listen } from "@/api/live";
import { may, useMe } from "@/api/queries";
import { clean } from "@/words/person";
import classes from "./Consult.module.css";

export function ShareNotices({ onJoin }: { onJoin: (share: string) => void }) {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const allowed = may(me, "share-view");
  const mine = useQuery({
    queryKey: ["shares"],
    queryFn: ({ signal }) => data(api.GET("/shares", { signal })),
    enabled: allowed,
    staleTime: 60_000,
  });
  useEffect(() => {
    const again = () => void client.invalidateQueries({ queryKey: ["shares"] });
    const stops = [listen("share", again), listen("again", again)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [client]);
  const open = (mine.data?.shares ?? []).filter((one) => !one.own && !closed.has(one.id));
  const close = (id: string) => setClosed(new Set([...closed, id]));
  if (open.length === 0) return null;
  return (
    <div className={classes.notices} role="status">
      {open.map((one) => (
        <div key={one.id} className={classes.notice}>
          <IconUsers size={20} aria-hidden />
          <span>
            <Trans>
              <strong>
                <bdi>{clean(one.host.name)}</bdi>
              </strong>{" "}
              vraagt of u meekijkt
            </Trans>
          </span>
          <Button
            size="compact-md"
            onClick={() => {
              close(one.id);
              onJoin(one.id);
            }}
          >
            <Trans>Meekijken</Trans>
          </Button>
          <CloseButton aria-label={t`Uitnodiging sluiten`} onClick={() => close(one.id)} />
        </div>
      ))}
    </div>
  );
}
