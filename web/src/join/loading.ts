/** In which order frames are loaded, by where somebody looks. Pure. */

const AHEAD = 24;
const BEHIND = 8;

/**
 * The image looked at, its neighbours in scroll direction, some behind, then the rest of its stack outwards, then what
 * else the study has.
 */
export function loadingOrder(
  stack: readonly string[],
  at: number,
  direction: 1 | -1,
  others: readonly string[],
): string[] {
  const found: string[] = [];
  const take = (from: number, step: number, count: number) => {
    for (let place = from, left = count; left > 0 && place >= 0 && place < stack.length; place += step, left--) {
      found.push(stack[place] as string);
    }
  };
  take(at, direction, AHEAD + 1);
  take(at - direction, -direction, BEHIND);
  take(at + direction * (AHEAD + 1), direction, stack.length);
  take(at - direction * (BEHIND + 1), -direction, stack.length);
  found.push(...others);
  return found;
}
