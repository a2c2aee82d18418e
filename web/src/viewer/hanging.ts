/**
 * Hanging: which pictures go where when a study opens, by modality. A table and pure functions; nobody has to arrange
 * anything before the first look, and a current study with a prior always hangs beside it, current on the left.
 */
import { type Layout, layoutFor } from "./layouts";

/** A picture of a projection study: which side, which view. */
export interface ViewOf {
  index: number;
  laterality: string;
  view: string;
}

export interface HangingSeries {
  study: string;
  id: string;
  modality: string;
  number: number | null;
  description: string;
  count: number;
  plane: string | null;
  volume: boolean;
  /** Pictures by view, for projection modalities; empty for stacks. */
  views: readonly ViewOf[];
}

export interface Cell {
  study: string;
  series: string;
  /** The picture to begin with; the pane's own choice when left out. */
  index?: number;
  /** Which edge of the pane the picture leans against (mammography: chest walls together). */
  lean?: "left" | "right";
}

export interface Hanging {
  layout: Layout;
  cells: readonly (Cell | null)[];
  /** Stacks scroll together from the start. */
  sync: boolean;
  /** The first pane starts playing. */
  play: boolean;
}

type Rule = (series: readonly HangingSeries[]) => Hanging;

const NOTHING: Hanging = { layout: { rows: 1, columns: 1 }, cells: [null], sync: false, play: false };
const SCOUT =
  /scout|localizer|localiser|topogram|surview|scanogram|survey|overzicht|dose|dosis|bolus|smart ?prep|monitoring/i;

const cell = ({ study, id }: HangingSeries): Cell => ({ study, series: id });

function hang(cells: readonly (Cell | null)[], layout = layoutFor(cells.length), rest: Partial<Hanging> = {}): Hanging {
  return cells.length === 0 ? NOTHING : { layout, cells, sync: false, play: false, ...rest };
}

/** Series worth looking at first: real stacks before scouts and dose pages, then by number. */
export function inOrder(series: readonly HangingSeries[]): HangingSeries[] {
  const rank = (one: HangingSeries) => (SCOUT.test(one.description) ? 2 : one.count < 4 && !one.views.length ? 1 : 0);
  return [...series].sort((a, b) => rank(a) - rank(b) || (a.number ?? 1e9) - (b.number ?? 1e9));
}

const stacks =
  (most: number, sync: boolean): Rule =>
  (series) => {
    const first = inOrder(series).filter(
      (one, place) => place === 0 || (one.count >= 4 && !SCOUT.test(one.description)),
    );
    const shown = first.slice(0, most);
    return hang(shown.map(cell), layoutFor(shown.length), { sync: sync && shown.length > 1 });
  };

/** All views of a projection study side by side, frontal before lateral. */
const projections: Rule = (series) => {
  const pictures = inOrder(series).flatMap((one) =>
    (one.views.length ? one.views : [{ index: 0, laterality: "", view: "" }]).map((view) => ({ one, view })),
  );
  const rank = (view: string) => (/^(PA|AP|FRONT)/i.test(view) ? 0 : /^(LL|RL|LAT|ML|LM)/i.test(view) ? 1 : 2);
  const sorted = [...pictures].sort((a, b) => rank(a.view.view) - rank(b.view.view)).slice(0, 4);
  return hang(sorted.map(({ one, view }) => ({ ...cell(one), index: view.index })));
};

const BREAST: readonly (readonly [string, string, "left" | "right"])[] = [
  ["R", "CC", "right"],
  ["L", "CC", "left"],
  ["R", "MLO", "right"],
  ["L", "MLO", "left"],
];

/** Right breast left, left breast right, chest walls together; above CC, below MLO. */
const mammography: Rule = (series) => {
  const all = inOrder(series).flatMap((one) => one.views.map((view) => ({ one, view })));
  const cells = BREAST.map(([side, view, lean]): Cell | null => {
    const found = all.find((each) => each.view.laterality === side && each.view.view.toUpperCase() === view);
    return found ? { ...cell(found.one), index: found.view.index, lean } : null;
  });
  const found = cells.filter((one) => one !== null);
  if (found.length === 0) return projections(series);
  return found.length <= 2 ? hang(found) : hang(cells, { rows: 2, columns: 2 });
};

const film: Rule = (series) =>
  hang(inOrder(series).slice(0, 1).map(cell), undefined, { play: (inOrder(series)[0]?.count ?? 0) > 1 });

/** PET beside the CT it lies on. */
const pet: Rule = (series) => {
  const emission = inOrder(series.filter((one) => one.modality === "PT"))[0];
  const anatomy = inOrder(series.filter((one) => (one.modality === "CT" || one.modality === "MR") && one.volume))[0];
  const shown = [anatomy, emission].filter((one): one is HangingSeries => one !== undefined);
  return hang(shown.map(cell), layoutFor(shown.length), { sync: shown.length > 1 });
};

/** By the modality that decides; the order of the keys decides between several in one study. */
export const RULES: Readonly<Record<string, Rule>> = {
  PT: pet,
  MG: mammography,
  XA: film,
  RF: film,
  CT: stacks(2, true),
  MR: stacks(4, true),
  US: film,
  DX: projections,
  CR: projections,
  RG: projections,
  PX: projections,
  IO: projections,
};

function hangOne(series: readonly HangingSeries[]): Hanging {
  const modality = Object.keys(RULES).find((key) => series.some((one) => one.modality === key));
  return modality ? (RULES[modality] as Rule)(series) : stacks(1, false)(series);
}

/** Words of a description that may say what it shows. */
function words(description: string): Set<string> {
  return new Set(
    description
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 1),
  );
}

/** The series of a prior that is most like this one: same modality, same plane, words in common. */
export function mostAlike(like: HangingSeries, among: readonly HangingSeries[]): HangingSeries | null {
  const own = words(like.description);
  const score = (one: HangingSeries) =>
    (one.modality === like.modality ? 8 : 0) +
    (one.plane === like.plane ? 2 : 0) +
    (one.volume === like.volume ? 1 : 0) +
    [...words(one.description)].filter((word) => own.has(word)).length -
    (SCOUT.test(one.description) ? 4 : 0);
  return [...among].sort((a, b) => score(b) - score(a))[0] ?? null;
}

/**
 * The hanging of what is open: the first study is the current one, others are priors of it.
 * On a narrow screen there is one pane.
 */
export function hangStudies(series: readonly HangingSeries[], narrow: boolean): Hanging {
  const current = series[0]?.study;
  const own = series.filter((one) => one.study === current);
  const priors = series.filter((one) => one.study !== current);
  const alone = hangOne(own);
  if (narrow)
    return {
      ...alone,
      layout: { rows: 1, columns: 1 },
      cells: alone.cells.filter((one) => one !== null).slice(0, 1),
      sync: false,
    };
  if (priors.length === 0) return alone;
  const first = own.find((one) => one.id === alone.cells.find((each) => each !== null)?.series);
  const beside = first ? mostAlike(first, priors) : null;
  if (!first || !beside) return alone;
  const left = alone.cells.find((each) => each !== null) as Cell;
  return hang([left, cell(beside)], { rows: 1, columns: 2 }, { sync: true });
}
