/** About how many characters are put together before they are written. */
const chunkLength = 1 << 16;

/**
 * A value as JSON in chunks, typed arrays as plain arrays: the attention of 512 tokens has 19 million numbers,
 * more than one string can hold.
 */
export function* jsonChunks(value: unknown): Generator<string> {
  let pending = '';
  for (const part of parts(value)) {
    pending += part;
    if (pending.length >= chunkLength) {
      yield pending;
      pending = '';
    }
  }
  yield pending;
}

function* parts(value: unknown): Generator<string> {
  if (value instanceof Float32Array) {
    yield '[';
    for (let start = 0; start < value.length; start += 4096) {
      yield (start === 0 ? '' : ',') + value.subarray(start, start + 4096).join(',');
    }
    yield ']';
  } else if (Array.isArray(value)) {
    yield '[';
    for (const [index, item] of value.entries()) {
      yield index === 0 ? '' : ',';
      yield* parts(item);
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null) {
    yield '{';
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    for (const [index, [key, item]] of entries.entries()) {
      yield `${index === 0 ? '' : ','}${JSON.stringify(key)}:`;
      yield* parts(item);
    }
    yield '}';
  } else {
    yield value === undefined ? 'null' : JSON.stringify(value); // In an array a place is kept.
  }
}
