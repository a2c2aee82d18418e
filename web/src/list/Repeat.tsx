/** Whether an examination did not have to be made again because of this arrival: one touch, counted without identity. */
import { Trans, useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { may, useMe } from "@/api/queries";
import type { Exchange } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import classes from "./Details.module.css";

export function Repeat({ row }: { row: Exchange }) {
  const imports = may(useMe(), "import");
  return imports && row.direction === "in" && row.verified !== null ? <Question row={row} /> : null;
}

function Question({ row }: { row: Exchange }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const params = { path: { exchange: row.id } };
  const key = ["repeat-avoided", row.id];
  const said = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => data(api.GET("/exchanges/{exchange}/repeat-avoided", { params, signal })),
    gcTime: 0,
  });
  const say = useMutation({
    mutationFn: (avoided: boolean) =>
      data(api.POST("/exchanges/{exchange}/repeat-avoided", { params, body: { avoided } })),
    onSuccess: (judged) => client.setQueryData(key, judged),
  });
  const avoided = said.data?.avoided ?? null;
  return (
    <section>
      <h3 className={classes.heading} id={`repeat-${row.id}`}>
        <Trans>Hoefde het onderzoek hierdoor niet opnieuw?</Trans>
      </h3>
      <SegmentedControl
        aria-labelledby={`repeat-${row.id}`}
        disabled={said.data === undefined || say.isPending}
        value={avoided === null ? "" : avoided ? "yes" : "no"}
        onChange={(value) => say.mutate(value === "yes")}
        data={[
          { value: "yes", label: t`Niet opnieuw gemaakt` },
          { value: "no", label: t`Wel opnieuw gemaakt` },
        ]}
      />
      {said.isError && <Trouble error={said.error} retry={() => void said.refetch()} compact />}
      {say.isError && <Trouble error={say.error} compact />}
    </section>
  );
}
