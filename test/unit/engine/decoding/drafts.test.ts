import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Strategy } from '../../../../src/common/protocol/engine/generate';
import { Drafts } from '../../../../src/engine/decoding/drafts';
import { search } from '../../../../src/engine/decoding/search';
import type { ReadAhead, StepFn, DecodingOptions } from '../../../../src/engine/decoding/sequences';

const vocabSize = 6;
/** Ends a sequence. */
const end = 0;

/**
 * A language in which texts repeat themselves: what comes next depends on the last few tokens, and now and then on how
 * many there are.
 */
function languageOf(seed: number, memory: number, freedom: number) {
  return (sequence: readonly number[]): Float32Array => {
    let hash = seed;
    for (const token of sequence.slice(-memory)) {
      hash = (Math.imul(hash, 31) + token + 1) | 0;
    }
    if (sequence.length % 7 < freedom) {
      hash = Math.imul(hash + sequence.length, 2_654_435_761) | 0;
    }
    return Float32Array.from({ length: vocabSize }, (_, id) =>
      id === end ? -3.7 : 4 * Math.sin(Math.imul(hash, id + 7) % 1000),
    );
  };
}

const requests = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  memory: fc.integer({ min: 0, max: 3 }),
  freedom: fc.integer({ min: 0, max: 4 }),
  prompt: fc.array(fc.integer({ min: 1, max: vocabSize - 1 }), { minLength: 1, maxLength: 30 }),
  maxNewTokens: fc.integer({ min: 1, max: 60 }),
  strategy: fc.oneof(
    fc.constant<Strategy>({ kind: 'greedy' }),
    fc.record({
      kind: fc.constant('sample' as const),
      seed: fc.integer({ min: 0, max: 1e6 }),
      temperature: fc.constantFrom(0.1, 0.5, 1, 2),
      topP: fc.constantFrom(0.5, 0.9, 1),
      repetitionPenalty: fc.constantFrom(1, 1.3),
    }),
  ),
  stopAfter: fc.integer({ min: 1, max: 200 }),
  loopGuard: fc.boolean(),
  isBiased: fc.boolean(),
});

test('with drafts the same is written, token by token and figure by figure, in no more runs', async () => {
  let [spared, runsWithout] = [0, 0];
  await fc.assert(
    fc.asyncProperty(requests, async request => {
      const { prompt, maxNewTokens, strategy, stopAfter, loopGuard, isBiased } = request;
      const language = languageOf(request.seed, request.memory, request.freedom);
      const told: (readonly number[])[] = [];
      const write = async (readAhead?: ReadAhead, step?: StepFn) => {
        const ids: number[] = [];
        told.push(ids);
        const options: DecodingOptions = {
          ...{ vocabSize, maxNewTokens, end, top: 3, prompt, loopGuard, readAhead },
          isStopped: tokens => tokens.length >= stopAfter,
          bias: tokens =>
            isBiased && tokens.length < 3 ? Float32Array.of(-9, 0, -9, 1, 0, -9) : undefined,
          onToken: ({ id }) => ids.push(id),
        };
        return search(strategy, language(prompt), step ?? unused, options);
      };
      let plain = prompt;
      let steps = 0;
      const without = await write(undefined, ([id = end]) => {
        steps++;
        plain = [...plain, id];
        return Promise.resolve(language(plain));
      });
      // As a cache does: what was read is kept, and gone back over to the place that is named.
      let read: readonly number[] = prompt;
      let runs = 0;
      const withDrafts = await write((tokens, written) => {
        runs++;
        expect(read.length).toBeGreaterThanOrEqual(prompt.length + written);
        read = read.slice(0, prompt.length + written);
        const rows = tokens.map(token => {
          read = [...read, token];
          return language(read);
        });
        // Nothing is read that has no place in a context of `prompt` and `maxNewTokens`.
        expect(read.length).toBeLessThan(prompt.length + maxNewTokens);
        return Promise.resolve(rows);
      });
      expect(withDrafts).toEqual(without);
      expect(told[1]).toEqual(told[0]);
      expect(runs).toBeLessThanOrEqual(steps);
      spared += steps - runs;
      runsWithout += steps;
    }),
    { numRuns: 500 },
  );
  // Drafts are really made, and come true.
  expect(spared).toBeGreaterThan(runsWithout / 10);
});

const unused: StepFn = () => Promise.reject(new Error('a run of one token'));

test('what is guessed followed the last three tokens, or two, or the last, where they stood before', () => {
  const drafts = new Drafts();
  expect(drafts.propose([1, 2, 3, 4, 9, 2, 3, 5, 1, 2, 3], 8)).toEqual([4]);
  expect(drafts.propose([1, 2, 3, 4, 9, 2, 3, 5, 8, 2, 3], 8)).toEqual([5]);
  expect(drafts.propose([1, 2, 3, 4, 5], 8)).toEqual([]);
  expect(drafts.propose([1, 2, 3, 2, 5, 2], 8)).toEqual([5]);
  expect(drafts.propose([7, 7, 7], 8)).toEqual([7]);
  expect(drafts.propose([1, 2, 1, 2], 0)).toEqual([]);
});

test('guesses grow as they come true, and rest as they do not', () => {
  const loop = Array.from({ length: 40 }, (_, index) => index % 5);
  const drafts = new Drafts();
  const lengths = Array.from({ length: 6 }, () => {
    const draft = drafts.propose(loop, 8);
    drafts.learn(draft.length, draft.length, loop.length);
    return draft.length;
  });
  expect(lengths).toEqual([1, 2, 3, 4, 4, 4]);
  drafts.learn(4, 1, loop.length);
  expect(drafts.propose(loop, 8)).toHaveLength(1);
  const pauses = Array.from({ length: 7 }, () => {
    let seen = loop;
    drafts.learn(1, 0, seen.length);
    while (drafts.propose(seen, 8).length === 0) {
      seen = [...seen, seen.length % 5];
    }
    return seen.length - loop.length;
  });
  expect(pauses).toEqual([0, 2, 4, 8, 16, 32, 32]);
  const oneAlike = [1, 2, 3, 4, 9, 8, 2];
  const grown = new Drafts();
  grown.learn(4, 4, 0);
  expect(grown.propose(oneAlike, 8)).toEqual([3]);
});
