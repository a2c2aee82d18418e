/**
 * The one frame of a table: its rows, what can be done with each at the end of the row, and what to say when there are
 * none. On a phone each row is a block, with a column's name before a value that does not speak for itself.
 */
import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import classes from "./Table.module.css";

export interface Column<Row> {
  /** No two columns of a table have the same. */
  name: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand to the right; code is what systems call each other. */
  kind?: "text" | "number" | "code";
  /** The column's name stands before the value on a phone. */
  named?: boolean;
}

interface Props<Row> {
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  /** The first names the row. */
  columns: readonly Column<Row>[];
  /** Buttons or a menu, of one row. */
  deeds?: (row: Row) => ReactNode;
  caption?: ReactNode;
  /** Why there is nothing, and what to do; without it an empty table is not shown. */
  empty?: ReactNode;
  /** Stands below the rows. */
  foot?: ReactNode;
}

const LOOKS = { text: undefined, number: classes.number, code: classes.code };

function Cells<Row>({ row, columns, deeds }: Pick<Props<Row>, "columns" | "deeds"> & { row: Row }) {
  return (
    <tr>
      {columns.map(({ name, cell, kind = "text", named = false }, at) =>
        at === 0 ? (
          <th key={name} scope="row" className={LOOKS[kind]}>
            {cell(row)}
          </th>
        ) : (
          <td key={name} className={LOOKS[kind]} {...(named ? { "data-label": name } : {})}>
            {cell(row)}
          </td>
        ),
      )}
      {deeds !== undefined && (
        <td className={classes.deeds}>
          <div>{deeds(row)}</div>
        </td>
      )}
    </tr>
  );
}

export function Table<Row>({ rows, keyOf, columns, deeds, caption, empty, foot }: Props<Row>) {
  if (rows.length === 0 && empty === undefined) return null;
  return (
    <section className={classes.frame}>
      {rows.length === 0 ? (
        <>
          {caption !== undefined && <h2 className={classes.caption}>{caption}</h2>}
          <div className={classes.empty}>{empty}</div>
        </>
      ) : (
        <div className={classes.scroll}>
          <table className={classes.table}>
            {caption !== undefined && <caption className={classes.caption}>{caption}</caption>}
            <thead>
              <tr>
                {columns.map(({ name, kind = "text" }) => (
                  <th key={name} scope="col" className={kind === "number" ? classes.number : undefined}>
                    {name}
                  </th>
                ))}
                {deeds !== undefined && (
                  <th scope="col">
                    <span className="bb-hidden">
                      <Trans>Wat kan</Trans>
                    </span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Cells key={keyOf(row)} row={row} columns={columns} {...(deeds === undefined ? {} : { deeds })} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {foot !== undefined && foot !== false && <div className={classes.foot}>{foot}</div>}
    </section>
  );
}
