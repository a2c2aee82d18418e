/** What is known to be missing: counts that the study states of itself, and series that are named and not here. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, Stack, Text } from "@mantine/core";
import { clean } from "@/words/person";
import classes from "./missing.module.css";
import type { Askable } from "./useRequests";

export type LackingSeries = Askable["lacking"][number];

export function Known({ askable }: { askable: Askable }) {
  const { series, instances, series_said, instances_said, missing } = askable;
  return (
    <Text size="sm">
      <Trans>
        Hier: <Plural value={series} one="# reeks" other="# reeksen" /> met{" "}
        <Plural value={instances} one="# beeld" other="# beelden" />.
      </Trans>{" "}
      {(series_said !== null || instances_said !== null) && (
        <Trans>
          Volgens het onderzoek zelf: {series_said ?? "?"} reeksen, {instances_said ?? "?"} beelden.
        </Trans>
      )}{" "}
      {missing > 0 && <Plural value={missing} one="# beeld kwam niet mee." other="# beelden kwamen niet mee." />}
    </Text>
  );
}

interface Props {
  lacking: LackingSeries[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

export function LackingSeries({ lacking, chosen, onChange }: Props) {
  const { t } = useLingui();
  if (lacking.length === 0) return null;
  return (
    <Checkbox.Group
      label={t`Reeksen die genoemd worden en hier niet (heel) zijn`}
      value={chosen}
      onChange={onChange}
      className={classes.scroll ?? ""}
    >
      <Stack gap={8} mt={6}>
        {lacking.map((one, index) => (
          <Checkbox key={one.series_uid} value={one.series_uid} label={<Name one={one} index={index} />} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function Name({ one, index }: { one: LackingSeries; index: number }) {
  const number = one.number ?? index + 1;
  const name = clean(one.description);
  return (
    <bdi>
      {one.modality} {name === "" ? <Trans>Reeks {number}</Trans> : name}{" "}
      {one.expected === null ? (
        <Trans>(niet hier)</Trans>
      ) : (
        <Trans>
          ({one.here} van {one.expected})
        </Trans>
      )}
    </bdi>
  );
}
