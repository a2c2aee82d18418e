/**
 * Looks for text in the pixels of a picture: rows of small marks of one height, stroke and brightness on one base line.
 *
 * Burned-in text is drawn by a machine: thin strokes that stand out from what lies around them, equal in height and
 * brightness, side by side. That is what is looked for, bright on dark and dark on bright, level and upright, in several
 * sizes. It reads no letters and knows no language, so a short word, a logo or handwriting may be missed, and a row of
 * something else may be taken for text: it points at places to look at, and proves nothing. Pure; grey values only.
 */

/** A place in pixels of the picture; right and bottom lie outside. */
export interface Spot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Whether it looks like text for certain, or only might be. */
  readonly sure: boolean;
}

/** `unsure` also when there is too much in the picture to tell (noise, a pattern), which `crowded` says. */
export interface Check {
  readonly verdict: "none" | "found" | "unsure";
  readonly crowded: boolean;
  readonly spots: readonly Spot[];
}

/** A connected mark of one brightness. */
interface Mark {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  area: number;
  /** Horizontal and vertical runs of pixels. */
  across: number;
  down: number;
  grey: number;
  /** How much it stands out, on the mean. */
  out: number;
}

interface Plane {
  readonly grey: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** How much a stroke must stand out (grey values): clear text, and faint text. */
const CONTRASTS = [110, 44] as const;
/** Widest stroke, in pixels of the size that is looked at. */
const STROKE = 9;
const LEAST_HEIGHT = 5;
const MOST_HEIGHT = 64;
/** More marks than this in one look are a pattern. */
const CROWD = 9000;

/** The check of a picture of grey values, row by row. */
export function findText(grey: Uint8Array, width: number, height: number): Check {
  let crowded = false;
  const spots: Spot[] = [];
  let plane: Plane = { grey, width, height };
  for (let scale = 1; scale <= 4 && Math.min(plane.width, plane.height) >= 8; scale *= 2) {
    for (const dark of [false, true])
      for (const contrast of CONTRASTS) {
        const marks = marksOf(standingOut(plane, dark), plane, contrast);
        if (marks.length > CROWD) crowded = true;
        else
          for (const line of [...linesOf(marks), ...linesOf(marks.map(turned)).map(turnedBack)])
            spots.push(grown(line, scale, width, height));
      }
    plane = halved(plane);
  }
  const found = merged(spots);
  const verdict = found.some((one) => one.sure) ? "found" : found.length > 0 || crowded ? "unsure" : "none";
  return { verdict, crowded, spots: found };
}

/** What is thinner than STROKE and brighter (or darker) than what lies around it: a top-hat. */
function standingOut({ grey, width, height }: Plane, dark: boolean): Uint8Array {
  const source = dark ? grey.map((value) => 255 - value) : grey;
  const opened = spread(spread(source, width, height, Math.min), width, height, Math.max);
  return source.map((value, at) => value - (opened[at] as number));
}

/** Least or most of the STROKE x STROKE pixels around each. */
function spread(source: Uint8Array, width: number, height: number, pick: (a: number, b: number) => number): Uint8Array {
  const reach = STROKE >> 1;
  const across = new Uint8Array(source.length);
  const least = pick === Math.min;
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      const [from, to] = [Math.max(0, x - reach), Math.min(width - 1, x + reach)];
      let best = source[row + from] as number;
      for (let at = row + from + 1; at <= row + to; at += 1) {
        const value = source[at] as number;
        if (least ? value < best : value > best) best = value;
      }
      across[row + x] = best;
    }
  }
  const found = new Uint8Array(source.length);
  for (let y = 0; y < height; y += 1) {
    const [from, to] = [Math.max(0, y - reach), Math.min(height - 1, y + reach)];
    for (let x = 0; x < width; x += 1) {
      let best = across[from * width + x] as number;
      for (let at = (from + 1) * width + x; at <= to * width + x; at += width) {
        const value = across[at] as number;
        if (least ? value < best : value > best) best = value;
      }
      found[y * width + x] = best;
    }
  }
  return found;
}

/** Connected marks (8 neighbours) of what stands out enough, that could be a letter or a word. */
function marksOf(out: Uint8Array, { grey, width, height }: Plane, contrast: number): Mark[] {
  const parent: number[] = [];
  const marks: Mark[] = [];
  const root = (one: number): number => {
    let at = one;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  let above: [number, number, number][] = [];
  for (let y = 0; y < height; y += 1) {
    const runs: [number, number, number][] = [];
    const row = y * width;
    let near = 0;
    for (let x = 0; x < width; x += 1) {
      if ((out[row + x] as number) < contrast) continue;
      const from = x;
      let [sum, stands, down] = [0, 0, 0];
      while (x < width && (out[row + x] as number) >= contrast) {
        sum += grey[row + x] as number;
        stands += out[row + x] as number;
        if (y === 0 || (out[row + x - width] as number) < contrast) down += 1;
        x += 1;
      }
      const label = parent.length;
      parent.push(label);
      marks.push({ x0: from, y0: y, x1: x, y1: y + 1, area: x - from, across: 1, down, grey: sum, out: stands });
      while (near < above.length && (above[near] as [number, number, number])[1] < from) near += 1;
      for (let at = near; at < above.length && (above[at] as [number, number, number])[0] <= x; at += 1)
        parent[root((above[at] as [number, number, number])[2])] = root(label);
      runs.push([from, x, label]);
    }
    above = runs;
  }
  const whole = new Map<number, Mark>();
  marks.forEach((part, label) => {
    const top = root(label);
    const mark = whole.get(top);
    if (mark) joinInto(mark, part);
    else whole.set(top, { ...part });
  });
  return [...whole.values()].filter((mark) => {
    mark.grey /= mark.area;
    mark.out /= mark.area;
    return couldBeWritten(mark);
  });
}

function joinInto(mark: Mark, part: Mark): void {
  mark.x0 = Math.min(mark.x0, part.x0);
  mark.y0 = Math.min(mark.y0, part.y0);
  mark.x1 = Math.max(mark.x1, part.x1);
  mark.y1 = Math.max(mark.y1, part.y1);
  mark.area += part.area;
  mark.across += part.across;
  mark.down += part.down;
  mark.grey += part.grey;
  mark.out += part.out;
}

function couldBeWritten(mark: Mark): boolean {
  const [w, h] = [mark.x1 - mark.x0, mark.y1 - mark.y0];
  return Math.max(w, h) >= LEAST_HEIGHT && Math.min(w, h) <= MOST_HEIGHT && mark.area >= 5;
}

function strokeOf(mark: Mark): number {
  return Math.min(mark.area / mark.across, mark.area / mark.down);
}

/** Rows of marks side by side that look like one line of text. */
function linesOf(all: readonly Mark[]): Spot[] {
  const marks = all.filter((mark) => {
    const [w, h] = [mark.x1 - mark.x0, mark.y1 - mark.y0];
    return h >= LEAST_HEIGHT && h <= MOST_HEIGHT && strokeOf(mark) <= 0.45 * h && w <= 40 * h;
  });
  const parent = marks.map((_, at) => at);
  const root = (one: number): number => {
    let at = one;
    while (parent[at] !== at) at = parent[at] = parent[parent[at] as number] as number;
    return at;
  };
  const order = marks.map((_, at) => at).sort((a, b) => (marks[a] as Mark).x0 - (marks[b] as Mark).x0);
  const bands = new Map<number, number[]>();
  for (const at of order) {
    const mark = marks[at] as Mark;
    for (let band = mark.y0 >> 4; band <= (mark.y1 - 1) >> 4; band += 1) {
      const before = bands.get(band) ?? [];
      for (let back = before.length - 1; back >= 0 && back >= before.length - 24; back -= 1) {
        const other = before[back] as number;
        if (besideEachOther(marks[other] as Mark, mark)) parent[root(other)] = root(at);
      }
      before.push(at);
      bands.set(band, before);
    }
  }
  const lines = new Map<number, Mark[]>();
  marks.forEach((mark, at) => {
    const line = lines.get(root(at));
    if (line) line.push(mark);
    else lines.set(root(at), [mark]);
  });
  return [...lines.values()].flatMap((line) => {
    const sure = judged(line);
    return sure === null ? [] : [{ ...boxOf(line), sure }];
  });
}

function besideEachOther(a: Mark, b: Mark): boolean {
  const [ha, hb] = [a.y1 - a.y0, b.y1 - b.y0];
  const [low, high] = [Math.min(ha, hb), Math.max(ha, hb)];
  const overlap = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  const gap = b.x0 - a.x1;
  const [sa, sb] = [strokeOf(a), strokeOf(b)];
  return (
    high <= 2 * low &&
    overlap >= 0.6 * low &&
    gap <= 1.1 * high &&
    gap >= -0.4 * low &&
    Math.max(sa, sb) <= 2.2 * Math.min(sa, sb) &&
    Math.abs(a.grey - b.grey) <= 45
  );
}

/** Whether a row of marks is text for certain (true), perhaps (false), or not (null). */
function judged(line: readonly Mark[]): boolean | null {
  const features = featuresOf(line);
  if (features.letters < Math.log(3) || features.aligned < 0.6 || features.long < 1.4) return null;
  const score = Object.entries(WEIGHTS).reduce((sum, [name, weight]) => {
    return sum + weight * (features[name as keyof typeof WEIGHTS] as number);
  }, BIAS);
  return score < DOUBT ? null : score >= SURE;
}

/**
 * What each feature speaks for text, fitted (logistic regression) on printed text and clean pictures of
 * `tests/bench/burned_in`, which measures on others.
 */
const WEIGHTS = {
  letters: 2.02,
  marks: 2.19,
  aligned: 2.25,
  both: 4.46,
  stroke: 2.01,
  even: 1.57,
  bright: 2.82,
  out: 2.93,
  fill: 9.71,
  gaps: -1.54,
  low: 1.59,
  slope: -3.39,
  height: -0.89,
};
const BIAS = -23.85;
/** Scores: a person should look; and no more doubt. */
const DOUBT = -0.5;
const SURE = 2.5;

function featuresOf(line: readonly Mark[]) {
  const heights = line.map((mark) => mark.y1 - mark.y0);
  const height = median(heights);
  const box = boxOf(line);
  const [tops, bottoms] = [line.map((mark) => mark.y0), line.map((mark) => mark.y1)];
  const slack = 0.12 * height + 0.5;
  const level = [shareNear(tops, slack), shareNear(bottoms, slack)];
  const strokes = line.map(strokeOf);
  const letters = line.reduce((sum, mark) => sum + lettersIn(mark), 0);
  return {
    long: (box.right - box.left) / height,
    aligned: Math.max(...level),
    both: Math.min(...level),
    stroke: median(strokes) / height,
    even: shareNear(strokes, 0.35 * median(strokes)),
    bright: shareNear(
      line.map((mark) => mark.grey),
      16,
    ),
    out: median(line.map((mark) => mark.out)) / 100,
    fill: median(line.map((mark) => mark.area / ((mark.x1 - mark.x0) * (mark.y1 - mark.y0)))),
    gaps: Math.min(2, unevenness(line, height)),
    low: Math.min(...heights) / height,
    slope: Math.min(2, slopeOf(line, height)),
    height: Math.log(height / 12),
    marks: Math.log(line.length),
    letters: Math.log(letters),
  };
}

/** Share of values that lie near their median. */
function shareNear(values: readonly number[], slack: number): number {
  const middle = median(values);
  return values.filter((one) => Math.abs(one - middle) <= slack).length / values.length;
}

/** Spread of the room between marks, in heights. */
function unevenness(line: readonly Mark[], height: number): number {
  const order = [...line].sort((a, b) => a.x0 - b.x0);
  const gaps = order.slice(1).map((mark, at) => (mark.x0 - (order[at] as Mark).x1) / height);
  if (gaps.length === 0) return 0;
  const middle = median(gaps);
  return gaps.reduce((sum, gap) => sum + Math.abs(gap - middle), 0) / gaps.length;
}

/** How far the last mark stands above or below the first, in heights. */
function slopeOf(line: readonly Mark[], height: number): number {
  const order = [...line].sort((a, b) => a.x0 - b.x0);
  const [first, last] = [order[0] as Mark, order[order.length - 1] as Mark];
  return Math.min(Math.abs(first.y1 - last.y1), Math.abs(first.y0 - last.y0)) / height;
}

/** How many letters a mark may be: one, or as many as hang together in a word. */
function lettersIn(mark: Mark): number {
  const [w, h] = [mark.x1 - mark.x0, mark.y1 - mark.y0];
  if (w <= 1.3 * h) return 1;
  return Math.max(1, Math.min(w / (0.7 * h), mark.across / h / 1.3));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function boxOf(line: readonly Mark[]): Omit<Spot, "sure"> {
  return {
    left: Math.min(...line.map((mark) => mark.x0)),
    top: Math.min(...line.map((mark) => mark.y0)),
    right: Math.max(...line.map((mark) => mark.x1)),
    bottom: Math.max(...line.map((mark) => mark.y1)),
  };
}

/** The same with rows for columns. */
function turned(mark: Mark): Mark {
  return { ...mark, x0: mark.y0, y0: mark.x0, x1: mark.y1, y1: mark.x1, across: mark.down, down: mark.across };
}

function turnedBack(spot: Spot): Spot {
  return { left: spot.top, top: spot.left, right: spot.bottom, bottom: spot.right, sure: spot.sure };
}

/** In pixels of the whole picture, with a margin of a letter's edge. */
function grown(spot: Spot, scale: number, width: number, height: number): Spot {
  const margin = 3 * scale;
  return {
    left: Math.max(0, spot.left * scale - margin),
    top: Math.max(0, spot.top * scale - margin),
    right: Math.min(width, spot.right * scale + margin),
    bottom: Math.min(height, spot.bottom * scale + margin),
    sure: spot.sure,
  };
}

/** Half as wide and high: every pixel the mean of four. */
function halved({ grey, width, height }: Plane): Plane {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Uint8Array(w * h);
  for (let y = 0; y < h; y += 1)
    for (let x = 0; x < w; x += 1) {
      const at = 2 * y * width + 2 * x;
      const sum = (grey[at] ?? 0) + (grey[at + 1] ?? 0) + (grey[at + width] ?? 0) + (grey[at + width + 1] ?? 0);
      half[y * w + x] = (sum + 2) >> 2;
    }
  return { grey: half, width: w, height: h };
}

/** Spots that overlap as one; the most that anybody wants to look at. */
function merged(spots: readonly Spot[]): Spot[] {
  const found: Spot[] = [];
  for (const spot of [...spots].sort((a, b) => area(b) - area(a))) {
    let one = spot;
    for (let at = found.length - 1; at >= 0; at -= 1) {
      const other = found[at] as Spot;
      if (!overlap(one, other)) continue;
      found.splice(at, 1);
      one = {
        left: Math.min(one.left, other.left),
        top: Math.min(one.top, other.top),
        right: Math.max(one.right, other.right),
        bottom: Math.max(one.bottom, other.bottom),
        sure: one.sure || other.sure,
      };
      at = found.length;
    }
    found.push(one);
  }
  return found;
}

function area(spot: Spot): number {
  return (spot.right - spot.left) * (spot.bottom - spot.top);
}

function overlap(a: Spot, b: Spot): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
