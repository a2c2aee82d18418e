/**
 * Two 16-bit samples at once, as the halves of a 32-bit word: what most slices need done, several times faster than
 * sample by sample. Works in place. Pure.
 */

const SIGNS = 0x80008000 | 0;
const REST = 0x7fff7fff;

function wordsOf(values: Uint16Array | Int16Array): Int32Array | null {
  if (values.byteOffset % 4 || values.length % 2) return null;
  return new Int32Array(values.buffer, values.byteOffset, values.length >> 1);
}

const twice = (half: number): number => ((half & 0xffff) << 16) | (half & 0xffff);

/** Keeps these bits of every sample; false when the memory does not lie so, and nothing was done. */
export function masked(values: Uint16Array, mask: number): boolean {
  const words = wordsOf(values);
  if (words === null) return false;
  const both = twice(mask);
  for (let at = 0; at < words.length; at++) words[at] = (words[at] as number) & both;
  return true;
}

/**
 * Adds a whole number to every sample; what was in the memory is signed from then on. False when a sum would not fit in
 * 16 bits with a sign, or the memory does not lie so: then all is as it was.
 */
export function shifted(values: Uint16Array | Int16Array, addend: number): boolean {
  const words = wordsOf(values);
  const unsigned = values instanceof Uint16Array;
  const add = addend + (unsigned ? 0x8000 : 0); // an unsigned sample less 0x8000 has the same bits but for its first
  if (words === null || add < -0x8000 || add > 0x7fff) return false;
  const flip = unsigned ? SIGNS : 0;
  const both = twice(add);
  const low = both & REST;
  let over = 0;
  for (let at = 0; at < words.length; at++) {
    const one = (words[at] as number) ^ flip;
    // the first bits apart, so that no half carries into the other
    const sum = (((one & REST) + low) | 0) ^ ((one ^ both) & SIGNS);
    over |= (one ^ sum) & (both ^ sum);
    words[at] = sum;
  }
  if ((over & SIGNS) === 0) return true;
  const back = twice(-add);
  const less = back & REST;
  for (let at = 0; at < words.length; at++) {
    const one = words[at] as number;
    words[at] = (((one & REST) + less) | 0) ^ ((one ^ back) & SIGNS) ^ flip;
  }
  return false;
}
