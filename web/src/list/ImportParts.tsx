/** Parts of the question how an arrival goes into the PACS: who is busy with it, which series, for which order. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Group, Loader, Radio, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconUserEdit } from "@tabler/icons-react";
import { Trouble } from "@/ui/Trouble";
import { showDay } from "@/words/dates";
import { clean } from "@/words/person";
import classes from "./ImportDialog.module.css";
import type { Order, Orders, Series, useOrders } from "./useDesk";

/** The choice that says: for no order. */
export const NO_ORDER = "";
/** The choice that says: an order is made. No accession number has this form. */
export const MAKE_ORDER = "\\make";

export function Taken({ name, onTakeOver, pending }: { name: string; onTakeOver: () => void; pending: boolean }) {
  const { t } = useLingui();
  return (
    <Alert color="yellow" variant="light" icon={<IconUserEdit size={20} aria-hidden />} role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {name === "" ? t`Een collega is hiermee bezig.` : t`${name} is hiermee bezig.`}{" "}
          <Trans>Beslis alleen na overleg.</Trans>
        </Text>
        <Button variant="default" size="sm" onClick={onTakeOver} loading={pending}>
          <Trans>Overnemen</Trans>
        </Button>
      </Group>
    </Alert>
  );
}

/** One line for a series: "3  CT  Thorax (120 beelden)". */
function SeriesLine({ one }: { one: Series }) {
  return (
    <span>
      {one.number !== null && <span className={classes.number}>{one.number}</span>} <b>{one.modality}</b>{" "}
      <bdi>{clean(one.description)}</bdi>{" "}
      <span className={classes.order}>
        <Plural value={one.instances} one="# beeld" other="# beelden" />
      </span>
      {one.rejected > 0 && (
        <span className={classes.rejected}>
          <IconAlertTriangle size={14} aria-hidden />{" "}
          {isTakenBack(one) ? (
            <Trans>teruggenomen door de afzender</Trans>
          ) : (
            <Plural
              value={one.rejected}
              one="# beeld teruggenomen door de afzender"
              other="# beelden teruggenomen door de afzender"
            />
          )}
        </span>
      )}
    </span>
  );
}

/** Whether its sender takes back all of a series. */
export function isTakenBack(one: Series): boolean {
  return one.rejected > 0 && one.rejected >= one.instances;
}

interface TakenBackProps {
  series: readonly Series[];
  checked: boolean;
  onChange: (checked: boolean) => void;
}

/** Whether what its sender takes back goes into the PACS as well; nothing where nothing is taken back. */
export function TakenBack({ series, checked, onChange }: TakenBackProps) {
  const { t } = useLingui();
  const count = series.reduce((sum, one) => sum + one.rejected, 0);
  if (count === 0) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={20} aria-hidden />}>
      <Stack gap="xs">
        <Text size="sm">
          <Plural
            value={count}
            one="De afzender neemt # beeld terug. Het gaat niet het PACS in, tenzij u dat zegt."
            other="De afzender neemt # beelden terug. Ze gaan niet het PACS in, tenzij u dat zegt."
          />
        </Text>
        <Checkbox
          checked={checked}
          onChange={(event) => onChange(event.currentTarget.checked)}
          label={t`Toch naar het PACS, na overleg met de afzender`}
        />
      </Stack>
    </Alert>
  );
}

interface SeriesProps {
  series: readonly Series[];
  chosen: readonly string[];
  onChoose: (uids: string[]) => void;
  label: string;
}

export function ChooseSeries({ series, chosen, onChoose, label }: SeriesProps) {
  return (
    <Checkbox.Group value={[...chosen]} onChange={onChoose} label={label}>
      <Stack gap={6} mt={6} className={classes.series}>
        {series.map((one) => (
          <Checkbox key={one.uid} value={one.uid} label={<SeriesLine one={one} />} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

interface OrdersProps {
  asked: ReturnType<typeof useOrders>;
  value: string | null;
  onChange: (order: string) => void;
}

function orderLine(one: Order): string {
  const parts = [
    one.accession_number,
    one.modality,
    clean(one.description),
    one.start === "" ? "" : showDay(one.start),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** Orders of the worklist that fit; nothing where none does. */
export function ChooseOrder({ asked, value, onChange }: OrdersProps) {
  const { t } = useLingui();
  if (asked.isError)
    return (
      <Trouble
        error={asked.error}
        safe={t`De beelden staan veilig; er is niets geïmporteerd.`}
        retry={() => void asked.refetch()}
        retrying={asked.isFetching}
        compact
      />
    );
  if (asked.isLoading)
    return (
      <Group gap="sm">
        <Loader size="sm" aria-hidden />
        <Text size="sm" role="status">
          <Trans>Zoeken naar opdrachten op de werklijst…</Trans>
        </Text>
      </Group>
    );
  const orders = asked.data?.orders ?? [];
  if (orders.length === 0 && asked.data?.makes !== true) return null;
  return (
    <Radio.Group value={value} onChange={onChange} label={t`Voor welke opdracht`}>
      <Stack gap={8} mt={6}>
        {orders.map((one) => (
          <Radio key={one.accession_number} value={one.accession_number} label={orderLine(one)} />
        ))}
        {asked.data?.makes === true && (
          <Radio
            value={MAKE_ORDER}
            label={t`Nieuwe opdracht in het RIS`}
            description={t`Op de werklijst staat geen opdracht die past. Beeldbrug vraagt er een aan.`}
          />
        )}
        <Radio value={NO_ORDER} label={t`Zonder opdracht`} />
      </Stack>
    </Radio.Group>
  );
}

/** The order that is meant as long as nobody chose: the only one; one that is made, or none, where none fits; null while
 * it is open. */
export function meant(found: Orders | undefined, chosen: string | null): string | null {
  if (chosen !== null || found === undefined) return chosen;
  if (found.orders.length > 1) return null;
  return found.orders[0]?.accession_number ?? (found.makes ? MAKE_ORDER : NO_ORDER);
}
