import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PaddedKvCache } from '../../../../src/engine/decoder/paddedKvCache';
import type { Run } from '../../../../src/engine/onnx/tensors';
import { readTiny } from '../modelFolder';

const { manifest } = readTiny('tiny-llama');
const { layers, heads, keyValueHeads = heads, hiddenSize } = manifest;
const size = hiddenSize / heads;
const parts = Array.from({ length: layers }, (_, layer) => [
  `past_key_values.${layer}.key`,
  `past_key_values.${layer}.value`,
]).flat();

/** A number of its own for each place, which says what must stand there. */
const numberAt = (token: number, part: number, group: number, index: number) =>
  ((token * parts.length + part) * keyValueHeads + group) * size + index;

/** What a run gives for tokens [batch, T]. */
function runOf(tokens: readonly (readonly number[])[]): Run {
  const T = tokens[0]?.length ?? 0;
  const values = parts.flatMap((_, part) =>
    tokens.flatMap(row =>
      Array.from({ length: keyValueHeads }, (_each, group) =>
        row.map(token =>
          Array.from({ length: size }, (_one, i) => numberAt(token, part, group, i)),
        ),
      ),
    ),
  );
  const dims = [parts.length * tokens.length, keyValueHeads, T, size];
  const output = { dims, values: Float32Array.from(values.flat(2)) };
  return { outputs: new Map([['new_key_values', output]]), runMs: 0 };
}

/** Holds what the graph would be fed against the tokens [batch, T] that were read. */
function expectHolds(cache: PaddedKvCache, tokens: readonly (readonly number[])[]): void {
  const T = tokens[0]?.length ?? 0;
  const feeds = cache.feeds(T);
  expect(feeds['past_length']).toEqual([T]);
  for (const [part, name] of parts.entries()) {
    const feed = feeds[name];
    if (typeof feed !== 'object' || !('dims' in feed)) {
      throw new Error(`${name} is not fed`);
    }
    const [batch, groups, slots = 0] = feed.dims;
    expect([batch, groups, feed.dims[3]]).toEqual([tokens.length, keyValueHeads, size]);
    expect(slots % 64).toBe(0);
    expect(slots).toBeGreaterThanOrEqual(T);
    for (const [row, ids] of tokens.entries()) {
      for (let group = 0; group < keyValueHeads; group++) {
        const found = ids.map((_, slot) => {
          const plane = row * keyValueHeads + group;
          return feed.values[(plane * slots + slot) * size + 1];
        });
        expect(found).toEqual(ids.map(token => numberAt(token, part, group, 1)));
      }
    }
  }
}

type Deed =
  | { readonly kind: 'append'; readonly which: number; readonly count: number }
  | { readonly kind: 'goBack'; readonly which: number; readonly share: number }
  | {
      readonly kind: 'guess';
      readonly which: number;
      readonly count: number;
      readonly share: number;
    }
  | { readonly kind: 'takeRows'; readonly which: number; readonly rows: readonly number[] };

const which = fc.nat(1000);
const deeds = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('append' as const),
      which,
      count: fc.integer({ min: 1, max: 70 }),
    }),
    fc.record({
      kind: fc.constant('goBack' as const),
      which,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('guess' as const),
      which,
      count: fc.integer({ min: 1, max: 5 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('takeRows' as const),
      which,
      rows: fc.array(fc.nat(100), { minLength: 1, maxLength: 3 }),
    }),
  ),
  { maxLength: 12 },
);

test('whatever is read on, gone back from or parted, every cache keeps what it has', () => {
  let nextToken = 0;
  const done = (cache: PaddedKvCache, tokens: readonly (readonly number[])[], deed: Deed) => {
    switch (deed.kind) {
      case 'append': {
        const added = tokens.map(() => Array.from({ length: deed.count }, () => nextToken++ % 900));
        const longer = tokens.map((row, index) => [...row, ...(added[index] ?? [])]);
        return { cache: cache.append(runOf(added)), tokens: longer };
      }
      case 'goBack': {
        const length = Math.floor(deed.share * (tokens[0]?.length ?? 0));
        return {
          cache: cache.takePositions(length),
          tokens: tokens.map(row => row.slice(0, length)),
        };
      }
      case 'guess': {
        // Read, and gone back over at once: nobody else has seen it.
        const added = tokens.map(() => Array.from({ length: deed.count }, () => nextToken++ % 900));
        const before = tokens[0]?.length ?? 0;
        const length = before + Math.floor(deed.share * deed.count);
        const longer = tokens.map((row, index) => [...row, ...(added[index] ?? [])]);
        return {
          cache: cache.append(runOf(added)).cutTo(length),
          tokens: longer.map(row => row.slice(0, length)),
        };
      }
      case 'takeRows': {
        const rows = deed.rows.map(row => row % tokens.length);
        return { cache: cache.takeRows(rows), tokens: rows.map(row => tokens[row] ?? []) };
      }
    }
  };
  fc.assert(
    fc.property(deeds, list => {
      const all = [
        { cache: PaddedKvCache.empty(manifest), tokens: [[]] as readonly (readonly number[])[] },
      ];
      for (const deed of list) {
        const { cache, tokens } = all[deed.which % all.length]!;
        all.push(done(cache, tokens, deed));
      }
      for (const { cache, tokens } of all) {
        expectHolds(cache, tokens);
      }
    }),
    { numRuns: 100 },
  );
});

test('reading on writes into the same buffers until they are full', () => {
  const bufferOf = (cache: PaddedKvCache) => cache.feeds(0)[parts[0] ?? ''];
  const first = PaddedKvCache.empty(manifest).append(runOf([[1, 2]]));
  const second = first.append(runOf([Array.from({ length: 62 }, () => 3)]));
  expect(bufferOf(second)).toBe(bufferOf(first));
  const third = second.append(runOf([[4]]));
  expect(bufferOf(third)).not.toBe(bufferOf(second));
  expect(bufferOf(second.takePositions(2))).toBe(bufferOf(second));
  const guessed = third.append(runOf([[5, 6]])).cutTo(66);
  expect(bufferOf(guessed.append(runOf([[7]])))).toBe(bufferOf(third));
});
