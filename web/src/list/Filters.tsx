/** Search field and filters of a list; on a phone the filters fold away. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CloseButton, Collapse, Select, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconSearch, IconUserQuestion, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useState } from "react";
import { countsQuery, may, useMe } from "@/api/queries";
import type { Direction } from "@/api/types";
import { STATES, URGENCIES } from "@/words/states";
import classes from "./Filters.module.css";
import { ASKED, AT_DESK, type ListSearch } from "./search";

const SETTLE_MS = 250;

interface Props {
  direction: Direction;
  search: ListSearch;
  onSearch: (next: ListSearch) => void;
  onText: (text: string) => void;
  departments: string[];
  field: RefObject<HTMLInputElement | null>;
}

const STATES_OF: Record<Direction, string[]> = {
  in: ["arriving", "verified", "seen", "imported", "failed", "refused", "withdrawn", "expired"],
  out: [
    "queued",
    "parked",
    "sending",
    "verified",
    "seen",
    "imported",
    "delivered",
    "failed",
    "refused",
    "withdrawn",
    "expired",
  ],
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function SearchField({ field, onText }: Pick<Props, "field" | "onText">) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  useEffect(() => {
    const timer = window.setTimeout(() => onText(text.trim().length < 2 ? "" : text.trim()), SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [text, onText]);
  return (
    <TextInput
      ref={field}
      className={classes.search}
      aria-label={t`Zoek op naam, nummer of geboortedatum`}
      placeholder={t`Zoek op naam, nummer of geboortedatum`}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        setText("");
        event.currentTarget.blur();
      }}
      leftSection={<IconSearch size={17} aria-hidden />}
      rightSection={text !== "" && <CloseButton size="sm" aria-label={t`Zoeken wissen`} onClick={() => setText("")} />}
      autoComplete="off"
      spellCheck={false}
      maxLength={120}
      data-search
    />
  );
}

/** How many arrivals wait for a human, for who may decide. */
function useAtDesk(direction: Direction): number {
  const decides = may(useMe(), "import") && direction === "in";
  const { data } = useQuery({ ...countsQuery, enabled: decides });
  return decides ? (data?.at_desk ?? 0) : 0;
}

export function Filters({ direction, search, onSearch, onText, departments, field }: Props) {
  const { i18n, t } = useLingui();
  const phone = useMediaQuery("(max-width: 760px)", false, { getInitialValueInEffect: false });
  const [unfolded, setUnfolded] = useState(false);
  const { uitwisseling: _, ...filters } = search;
  const used = Object.values(filters).filter((value) => value !== undefined).length;
  const set = (key: keyof ListSearch) => (value: string | null) => onSearch({ ...filters, [key]: value ?? undefined });
  const words = (table: typeof STATES, code: string) => {
    const word = table[code];
    return capital(word === undefined ? code : i18n._(word));
  };
  const atDesk = useAtDesk(direction);
  const decides = may(useMe(), "import") && direction === "in";
  const isDesk = search.toestand === AT_DESK;
  const desk = (atDesk > 0 || isDesk) && (
    <Button
      variant={isDesk ? "filled" : "default"}
      aria-pressed={isDesk}
      leftSection={<IconUserQuestion size={18} aria-hidden />}
      onClick={() => set("toestand")(isDesk ? null : AT_DESK)}
    >
      <Trans>Balie: {atDesk}</Trans>
    </Button>
  );
  const selects = (
    <div className={classes.selects}>
      <Select
        aria-label={t`Toestand`}
        placeholder={t`Alle toestanden`}
        clearable
        data={[
          { value: "open", label: t`Nog niet afgerond` },
          { value: ASKED, label: t`Gevraagd: er ontbreekt iets` },
          ...(direction === "in" ? [{ value: AT_DESK, label: t`Wacht op de beeldenbalie` }] : []),
          ...STATES_OF[direction].map((state) => ({ value: state, label: words(STATES, state) })),
        ]}
        value={search.toestand ?? null}
        onChange={set("toestand")}
        clearButtonProps={{ "aria-label": t`Toestand: alle` }}
      />
      <Select
        aria-label={t`Urgentie`}
        placeholder={t`Alle urgenties`}
        clearable
        data={Object.keys(URGENCIES).map((urgency) => ({ value: urgency, label: words(URGENCIES, urgency) }))}
        value={search.urgentie ?? null}
        onChange={set("urgentie")}
        clearButtonProps={{ "aria-label": t`Urgentie: alle` }}
      />
      {departments.length > 0 && (
        <Select
          aria-label={t`Afdeling`}
          placeholder={t`Alle afdelingen`}
          clearable
          searchable
          data={departments}
          value={search.afdeling ?? null}
          onChange={set("afdeling")}
          clearButtonProps={{ "aria-label": t`Afdeling: alle` }}
          nothingFoundMessage={t`Geen afdeling met die naam`}
        />
      )}
      <Select
        aria-label={t`Periode`}
        placeholder={t`Altijd`}
        clearable
        data={[
          { value: "vandaag", label: t`Laatste 24 uur` },
          { value: "week", label: t`Laatste 7 dagen` },
          { value: "maand", label: t`Laatste 30 dagen` },
          { value: "jaar", label: t`Laatste jaar` },
          { value: "ouder1u", label: t`Ouder dan 1 uur` },
          { value: "ouder4u", label: t`Ouder dan 4 uur` },
          { value: "ouder1d", label: t`Ouder dan 1 dag` },
          { value: "ouder7d", label: t`Ouder dan 7 dagen` },
        ]}
        value={search.periode ?? null}
        onChange={set("periode")}
        clearButtonProps={{ "aria-label": t`Periode: altijd` }}
      />
      {decides && (
        <Select
          aria-label={t`Behandelaar`}
          placeholder={t`Van iedereen`}
          clearable
          data={[
            { value: "mij", label: t`Waar ik over beslis` },
            { value: "niemand", label: t`Waar niemand mee bezig is` },
            { value: "collega", label: t`Waar een collega mee bezig is` },
          ]}
          value={search.van ?? null}
          onChange={set("van")}
          clearButtonProps={{ "aria-label": t`Behandelaar: alle` }}
        />
      )}
      <Select
        aria-label={t`Volgorde`}
        placeholder={t`Spoed eerst`}
        clearable
        data={[
          { value: "oudste", label: t`Oudste eerst` },
          { value: "nieuwste", label: t`Nieuwste eerst` },
          { value: "urgentie", label: t`Op urgentie` },
          ...(decides ? [{ value: "behandelaar", label: t`Op behandelaar` }] : []),
        ]}
        value={search.volgorde ?? null}
        onChange={set("volgorde")}
        clearButtonProps={{ "aria-label": t`Volgorde: gewoon` }}
      />
      {used > 0 && (
        <Button variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={() => onSearch({})}>
          <Trans>Wis filters</Trans>
        </Button>
      )}
    </div>
  );
  return (
    <search className={classes.bar}>
      <SearchField field={field} onText={onText} />
      {desk}
      {phone ? (
        <>
          <Button
            variant="default"
            aria-expanded={unfolded}
            leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden />}
            onClick={() => setUnfolded((before) => !before)}
          >
            {used > 0 ? t`Filters (${used})` : t`Filters`}
          </Button>
          <Collapse expanded={unfolded} className={classes.folded}>
            {selects}
          </Collapse>
        </>
      ) : (
        selects
      )}
    </search>
  );
}
