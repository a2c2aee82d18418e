/** The virtual list: only what is on screen is drawn, and the next page comes before it is needed. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Loader } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import type { Exchange } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { showNumber } from "@/words/dates";
import { Row, type RowHandlers } from "./Row";
import classes from "./Rows.module.css";

/** How many rows before the end of what is loaded the next page is asked for. */
const AHEAD = 30;

export interface RowsHandle {
  /** Makes a row visible, and gives it the focus when asked. */
  show: (index: number, focus: boolean) => void;
}

interface Props extends RowHandlers {
  rows: Exchange[];
  active: number;
  hasMore: boolean;
  fetching: boolean;
  failure: unknown;
  onMore: () => void;
  onSeen: (until: number) => void;
  label: string;
  handle: RefObject<RowsHandle | null>;
}

export function Rows({ rows, active, hasMore, fetching, failure, onMore, onSeen, label, handle, ...handlers }: Props) {
  const { t } = useLingui();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 84,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const focusOn = useRef<string | null>(null);

  useEffect(() => {
    onSeen(last);
    if (hasMore && !fetching && failure === null && last >= rows.length - AHEAD) onMore();
  }, [last, rows.length, hasMore, fetching, failure, onMore, onSeen]);

  useLayoutEffect(() => {
    if (focusOn.current === null) return;
    const found = scroller.current?.querySelector<HTMLElement>(`[data-row="${focusOn.current}"]`);
    if (found === null || found === undefined) return;
    focusOn.current = null;
    found.focus({ preventScroll: true });
  });

  useImperativeHandle(handle, () => ({
    show: (index, focus) => {
      const row = rows[index];
      if (row === undefined) return;
      virtual.scrollToIndex(index, { align: "auto" });
      if (!focus) return;
      const here = scroller.current?.querySelector<HTMLElement>(`[data-row="${row.id}"]`);
      if (here) here.focus({ preventScroll: true });
      else focusOn.current = row.id;
    },
  }));

  return (
    <div ref={scroller} className={classes.scroller} data-scroller>
      <div
        role="feed"
        aria-label={label}
        aria-busy={fetching}
        className={classes.feed}
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={classes.place}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Row row={row} position={item.index} active={item.index === active} {...handlers} />
            </div>
          );
        })}
      </div>
      <div className={classes.end}>
        {failure !== null ? (
          <Trouble error={failure} safe={t`Wat u al ziet, klopt nog.`} retry={onMore} retrying={fetching} compact />
        ) : hasMore ? (
          <div role="status">
            <Loader size="xs" aria-hidden />
            <span className="bb-hidden">
              <Trans>Meer laden</Trans>
            </span>
          </div>
        ) : (
          <span>
            <Trans>Dit was alles: {showNumber(rows.length)}</Trans>
          </span>
        )}
      </div>
    </div>
  );
}
