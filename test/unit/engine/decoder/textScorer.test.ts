import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ScoredPart } from '../../../../src/common/protocol/engine/score';
import { readTiny } from '../modelFolder';
import { spyOnRuns } from '../spyOnRuns';
import { codeOf, startEngine } from '../startEngine';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

let started: Awaited<ReturnType<typeof startEngine>>;
/** How many tokens each run read. */
let runs: number[] = [];
let onRun: () => void | Promise<void> = () => undefined;

beforeAll(async () => {
  spyOnRuns(feeds => {
    runs.push(feeds['input_ids']?.dims.at(-1) ?? 0);
    return onRun();
  });
  started = await startEngine();
  return () => started.close();
});

const words = (count: number, seed = 1) =>
  Array.from({ length: count }, (_, index) => 'qwxzvkjy'[(index * index * seed + index) % 8]).join(
    '',
  );
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);

describe.each(['tiny-gpt2', 'tiny-llama'])('a score of %s', modelId => {
  const { contextLength } = readTiny(modelId).manifest;
  const quarter = contextLength / 4;
  const score = (text: string, request: object = {}) =>
    started.engine.score({ modelId, text, ...request });
  const forget = () => started.engine.load(readTiny(modelId));

  beforeEach(async () => {
    await forget();
    runs = [];
    onRun = () => undefined;
    started.parts.length = 0;
  });

  test('tells ranks and the likeliest in the place of each token', async () => {
    const { tokens, ranks, candidates, logProbabilities } = await score('The cat sat.', { top: 3 });
    const analysis = await started.engine.analyze({ modelId, text: 'The cat sat.', top: 384 });
    expect([ranks[0], candidates[0]]).toEqual([undefined, []]);
    for (const [index, { id }] of tokens.entries()) {
      if (index > 0) {
        const all = analysis.candidates[index - 1]!;
        const place = all.findIndex(each => each.id === id);
        expect(ranks[index]).toBe(place + 1);
        expect(Math.exp(logProbabilities[index]!)).toBeCloseTo(all[place]!.probability, 5);
        expect(candidates[index]!.map(each => each.id)).toEqual(
          all.slice(0, 3).map(each => each.id),
        );
      }
    }
    expect((await score('The cat sat.')).candidates).toEqual([]);
  });

  test('reads all of a text that is longer than the context, in windows that overlap', async () => {
    const text = words(3 * contextLength);
    const { tokens, logProbabilities, contextSizes, window, dropped } = await score(text);
    const N = tokens.length;
    expect(N).toBeGreaterThan(2 * contextLength);
    expect({ window, dropped }).toEqual({ window: { start: 0, count: N, total: N }, dropped: 0 });
    expect(logProbabilities.slice(1).every(each => each !== undefined && each < 0)).toBe(true);
    expect(contextSizes.slice(0, contextLength)).toEqual([...Array(contextLength).keys()]);
    expect(Math.min(...contextSizes.slice(contextLength))).toBe(quarter);
    expect(Math.max(...contextSizes)).toBe(contextLength - 1);
    // A token far inside has the number that its window alone gives it.
    const last = N - 1;
    const begin = tokens[last - contextSizes[last]!]!.start;
    const alone = await score(text.slice(begin));
    expect(alone.logProbabilities.at(-1)).toBeCloseTo(logProbabilities[last]!, 3);
  });

  test('of a text that begins like the one before reads from the first change on', async () => {
    const text = words(contextLength - 4);
    const before = await score(text);
    const changed = `${text.slice(0, -6)}abcdef`;
    await forget();
    const afresh = await score(changed);
    await forget();
    await score(text);
    runs = [];
    const after = await score(changed);
    const kept = after.tokens.findIndex((token, i) => token.id !== before.tokens[i]?.id);
    // The token before the first new one is read again, for its logits; the last is not read.
    expect(sumOf(runs)).toBe(after.tokens.length - kept);
    expect(after.computed).toBe(sumOf(runs));
    for (const [index, each] of after.logProbabilities.entries()) {
      expect(each ?? 0).toBeCloseTo(afresh.logProbabilities[index] ?? 0, 4);
    }
    expect(after.ranks).toEqual(afresh.ranks);
  });

  test('of the same text, and of its beginning, reads nothing', async () => {
    const text = words(2 * contextLength);
    const whole = await score(text);
    runs = [];
    expect(await score(text)).toMatchObject({
      logProbabilities: whole.logProbabilities,
      ranks: whole.ranks,
      computed: 0,
    });
    await score(text.slice(0, contextLength));
    expect(runs).toEqual([]);
    await score(text, { top: 2 }); // What was not asked for then is not known.
    expect(runs).not.toEqual([]);
  });

  test('after another text is what it was', async () => {
    const text = words(contextLength + 9);
    const once = await score(text);
    await score(words(40, 3));
    const again = await score(text);
    for (const [index, each] of again.logProbabilities.entries()) {
      expect(each ?? 0).toBeCloseTo(once.logProbabilities[index] ?? 0, 4);
    }
  });

  test('tells its parts as they come; together they are the whole', async () => {
    const text = words(2 * contextLength);
    const whole = await score(text, { top: 1, streamId: 's' });
    const parts: readonly ScoredPart[] = started.parts;
    expect(parts.length).toBeGreaterThan(2);
    let first = 0;
    for (const part of parts) {
      expect(part).toMatchObject({ streamId: 's', first, total: whole.tokens.length });
      first += part.tokens.length;
    }
    expect(parts.flatMap(({ tokens }) => tokens)).toEqual(whole.tokens);
    expect(parts.flatMap(({ logProbabilities }) => logProbabilities)).toEqual(
      whole.logProbabilities,
    );
    expect(parts.flatMap(({ ranks }) => ranks)).toEqual(whole.ranks);
  });

  test('of a continuation tells nothing of what it goes on from, and of it what the whole tells', async () => {
    const [begin, rest] = ['The cat', ' sat.'];
    const part = await score(begin, { targetText: rest, streamId: 's' });
    expect(started.parts.flatMap(({ tokens }) => tokens)).toEqual(part.tokens);
    runs = [];
    await score(begin, { targetText: `${rest} a` });
    expect(sumOf(runs)).toBeLessThanOrEqual(2);
    const whole = await score(begin + rest);
    const tail = whole.logProbabilities.slice(-part.tokens.length);
    for (const [index, each] of part.logProbabilities.entries()) {
      expect(each).toBeCloseTo(tail[index] ?? NaN, 4);
    }
  });

  test('that is cancelled ends between two parts, and keeps what it has', async () => {
    const controller = new AbortController();
    const text = words(4 * contextLength);
    let told = 0;
    onRun = () => {
      told++;
      if (told === 3) {
        controller.abort();
      }
      // As long as a real run, so that messages are heard before the next.
      return new Promise(resolve => setTimeout(resolve, 20));
    };
    const call = started.engine.score({ modelId, text }, { signal: controller.signal });
    expect(await codeOf(call)).toBe('cancelled');
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(runs.length).toBeLessThanOrEqual(4);
    onRun = () => undefined;
    const { computed } = await score(text);
    await forget();
    const afresh = await score(text);
    expect(computed).toBeLessThan(afresh.computed);
  });
});
