import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logSoftmax } from '../../../../src/common/math/logits';
import { search } from '../../../../src/engine/decoding/search';
import { forbidden } from '../../../../src/engine/decoding/tokenHealing';
import type {
  StepFn,
  BeamCandidate,
  GeneratedSequence,
  DecodingOptions,
} from '../../../../src/engine/decoding/sequences';
import type { Strategy } from '../../../../src/common/protocol/engine/generate';

/** A language: the probabilities of the next token after a sequence, for the tokens 0 (the end), 1, 2, ... */
type Language = (sequence: readonly number[]) => readonly number[];

const defaults: Omit<DecodingOptions, 'vocabSize'> = {
  maxNewTokens: 5,
  end: 0,
  top: 0,
  prompt: [],
  isStopped: () => false,
  loopGuard: false,
  onToken: () => undefined,
};

/** Searches a language; the step keeps the sequences of its rows as a model keeps its state. */
async function searchIn(
  language: Language,
  strategy: Strategy,
  options: Partial<DecodingOptions> = {},
) {
  let rowsBefore: (readonly number[])[] = [[]];
  const logitsOf = (sequence: readonly number[]) => language(sequence).map(Math.log);
  const vocabSize = language([]).length;
  const steps: number[] = [];
  const step: StepFn = (tokens, rows) => {
    rowsBefore = tokens.map((token, index) => [...rowsBefore[rows[index] ?? -1]!, token]);
    steps.push(tokens.length);
    return Promise.resolve(Float32Array.from(rowsBefore.flatMap(logitsOf)));
  };
  const first = Float32Array.from(logitsOf([]));
  const written = await search(strategy, first, step, { ...defaults, vocabSize, ...options });
  return { written, steps };
}

const spell = (written: readonly GeneratedSequence[]) =>
  written.map(({ tokens }) => tokens.join(''));
const totalOf = ({ logProbabilities }: GeneratedSequence) =>
  logProbabilities.reduce((sum, each) => sum + each, 0);

/** The most probable first step, 1, leads to the less probable whole: 0.5 * 0.4 against 0.4 * 0.9. */
const gardenPath: Language = sequence => {
  const table: Readonly<Record<string, readonly number[]>> = {
    '': [0.1, 0.5, 0.4],
    '1': [0.4, 0.3, 0.3],
    '2': [0.9, 0.05, 0.05],
  };
  return table[sequence.join('')] ?? [0.98, 0.01, 0.01];
};

describe('greedy', () => {
  test('takes the most probable token each time, of two alike the lower', async () => {
    const { written, steps } = await searchIn(gardenPath, { kind: 'greedy' });
    expect(spell(written)).toEqual(['10']);
    expect(written[0]?.finish).toBe('end-of-sequence');
    expect(written[0]?.logProbabilities.map(Math.exp)).toEqual([
      expect.closeTo(0.5, 6),
      expect.closeTo(0.4, 6),
    ]);
    expect(steps).toEqual([1]);
    const alike = await searchIn(() => [0.2, 0.4, 0.4], { kind: 'greedy' });
    expect(spell(alike.written)).toEqual(['11111']);
  });

  test('tells how probable all tokens that could come were, where not all could', async () => {
    const told: (number | undefined)[] = [];
    const { written } = await searchIn(
      gardenPath,
      { kind: 'greedy' },
      {
        bias: tokens => (tokens.length === 0 ? Float32Array.of(0, forbidden, 0) : undefined),
        onToken: ({ logAllowed }) => told.push(logAllowed),
      },
    );
    expect(spell(written)).toEqual(['20']);
    expect(written[0]?.logProbabilities.map(Math.exp)).toEqual([
      expect.closeTo(0.4, 6),
      expect.closeTo(0.9, 6),
    ]);
    expect(written[0]?.logAllowed).toEqual([expect.closeTo(Math.log(0.5), 6), 0]);
    expect(told).toEqual([expect.closeTo(Math.log(0.5), 6), undefined]);
  });

  test('ends at the limit, and says so', async () => {
    const { written, steps } = await searchIn(() => [0.1, 0.9], { kind: 'greedy' });
    expect(written[0]).toMatchObject({ tokens: [1, 1, 1, 1, 1], finish: 'length' });
    expect(steps).toHaveLength(4); // What is written last is not read.
  });

  test('ends where a stopping text was written', async () => {
    const isStopped = (tokens: readonly number[]) => tokens.length === 2;
    const { written } = await searchIn(() => [0.1, 0.9], { kind: 'greedy' }, { isStopped });
    expect(written[0]).toMatchObject({ tokens: [1, 1], finish: 'stop' });
  });

  test('tells each token at once, with candidates of its place', async () => {
    const told: number[] = [];
    const { written } = await searchIn(
      gardenPath,
      { kind: 'greedy' },
      { top: 2, onToken: ({ id }) => told.push(id) },
    );
    expect(told).toEqual([1, 0]);
    expect(written[0]?.candidates.map(row => row.map(({ id }) => id))).toEqual([
      [1, 2],
      [0, 1],
    ]);
  });

  test('refuses logits that are no numbers, whichever step they come from', async () => {
    const broken: Language = sequence => (sequence.length === 2 ? [NaN, 1] : [0.1, 0.9]);
    for (const strategy of [{ kind: 'greedy' }, { kind: 'beam', beams: 2 }] as const) {
      await expect(searchIn(broken, strategy)).rejects.toMatchObject({ code: 'model-invalid' });
    }
  });
});

describe('beam search', () => {
  const beam = (beams: number, lengthPenalty?: number) =>
    ({ kind: 'beam', beams, lengthPenalty }) as const;

  test('finds the way that begins less well', async () => {
    const { written } = await searchIn(gardenPath, beam(2, 0));
    expect(spell(written)[0]).toBe('20');
    expect(Math.exp(totalOf(written[0]!))).toBeCloseTo(0.36, 6);
    expect(written.length).toBeLessThanOrEqual(2);
  });

  test('tells all that it weighed, in an order in which a parent comes first', async () => {
    const weighed: BeamCandidate[] = [];
    const { written } = await searchIn(gardenPath, beam(2, 0), {
      onBeamStep: step => weighed.push(...step),
    });
    const told = weighed.map(({ tokens, kept, finished }) => [tokens.join(''), kept, finished]);
    expect(told.slice(0, 6)).toEqual([
      ['1', true, false],
      ['2', true, false],
      ['20', true, true],
      ['10', true, true],
      ['11', false, false],
      ['21', false, false],
    ]);
    for (const each of written) {
      const last = weighed.find(({ tokens }) => tokens.join('') === each.tokens.join(''));
      expect(last?.total).toBeCloseTo(totalOf(each), 9);
      expect(last?.logProbability).toBe(each.logProbabilities.at(-1));
    }
  });

  test('runs no row that has ended, and fills the beam again', async () => {
    const { steps } = await searchIn(gardenPath, beam(3, 0));
    expect(steps[0]).toBe(2); // Of three extensions one ended at once.
  });

  test('a length penalty prefers the longer of two that are as probable', async () => {
    // One token to the end with 0.25, or three with 0.63 each, which is 0.25 too.
    const language: Language = sequence =>
      sequence.length === 0
        ? [0.25, 0.63, 0.12]
        : sequence[0] === 1
          ? sequence.length < 2
            ? [0.01, 0.63, 0.36]
            : [0.63, 0.01, 0.36]
          : [0.2, 0.4, 0.4];
    const short = await searchIn(language, beam(4, 0), { maxNewTokens: 4 });
    const long = await searchIn(language, beam(4, 1), { maxNewTokens: 4 });
    expect(spell(short.written)[0]).toBe('110');
    expect(short.written.map(({ tokens }) => tokens.length)).toContain(1);
    const rankOfShortest = ({ written }: typeof short) => spell(written).indexOf('0');
    expect(rankOfShortest(short)).toBe(1);
    expect([-1, 2, 3]).toContain(rankOfShortest(long));
  });

  test('of equal extensions takes the lower token, then the better hypothesis before', async () => {
    const { written } = await searchIn(() => [0.2, 0.4, 0.4], beam(2), { maxNewTokens: 2 });
    expect(spell(written)).toEqual(['11', '21']);
  });

  test('at the limit open hypotheses take the places that are left', async () => {
    const { written } = await searchIn(gardenPath, beam(3, 0), { maxNewTokens: 1 });
    expect(written.map(({ finish }) => finish)).toEqual(['end-of-sequence', 'length', 'length']);
    expect(spell(written)).toEqual(['0', '1', '2']);
  });

  test('ends before the limit when no open hypothesis can win any more', async () => {
    // After the first token the end is nearly certain; what is open is hopeless.
    const language: Language = sequence =>
      sequence.length === 0 ? [0.02, 0.49, 0.49] : [0.9999, 0.00005, 0.00005];
    const { written, steps } = await searchIn(language, beam(2, 0), { maxNewTokens: 50 });
    expect(spell(written)).toEqual(['10', '20']);
    expect(steps.length).toBeLessThan(5);
  });

  test('counts a hypothesis that wrote a stopping text as ended', async () => {
    const isStopped = (tokens: readonly number[]) => tokens.at(-1) === 2;
    const { written } = await searchIn(() => [0.1, 0.5, 0.4], beam(2, 0), { isStopped });
    expect(written[0]).toMatchObject({ tokens: [2], finish: 'stop' });
  });

  test('goes on although as many as the beam have ended, while an open one could win', async () => {
    const language: Language = sequence =>
      ({ '': [0.3, 0.6, 0.1], '1': [0.05, 0.9, 0.05] })[sequence.join('')] ?? [0.95, 0.03, 0.02];
    const { written } = await searchIn(language, beam(2));
    expect(spell(written)[0]).toBe('110');
  });

  test('keeps the candidates of its own way', async () => {
    const { written } = await searchIn(gardenPath, beam(2, 0), { top: 1 });
    expect(spell(written)[0]).toBe('20');
    expect(written[0]?.candidates.map(row => row[0]?.id)).toEqual([1, 0]);
  });
});

/** A random language of a few tokens, remembered for the two tokens before. */
const languages = fc
  .record({
    vocabSize: fc.integer({ min: 2, max: 4 }),
    seed: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 80, maxLength: 80 }),
  })
  .map(({ vocabSize, seed }): Language => {
    return sequence => {
      const place = sequence.slice(-2).reduce((sum, token) => sum * 5 + token + 1, 0);
      const numbers = Array.from(
        { length: vocabSize },
        (_, index) => seed[(place * vocabSize + index) % 80]!,
      );
      const sum = numbers.reduce((total, each) => total + each, 0);
      return numbers.map(each => each / sum);
    };
  });

/** Every sequence that ends, or is cut at the limit, with its score. */
function allSequences(language: Language, limit: number, penalty: number) {
  const found: { tokens: readonly number[]; score: number }[] = [];
  const walk = (tokens: readonly number[], total: number) => {
    if (tokens.length > 0 && (tokens.at(-1) === 0 || tokens.length === limit)) {
      found.push({ tokens, score: total / tokens.length ** penalty });
      return;
    }
    const logits = Float32Array.from(language(tokens), Math.log);
    logSoftmax(logits).forEach((each, token) => walk([...tokens, token], total + each));
  };
  walk([], 0);
  return found;
}

describe('for any language', () => {
  test('greedy is beam search with one beam', async () => {
    await fc.assert(
      fc.asyncProperty(languages, async language => {
        const greedy = await searchIn(language, { kind: 'greedy' }, { top: 2 });
        const beam = await searchIn(language, { kind: 'beam', beams: 1 }, { top: 2 });
        expect(beam.written[0]).toMatchObject(greedy.written[0]!);
      }),
    );
  });

  test('a beam that holds all beginnings finds the best of all sequences that end', async () => {
    await fc.assert(
      fc.asyncProperty(
        languages,
        fc.constantFrom(0, 0.5, 1, 2),
        fc.integer({ min: 1, max: 3 }),
        async (language, lengthPenalty, maxNewTokens) => {
          const beams = 64; // More than 4 to the power of 3, so nothing is ever cut.
          const { written } = await searchIn(
            language,
            { kind: 'beam', beams, lengthPenalty },
            { maxNewTokens },
          );
          const scoreOf = (each: GeneratedSequence) =>
            totalOf(each) / each.tokens.length ** lengthPenalty;
          const all = allSequences(language, maxNewTokens, lengthPenalty);
          const ended = all.filter(({ tokens }) => tokens.at(-1) === 0);
          const best = Math.max(...ended.map(({ score }) => score));
          expect(scoreOf(written[0]!)).toBeCloseTo(best, 9);
          expect(written).toHaveLength(all.length);
        },
      ),
    );
  });

  test('hypotheses have the probabilities that the language gives them', async () => {
    await fc.assert(
      fc.asyncProperty(languages, fc.integer({ min: 1, max: 4 }), async (language, beams) => {
        const { written } = await searchIn(language, { kind: 'beam', beams }, { top: 2 });
        for (const { tokens, logProbabilities, candidates } of written) {
          tokens.forEach((token, index) => {
            const expected = language(tokens.slice(0, index))[token]!;
            expect(Math.exp(logProbabilities[index]!)).toBeCloseTo(expected, 5);
          });
          expect(candidates).toHaveLength(tokens.length);
        }
        expect(new Set(spell(written)).size).toBe(written.length);
      }),
    );
  });

  test('wider beams do not leave the beam of one behind, where length does not count', async () => {
    await fc.assert(
      fc.asyncProperty(languages, async language => {
        const beam = (beams: number) =>
          searchIn(language, { kind: 'beam', beams, lengthPenalty: 0 }, { maxNewTokens: 3 });
        const [narrow, wide] = [await beam(1), await beam(64)];
        fc.pre(narrow.written[0]?.finish === 'end-of-sequence');
        expect(totalOf(wide.written[0]!)).toBeGreaterThanOrEqual(totalOf(narrow.written[0]) - 1e-9);
      }),
    );
  });
});
