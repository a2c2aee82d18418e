/**
 * What a reader must know of a series before trusting it: slices that lack, positions that double, pictures that cannot be
 * shown. Sentences with numbers; the screen says them where the pictures are. Pure.
 */
import type { Problem } from "@/join";
import type { StackFindings } from "./geometry";

/** One warning; `values` fill the words of its code (see `warning-words`). */
export interface Warning {
  code:
    | "missing-between"
    | "missing"
    | "doubles"
    | "unsorted"
    | "uneven"
    | "orientations"
    | "sizes"
    | "no-position"
    | "absurd"
    | "undecodable"
    | "window";
  values: Record<string, number>;
  /** Worth interrupting for, or good to know. */
  serious: boolean;
}

const SERIOUS: readonly Warning["code"][] = ["missing-between", "missing", "undecodable", "unsorted"];

function warning(code: Warning["code"], values: Record<string, number> = {}): Warning {
  return { code, values, serious: SERIOUS.includes(code) };
}

const BY_PROBLEM: Record<Problem["code"], (count: number) => Warning> = {
  "duplicate-positions": (count) => warning("doubles", { count }),
  "missing-slices": (count) => warning("missing", { count }),
  "uneven-spacing": () => warning("uneven"),
  "mixed-orientation": () => warning("orientations"),
  "mixed-sizes": () => warning("sizes"),
  "no-position": () => warning("no-position"),
  "absurd-values": (count) => warning("absurd", { count }),
  undecodable: (count) => warning("undecodable", { count }),
};

/**
 * The warnings of a series: what `join` reports, with the places of gaps where the order of the stack shows them.
 * A study that is still arriving lacks slices by nature, so gaps are not told before it is complete.
 */
export function warningsOf(
  problems: readonly Problem[],
  found: StackFindings,
  options: { arriving: boolean; clamped: boolean; failed: number },
): Warning[] {
  const told = problems
    .filter((problem) => problem.code !== "missing-slices" || (found.gaps.length === 0 && !options.arriving))
    .filter((problem) => problem.code !== "undecodable")
    .map((problem) => (BY_PROBLEM[problem.code] ?? (() => warning("absurd", { count: problem.count })))(problem.count));
  const undecodable = Math.max(
    options.failed,
    ...problems.filter(({ code }) => code === "undecodable").map(({ count }) => count),
    0,
  );
  const gaps = options.arriving
    ? []
    : found.gaps.map(({ missing, after, before }) => warning("missing-between", { missing, after, before }));
  const doubles =
    found.doubles > 0 && !told.some(({ code }) => code === "doubles")
      ? [warning("doubles", { count: found.doubles })]
      : [];
  return [
    ...gaps,
    ...(undecodable > 0 ? [warning("undecodable", { count: undecodable })] : []),
    ...(found.unsorted ? [warning("unsorted")] : []),
    ...doubles,
    ...told,
    ...(options.clamped ? [warning("window")] : []),
  ];
}
