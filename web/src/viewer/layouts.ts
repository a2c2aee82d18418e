/** Layouts of panes, 1x1 to 3x3. Pure. */

export interface Layout {
  rows: number;
  columns: number;
}

export const LAYOUTS: readonly Layout[] = [
  { rows: 1, columns: 1 },
  { rows: 1, columns: 2 },
  { rows: 2, columns: 1 },
  { rows: 1, columns: 3 },
  { rows: 2, columns: 2 },
  { rows: 2, columns: 3 },
  { rows: 3, columns: 2 },
  { rows: 1, columns: 4 },
  { rows: 3, columns: 3 },
];

export function cellsOf({ rows, columns }: Layout): number {
  return rows * columns;
}

/** As it is called: rows x columns. */
export function layoutName({ rows, columns }: Layout): string {
  return `${rows}×${columns}`;
}

const narrowness = ({ rows, columns }: Layout): number => Math.abs(rows - columns);

/** The smallest layout with room for so many panes: square before long, wide before high. */
export function layoutFor(count: number): Layout {
  const fitting = [...LAYOUTS].sort(
    (a, b) => cellsOf(a) - cellsOf(b) || narrowness(a) - narrowness(b) || a.rows - b.rows,
  );
  return fitting.find((layout) => cellsOf(layout) >= count) ?? { rows: 3, columns: 3 };
}
