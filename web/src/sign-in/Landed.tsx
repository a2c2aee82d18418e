/** Why a way in through another system ended, in words, with what to do. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { Failure } from "@/api/failure";
import type { Start } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { Card } from "./Card";

/** The node has the English words; the Dutch ones are found by the code, also when it does not answer. */
export function Landed({ code }: { code: string }) {
  const { data: told, isPending } = useQuery({
    queryKey: ["landed", code],
    queryFn: () => data(api.GET("/sign-in/troubles/{code}", { params: { path: { code } } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (isPending) return null;
  return <Trouble error={new Failure("denied", code, told?.text, told?.remedy)} compact />;
}

/** The same for somebody who is signed in: what was asked for did not open, and the portal is one step away. */
export function LandedPage({ start, code, onDone }: { start: Start; code: string; onDone: () => void }) {
  const { t } = useLingui();
  return (
    <Card start={start} title={t`Niet geopend`}>
      <Stack>
        <Landed code={code} />
        <Button size="md" onClick={onDone}>
          <Trans>Verder in Beeldbrug</Trans>
        </Button>
      </Stack>
    </Card>
  );
}
