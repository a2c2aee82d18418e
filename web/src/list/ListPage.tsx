/** The inbox and the outbox: one list over all routes, urgent first. */
import { useLingui } from "@lingui/react/macro";
import { Title, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconKeyboard } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { failureOf } from "@/api/failure";
import { useMe } from "@/api/queries";
import type { Direction, Exchange } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { useTitle } from "@/ui/title";
import { explain } from "@/words/errors";
import { clean } from "@/words/person";
import { needsChoice, useAct } from "./actions";
import { Details } from "./Details";
import { Filters } from "./Filters";
import { ImportDialog } from "./ImportDialog";
import { noteImport } from "./importing";
import { KeysHelp } from "./KeysHelp";
import classes from "./ListPage.module.css";
import { EmptyList, LoadingRows } from "./ListStates";
import { RekeyDialog } from "./RekeyDialog";
import { Rows, type RowsHandle } from "./Rows";
import type { ListSearch } from "./search";
import { ForWhom } from "./slots";
import { useExchanges } from "./useExchanges";
import { useKeys } from "./useKeys";

export { fetchFirst } from "./useExchanges";

interface Props {
  direction: Direction;
  search: ListSearch;
  onSearch: (next: ListSearch) => void;
  onOpen: (exchange: string) => void;
}

/** Asks for an import at once when it is clear whose it is, else asks whose it is. */
function useImport() {
  const { t } = useLingui();
  const [asked, setAsked] = useState<Exchange | null>(null);
  const act = useAct();
  const { mutate } = act;
  const start = useCallback(
    (row: Exchange) => {
      if (row.may.includes("re-key")) {
        setAsked(row);
        return;
      }
      if (!row.may.includes("import")) return;
      if (needsChoice(row)) {
        setAsked(row);
        return;
      }
      mutate(
        { id: row.id, kind: "import", asOf: row.updated },
        {
          onSuccess: noteImport,
          onError: (thrown) => {
            const { what, remedy } = explain(failureOf(thrown));
            notifications.show({
              color: "red",
              title: what,
              message: remedy,
              autoClose: 12_000,
              closeButtonProps: { "aria-label": t`Sluiten` },
            });
          },
        },
      );
    },
    [mutate, t],
  );
  return { start, asked, close: () => setAsked(null) };
}

export function ListPage({ direction, search, onSearch, onOpen }: Props) {
  const { t } = useLingui();
  const me = useMe();
  const [text, setText] = useState("");
  const [generation, setGeneration] = useState(0);
  const [active, setActive] = useState(0);
  const [help, setHelp] = useState(false);
  const [forWhom, setForWhom] = useState<Exchange | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const handle = useRef<RowsHandle>(null);
  const list = useExchanges(direction, search, text);
  const { rows, seenUntil, fetchNextPage } = list;
  const importing = useImport();
  const title = direction === "in" ? t`Ontvangen` : t`Verzonden`;
  useTitle(title);

  const latest = useRef({ search, onSearch, onOpen, rows, active });
  useEffect(() => {
    latest.current = { search, onSearch, onOpen, rows, active };
  });
  const openDetails = useCallback((row: Exchange) => {
    const { search: before, onSearch: change, rows: all } = latest.current;
    setActive(
      Math.max(
        0,
        all.findIndex((other) => other.id === row.id),
      ),
    );
    change({ ...before, uitwisseling: row.id });
  }, []);
  const open = useCallback((row: Exchange) => latest.current.onOpen(row.id), []);
  const closeDetails = () => {
    onSearch({ ...search, uitwisseling: undefined });
    window.setTimeout(() => handle.current?.show(latest.current.active, true), 0);
  };
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const onSeen = useCallback(
    (until: number) => {
      seenUntil.current = until;
    },
    [seenUntil],
  );

  const keys = useMemo(() => {
    const current = () => latest.current.rows[latest.current.active];
    const goTo = (index: number) => {
      const bounded = Math.max(0, Math.min(latest.current.rows.length - 1, index));
      setActive(bounded);
      handle.current?.show(bounded, true);
    };
    return {
      move: (by: number) => {
        const onRow = document.activeElement?.closest("[data-row]") !== null;
        goTo(onRow ? latest.current.active + by : latest.current.active);
      },
      to: (place: "first" | "last") => goTo(place === "first" ? 0 : latest.current.rows.length - 1),
      open: () => {
        const row = current();
        if (row === undefined) return;
        if (row.may.includes("open")) latest.current.onOpen(row.id);
        else openDetails(row);
      },
      details: () => {
        const row = current();
        if (row !== undefined) openDetails(row);
      },
      importIt: () => {
        const row = current();
        if (row !== undefined) importing.start(row);
      },
      search: () => field.current?.focus(),
      help: () => setHelp(true),
    };
  }, [importing.start, openDetails]);
  useKeys(keys, search.uitwisseling === undefined && !help && importing.asked === null && forWhom === null);

  const departments = useMemo(() => {
    const found = new Set(rows.map((row) => clean(row.own.department)).concat(clean(me.department)));
    if (search.afdeling !== undefined) found.add(search.afdeling);
    found.delete("");
    return [...found].sort((a, b) => a.localeCompare(b, "nl"));
  }, [rows, me.department, search.afdeling]);
  const filtered = text !== "" || [search.toestand, search.urgentie, search.afdeling, search.periode].some(Boolean);
  const clear = () => {
    setText("");
    setGeneration((before) => before + 1);
    onSearch({});
  };
  const details = search.uitwisseling;

  return (
    <div className={classes.page}>
      <div className={classes.tools}>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        <Filters
          key={generation}
          direction={direction}
          search={search}
          onSearch={onSearch}
          onText={setText}
          departments={departments}
          field={field}
        />
        <UnstyledButton
          className={classes.keys}
          onClick={() => setHelp(true)}
          aria-label={t`Toetsen`}
          title={t`Toetsen (?)`}
        >
          <IconKeyboard size={20} stroke={1.5} aria-hidden />
        </UnstyledButton>
      </div>
      {list.isPending ? (
        <LoadingRows />
      ) : list.isError && rows.length === 0 ? (
        <div className={classes.trouble}>
          <Trouble
            error={list.error}
            safe={t`Beelden die onderweg zijn, komen gewoon aan.`}
            retry={() => void list.refetch()}
            retrying={list.isFetching}
          />
        </div>
      ) : rows.length === 0 && !list.hasNextPage ? (
        <EmptyList direction={direction} filtered={filtered} onClear={clear} />
      ) : (
        <Rows
          rows={rows}
          active={active}
          hasMore={list.hasNextPage}
          fetching={list.isFetching}
          failure={list.isFetchNextPageError ? list.error : null}
          onMore={more}
          onSeen={onSeen}
          label={title}
          handle={handle}
          onOpen={open}
          onDetails={openDetails}
          onImport={importing.start}
          onForWhom={setForWhom}
        />
      )}
      {details !== undefined && (
        <Details
          key={details}
          id={details}
          onClose={closeDetails}
          onOpen={onOpen}
          onImport={importing.start}
          onForWhom={setForWhom}
        />
      )}
      {importing.asked !== null &&
        (importing.asked.may.includes("re-key") ? (
          <RekeyDialog row={importing.asked} onClose={importing.close} />
        ) : (
          <ImportDialog row={importing.asked} onClose={importing.close} />
        ))}
      {forWhom !== null && <ForWhom exchange={forWhom} onClose={() => setForWhom(null)} />}
      <KeysHelp opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}
