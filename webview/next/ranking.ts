/**
 * Ids by logit, the largest first; of equal ones the lower id.
 *
 * A vocabulary is sorted while a person waits, and a comparing function takes ten times as long: numbers that hold
 * the logit's bits before the id's are sorted by the browser itself.
 *
 * @param logits [V], no NaN; V at most 2 ** 20.
 */
export function sortedIds(logits: Float32Array): Uint32Array {
  const size = logits.length;
  // Plus 0, so that -0 is 0.
  const bits = new Uint32Array(logits.map(logit => logit + 0).buffer);
  const keys = new Float64Array(size);
  for (let id = 0; id < size; id++) {
    const word = bits[id]!;
    // IEEE 754: as unsigned integers positive numbers rise, negative ones fall. The largest shall be the smallest key.
    const falling = word >>> 31 === 0 ? 0x7fffffff - word : word;
    keys[id] = falling * idPlaces + id;
  }
  keys.sort();
  return Uint32Array.from(keys, key => key % idPlaces);
}

/** 32 bits of a logit and 20 of an id are whole numbers of a double. */
const idPlaces = 2 ** 20;
