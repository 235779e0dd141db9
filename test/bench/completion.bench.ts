import { expect, test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import {
  Suggester,
  type SuggestionRequest,
} from '../../src/extension/features/completion/suggester';
import { EngineError } from '../../src/common/errors';
import { startEngine } from '../parity/startEngine';
import { record } from './figures';

const rounds = 9;
const wordsOfGhostText = 12;

/** So many ms for 12 tokens on a warm prompt of 256, by model. */
const limits = { smollm2: 600, gpt2: 250 } as const;

/** English prose of about 256 tokens, which is about as much as completion reads. */
const context = (
  'The lighthouse keeper climbed the stairs in the evening and looked out over the sea. ' +
  'A small boat was coming in from the north, and he wondered who would sail in such a wind. '
).repeat(8);

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

test.each(Object.entries(limits))(
  'ghost text by %s, as completion asks for it',
  async (name, limit) => {
    const folder = inRoot('models', name);
    const { engine, modelId } = await startEngine(folder);
    await engine.load(modelId);
    let firstTokenMs = 0;
    let tokens = 0;
    const suggester = new Suggester({
      load: () => Promise.resolve(),
      generate: async (request, options) => {
        const generation = await engine.generate(
          // To the length that the figure is of, wherever the model would have ended.
          { ...request, maxNewTokens: wordsOfGhostText, stop: [] },
          // Nor where a thought ends.
          { onToken: options.onToken },
        );
        tokens = generation.target.length;
        return generation;
      },
      rest: () => Promise.resolve(),
      now: () => performance.now(),
      onWork: () => undefined,
      onTiming: time => {
        ({ firstTokenMs } = time);
      },
      onFailure: error => {
        throw error;
      },
    });
    const ask = (before: string): SuggestionRequest => ({
      context: { before, after: '', isProse: true },
      modelId,
      length: wordsOfGhostText,
      delay: 0,
      isInvoked: false,
    });
    // A word more each time, as while one types: the prompt before it is warm.
    const added = ' At last the storm was over and the boat lay safe in the harbour below'.split(
      /(?= )/u,
    );
    await suggester.suggest(ask(context.trim()), new AbortController().signal);
    const [totals, firsts]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      suggester.reset();
      while (!suggester.isIdle) {
        await new Promise(done => setTimeout(done, 20));
      }
      const text = context.trim() + added.slice(0, round + 1).join('');
      const started = performance.now();
      await suggester.suggest(ask(text), new AbortController().signal);
      totals.push(performance.now() - started);
      firsts.push(firstTokenMs);
      // The word that was typed last is written again beside them.
      expect(tokens).toBeGreaterThanOrEqual(wordsOfGhostText);
    }
    suggester.reset();
    const prompt = await engine.tokenize({ modelId, text: context.trim() });
    record({
      name: `completion by ${name}: ${wordsOfGhostText} tokens of ghost text, from the end of the rest`,
      value: median(totals),
      unit: 'ms',
      limit,
      note: `${prompt.tokens.length} tokens of context, warm`,
    });
    record({
      name: `completion by ${name}: the first token of it`,
      value: median(firsts),
      unit: 'ms',
    });

    // A cancelled request gives its worker back within one step.
    const step = await time(() =>
      engine.generate({
        modelId,
        text: context.trim(),
        strategy: { kind: 'greedy' },
        maxNewTokens: 1,
      }),
    );
    const freed: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const controller = new AbortController();
      const long = engine.generate(
        { modelId, text: context.trim(), strategy: { kind: 'greedy' }, maxNewTokens: 60 },
        {
          signal: controller.signal,
          onToken: () => setTimeout(() => controller.abort()),
        },
      );
      await long.catch((error: unknown) => {
        expect(EngineError.is(error, 'cancelled')).toBe(true);
      });
      // Tokenizing needs the worker and nothing of the model.
      freed.push(await time(() => engine.tokenize({ modelId, text: 'a' })));
    }
    record({
      name: `completion by ${name}: until a cancelled request gives its worker back`,
      value: median(freed),
      unit: 'ms',
      limit: Math.ceil(step),
      note: 'the limit is one step, measured beside it',
    });
    engine.end();
  },
);

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
