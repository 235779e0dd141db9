import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Drafts } from '../../../../src/engine/decoding/drafts';
import { sampler } from '../../../../src/engine/decoding/sampling';
import type { GenerateRequest, Strategy } from '../../../../src/common/protocol/engine/generate';
import { logSoftmax } from '../../../../src/common/math/logits';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import { readTiny, withGraph, withNaN } from '../modelFolder';
import { spyOnRuns } from '../spyOnRuns';
import { codeOf, startEngine } from '../startEngine';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

const text = 'The cat sat on the mat.';
const greedy = { kind: 'greedy' } as const;

let started: Awaited<ReturnType<typeof startEngine>>;
/** How many tokens each run read. */
let runs: number[] = [];
/** Of each run: time for messages to be heard. */
let runMs = 0;

beforeAll(async () => {
  spyOnRuns(async feeds => {
    runs.push(feeds['input_ids']?.dims.at(-1) ?? 0);
    if (runMs > 0) {
      await new Promise(resolve => setTimeout(resolve, runMs));
    }
  });
  started = await startEngine();
  return () => started.close();
});
afterEach(() => {
  started.streamed.length = 0;
  runMs = 0;
});
const idsOf = (tokens: readonly { readonly id: number }[]) => tokens.map(({ id }) => id);
/** A text of so many tokens. */
const letters = (count: number) => 'q'.repeat(count);

/** Heads with keys of their own, and heads that share them. */
describe.each(['tiny-gpt2', 'tiny-llama'])('%s:', modelId => {
  const { contextLength, vocabSize, layers, heads, hiddenSize } = readTiny(modelId).manifest;
  const load = (changes?: Partial<Manifest>) => started.engine.load(readTiny(modelId, changes));
  const generate = (request: Partial<GenerateRequest> = {}) =>
    started.engine.generate({ modelId, text, strategy: greedy, maxNewTokens: 8, ...request });

  describe('a continuation', () => {
    beforeEach(async () => {
      await load();
      runs = [];
    });

    test('begins where the text ends, and its figures agree with each other', async () => {
      const { source, target, logProbabilities, logProbability, candidates, attentions, ...rest } =
        await generate({ top: 2, attention: true });
      const N = source.length + target.length;
      expect(target.length).toBeGreaterThan(0);
      expect(rest.text.length).toBe(target.at(-1)?.end);
      expect(logProbability).toBeCloseTo(
        logProbabilities.reduce((sum, each) => sum + each, 0),
        9,
      );
      expect(candidates.map(row => row[0]?.id)).toEqual(idsOf(target)); // Greedy takes the first.
      expect(attentions.map(({ kind, shape }) => [kind, ...shape])).toEqual([
        ['decoder', layers, heads, N, N],
      ]);
      expect(rest).toMatchObject({ dropped: 0, window: { start: 0, count: source.length } });
    });

    test('reads the text once and then one token at a time, but for guesses', async () => {
      const { source, target } = await generate();
      const [first, ...others] = runs;
      expect(first).toBe(source.length);
      expect(others.length).toBeLessThan(target.length);
      expect(others.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
        target.length - 1,
      );
      // A token, and at most four guesses with it.
      expect(Math.max(...others)).toBeLessThanOrEqual(5);
    });

    /** What one prediction after another gives: no run of it reads a guess. */
    async function writeStepwise(before: string, strategy: Strategy, count: number) {
      const choose = strategy.kind === 'sample' ? sampler(strategy) : undefined;
      const appended: number[] = [];
      const logProbabilities: number[] = [];
      for (let step = 0; step < count; step++) {
        const { logits, source, candidates } = await started.engine.predict({
          ...{ modelId, text: before, appended, top: 1 },
        });
        const id = choose?.(logits.values, idsOf(source)) ?? candidates[0]?.id ?? 0;
        appended.push(id);
        logProbabilities.push(logSoftmax(logits.values)[id] ?? 0);
      }
      return { ids: appended, logProbabilities };
    }

    /** Guesses that come true, of which every third is wrong from its second token on. */
    function guess(truth: readonly number[]): void {
      let count = 0;
      vi.spyOn(Drafts.prototype, 'propose').mockImplementation((seen, most) => {
        const right = truth.slice(seen.length, seen.length + Math.min(3, most));
        return count++ % 3 === 2 ? right.map((id, index) => (index > 0 ? id + 1 : id)) : right;
      });
    }
    const strategies: readonly (readonly [string, Strategy])[] = [
      ['the most probable tokens', greedy],
      ['sampled tokens', { kind: 'sample', temperature: 0.8, topP: 0.9, seed: 5 }],
    ];

    test.each(strategies)(
      'of %s is the same whether it was guessed or not',
      async (_, strategy) => {
        const stepwise = await writeStepwise(text, strategy, 16);
        const prompt = idsOf((await started.engine.predict({ modelId, text })).source);
        guess([...prompt, ...stepwise.ids]);
        runs = [];
        const write = () => generate({ strategy, maxNewTokens: 16, top: 1 });
        const { target, logProbabilities, candidates } = await write();
        // They give 1, 4, 4, 2 (two guesses are wrong), 4 and 1 tokens.
        expect(runs).toEqual([1, 4, 4, 4, 4, 1]);
        expect(idsOf(target)).toEqual(stepwise.ids);
        for (const [index, each] of logProbabilities.entries()) {
          // A product of many rows sums in another order than one of a single row.
          expect(Math.abs(each - (stepwise.logProbabilities[index] ?? 1))).toBeLessThan(1e-4);
        }
        expect(candidates).toHaveLength(16);
        vi.mocked(Drafts.prototype.propose).mockRestore();
        expect(idsOf((await write()).target)).toEqual(stepwise.ids);
      },
    );

    test('that was guessed wrongly leaves a text to go on with, also beside another', async () => {
      const write = (ending: string) => generate({ text: text + ending, maxNewTokens: 12 });
      const first = await write('');
      const other = await write(' It');
      const on = await write(first.text);
      vi.spyOn(Drafts.prototype, 'propose').mockImplementation((seen, most) =>
        [7, 8, seen.length % 9].slice(0, most),
      );
      // At once: each goes back over guesses while the other reads on.
      const both = await Promise.all([write(''), write(' It')]);
      vi.mocked(Drafts.prototype.propose).mockRestore();
      expect(both.map(each => each.text)).toEqual([first.text, other.text]);
      expect((await write(first.text)).text).toBe(on.text);
    });

    test('of a text that begins like the one before reads the rest alone', async () => {
      const first = await generate();
      const alone = await generate({ text: `${text} It` });
      await started.engine.unload({ modelId });
      await load();
      const fresh = await generate({ text: `${text} It` });
      expect(idsOf(alone.target)).toEqual(idsOf(fresh.target));
      for (const [index, each] of alone.logProbabilities.entries()) {
        expect(each).toBeCloseTo(fresh.logProbabilities[index] ?? NaN, 4);
      }
      runs = [];
      await generate();
      runs = [];
      await generate({ text: `${text} It` });
      expect(runs[0]).toBe(fresh.source.length - first.source.length);
      runs = [];
      await generate({ text: `${text} It` });
      expect(runs[0]).toBe(1); // The last token is read again, for its logits.
      runs = [];
      await generate({ text: 'Another' });
      expect(runs[0]).toBeGreaterThan(1);
    });

    test('reads a long text in parts of 64 tokens', async () => {
      await started.engine.score({ modelId, text: letters(contextLength) });
      // What is told of a token comes from those before: the last is not read.
      const full = Math.floor((contextLength - 1) / 64);
      const rest = (contextLength - 1) % 64;
      expect(runs).toEqual([...Array<number>(full).fill(64), ...(rest > 0 ? [rest] : [])]);
    });

    test('with beams gives as many, and the first is no less probable than greedy', async () => {
      const beam = await generate({ strategy: { kind: 'beam', beams: 3, lengthPenalty: 0 } });
      const one = await generate();
      expect(beam.hypotheses).toHaveLength(3);
      const sums = beam.hypotheses.map(({ logProbability }) => logProbability);
      expect([...sums].sort((a, b) => b - a)).toEqual(sums);
      const single = await generate({ strategy: { kind: 'beam', beams: 1 } });
      expect(idsOf(single.target)).toEqual(idsOf(one.target));
    });

    test('can be scored, and has the probability that it had', async () => {
      let compared = 0;
      for (const before of 'abcdefghijklm') {
        const written = await generate({ text: before, maxNewTokens: 2 });
        const scored = await started.engine.score({
          ...{ modelId, text: before, targetText: written.text },
        });
        // Random parameters may write bytes that are no text, which are read otherwise.
        if (idsOf(scored.tokens).join() === idsOf(written.target).join()) {
          expect(scored.logProbability).toBeCloseTo(written.logProbability, 3);
          compared++;
        }
      }
      expect(compared).toBeGreaterThan(0);
    });

    test('with beams gives the tree of what it weighed, if that is asked for', async () => {
      const strategy = { kind: 'beam', beams: 3 } as const;
      const { beamTree = [], hypotheses } = await generate({ strategy, tree: true });
      for (const [index, { parent, step, total, logProbability, kept }] of beamTree.entries()) {
        const before = beamTree[parent];
        expect(parent).toBeLessThan(index);
        expect(before?.step ?? -1).toBe(step - 1);
        expect(before?.kept ?? true).toBe(true); // What was cut is not gone on from.
        expect(before?.finished ?? false).toBe(false);
        expect(total).toBeCloseTo((before?.total ?? 0) + logProbability, 9);
        expect(kept || beamTree.every(each => each.parent !== index)).toBe(true);
      }
      for (const [index, { logProbability }] of hypotheses.entries()) {
        const leaf = beamTree.find(({ hypothesis }) => hypothesis === index);
        expect(leaf?.total).toBeCloseTo(logProbability, 6);
      }
      expect((await generate({ strategy })).beamTree).toBeUndefined();
      expect((await generate({ tree: true })).beamTree).toBeUndefined(); // Greedy weighs nothing.
    });

    test('at a temperature next to 0 is greedy', async () => {
      const strategy = { kind: 'sample', temperature: 1e-5, seed: 3 } as const;
      expect(idsOf((await generate({ strategy })).target)).toEqual(
        idsOf((await generate()).target),
      );
    });

    test('with a repetition penalty says nothing twice', async () => {
      const strategy = {
        kind: 'sample',
        temperature: 1e-4,
        seed: 3,
        repetitionPenalty: 50,
      } as const;
      const { source, target } = await generate({ strategy, maxNewTokens: 12 });
      const all = [...idsOf(source), ...idsOf(target)];
      const written = idsOf(target);
      expect(new Set(written).size).toBe(written.length);
      expect(written.every(id => all.indexOf(id) >= source.length)).toBe(true);
    });

    test('streams its tokens', async () => {
      const { target } = await generate({ streamId: 's' });
      expect(idsOf(started.streamed.map(({ token }) => token))).toEqual(idsOf(target));
    });

    test('of a text as long as the context reads its end, and says what it left out', async () => {
      const long = `${letters(contextLength)} cat`;
      const { source, target, window, dropped } = await generate({ text: long });
      expect(source.at(-1)).toMatchObject({ end: long.length });
      expect(window.start).toBe(window.total - window.count);
      expect(dropped).toBe(window.start);
      expect(source.length + target.length).toBeLessThanOrEqual(contextLength);
      const more = await generate({ text: long, maxNewTokens: 10_000 });
      expect(more.source.length).toBe(contextLength / 2);
      expect(more.source.length + more.target.length).toBeLessThanOrEqual(contextLength + 1);
      expect(['length', 'end-of-sequence']).toContain(more.finish);
    });

    test('that is cancelled ends between two steps, and the next is served', async () => {
      runMs = 3;
      const controller = new AbortController();
      const cancelled = started.engine.generate(
        { modelId, text, strategy: greedy, maxNewTokens: contextLength, streamId: 'c' },
        { signal: controller.signal },
      );
      await vi.waitFor(() => expect(started.streamed.length).toBeGreaterThan(0));
      controller.abort();
      expect(await codeOf(cancelled)).toBe('cancelled');
      expect(await codeOf(generate())).toBe('resolved');
    });

    test.each([
      ['empty text', { text: '' }, 'input-empty'],
      ['white space', { text: '  \n' }, 'input-empty'],
      [
        'top-k of 0',
        { strategy: { kind: 'sample', temperature: 1, topK: 0, seed: 1 } },
        'input-invalid',
      ],
      [
        'a min-p that is no number',
        { strategy: { kind: 'sample', temperature: 1, minP: NaN, seed: 1 } },
        'input-invalid',
      ],
      [
        'a temperature of 0',
        { strategy: { kind: 'sample', temperature: 0, seed: 1 } },
        'input-invalid',
      ],
      [
        'a penalty below 1',
        { strategy: { kind: 'sample', temperature: 1, repetitionPenalty: 0.5, seed: 1 } },
        'input-invalid',
      ],
      [
        'a seed of a half',
        { strategy: { kind: 'sample', temperature: 1, seed: 0.5 } },
        'input-invalid',
      ],
      ['an unknown strategy', { strategy: { kind: 'wish' } as never }, 'input-invalid'],
    ] as const)('of %s is refused', async (_, request, code) => {
      expect(await codeOf(generate(request))).toBe(code);
    });
  });

  describe('an analysis', () => {
    beforeEach(() => load());

    test('shows attention to what was read, and candidates for what follows each token', async () => {
      const { source, attentions, hiddenStates, candidates, target } = await started.engine.analyze(
        {
          modelId,
          text: letters(contextLength),
          hiddenStates: true,
          top: 3,
        },
      );
      const S = contextLength;
      expect(source).toHaveLength(S);
      expect(target).toEqual([]);
      expect(attentions[0]).toMatchObject({ kind: 'decoder', shape: [layers, heads, S, S] });
      const weights = attentions[0]?.weights ?? new Float32Array();
      for (let row = 0; row < layers * heads * S; row++) {
        const query = row % S;
        const later = weights.subarray(row * S + query + 1, (row + 1) * S);
        expect(later.every(weight => weight === 0)).toBe(true);
      }
      expect(hiddenStates?.shape).toEqual([layers + 1, S, hiddenSize]);
      expect(candidates.map(row => row.length)).toEqual(source.map(() => 3));
    });

    test('of a translation is refused', async () => {
      const call = started.engine.analyze({ modelId, text, targetText: 'x' });
      expect(await codeOf(call)).toBe('input-invalid');
    });
  });

  describe('a score', () => {
    beforeEach(() => load());

    test('counts bytes, and leaves out the first token, which nothing stands before', async () => {
      const score = await started.engine.score({ modelId, text: 'a\u20acb' });
      expect(score.logProbabilities[0]).toBeUndefined();
      const known = score.logProbabilities.slice(1).map(Number);
      expect(score.logProbability).toBeCloseTo(
        known.reduce((sum, each) => sum + each, 0),
        9,
      );
      expect(score.bitsPerByte).toBeCloseTo(-score.logProbability / Math.LN2 / 4, 9);
      expect(score.perplexity).toBeCloseTo(Math.exp(-score.logProbability / known.length), 6);
    });

    test('of a continuation is what the whole has more than its beginning', async () => {
      const [begin, rest] = ['The cat', ' sat.'];
      const part = await started.engine.score({ modelId, text: begin, targetText: rest });
      const whole = await started.engine.score({ modelId, text: begin + rest });
      const beginning = await started.engine.score({ modelId, text: begin });
      expect(part.logProbability).toBeCloseTo(whole.logProbability - beginning.logProbability, 3);
      expect(part.tokens[0]).toMatchObject({ start: 0 });
    });

    test('of one token is nothing', async () => {
      const score = await started.engine.score({ modelId, text: 'a' });
      expect(score).toMatchObject({ logProbability: 0, bitsPerByte: 0, perplexity: 1 });
    });
  });

  describe('a model folder', () => {
    test.each([
      [
        'layers',
        { layers: 3 },
        /lacks the inputs past_key_values\.2\.key, past_key_values\.2\.value/,
      ],
      ['heads', { heads: 8 }, /cannot do what its manifest promises|shape/],
      ['context', { contextLength: 4096 }, /cannot do what its manifest promises/],
      ['vocabulary', { vocabSize: vocabSize + 5 }, /cannot do what its manifest promises|shape/],
    ] as const)('that lies about its %s is refused', async (_, changes, message) => {
      const lying = load(changes);
      await expect(lying).rejects.toThrow(message);
      await expect(lying).rejects.toMatchObject({ code: 'model-invalid' });
      expect(await codeOf(load())).toBe('resolved');
    });
  });
});

describe('a model folder of GPT-2', () => {
  test('with a parameter that is no number is refused, although its checksum fits', async () => {
    const files = readTiny('tiny-gpt2');
    const graph = withNaN(files.graphs['decoder'], 'ln_f.weight');
    const call = started.engine.load(await withGraph(files, 'decoder', graph));
    await expect(call).rejects.toThrow(/no number: its file is damaged/);
  });
});

test('a model that writes nothing says so', async () => {
  await started.engine.load(readTiny('tiny-bert'));
  const bert = { modelId: 'tiny-bert', text };
  const writing = started.engine.generate({ ...bert, strategy: greedy });
  await expect(writing).rejects.toMatchObject({
    code: 'input-invalid',
    message: expect.stringContaining('writes no text') as string,
  });
  expect(await codeOf(started.engine.score(bert))).toBe('input-invalid');
});
