import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CompletionRequest } from '../../../../../src/extension/features/completion/generation';
import {
  Suggester,
  type Suggestion,
} from '../../../../../src/extension/features/completion/suggester';
import type { Timing } from '../../../../../src/extension/features/completion/latency';
import type { Generation, StreamedToken } from '../../../../../src/common/protocol/engine/generate';
import { EngineError } from '../../../../../src/common/errors';

const vocabulary = [' ab', ' b', 'a', ' cab', ' of', 'c', ' b', ' aa', ' 😀', '.', '\n', ' \uFFFD'];

/** What the fake model writes after a text: words that follow from its end alone. */
function answerTo({ text = '', strategy, maxNewTokens = 1, stop = [] }: CompletionRequest) {
  const seed = strategy.kind === 'sample' ? strategy.seed : 0;
  let hash = [...text.slice(-40)].reduce(
    (sum, one) => (sum * 31 + (one.codePointAt(0) ?? 0)) % 9973,
    seed,
  );
  const tokens: string[] = [];
  while (tokens.length < maxNewTokens) {
    hash = (hash * 75 + 74) % 9973;
    const token = vocabulary[hash % vocabulary.length] ?? '';
    if (stop.some(one => (tokens.join('') + token).includes(one))) {
      return { tokens, finish: 'stop' as const };
    }
    tokens.push(token);
  }
  return { tokens, finish: 'length' as const };
}

/** An engine and a clock that stand still until `tick`. */
class FakeWorld {
  readonly failures: EngineError[] = [];
  readonly times: Timing[] = [];
  running = 0;
  maxRunning = 0;
  isBroken = false;
  /** Of the token at an index. */
  logProbability: (index: number) => number = () => -0.1;
  #now = 0;
  #waiting: (() => void)[] = [];

  readonly suggester = new Suggester({
    load: async (_, signal) => this.#step(signal),
    generate: (request, options) => this.#generate(request, options),
    rest: async (_, signal) => {
      await this.#step(signal).catch(() => undefined);
    },
    now: () => this.#now,
    onWork: () => undefined,
    onTiming: time => this.times.push(time),
    onFailure: error => this.failures.push(error),
  });

  /** Lets everything that waits take one step. */
  async tick(): Promise<void> {
    this.#now += 100;
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach(go => go());
    await settled();
  }

  #step(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(new EngineError('cancelled', 'cancelled'));
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }

  async #generate(
    request: CompletionRequest,
    { signal, onToken }: { signal: AbortSignal; onToken: (token: StreamedToken) => void },
  ): Promise<Generation> {
    this.running++;
    this.maxRunning = Math.max(this.maxRunning, this.running);
    try {
      const { tokens, finish } = answerTo(request);
      // The last word is written again.
      const heldBack = /\S*$/u.exec(request.text ?? '')?.[0] ?? '';
      const written = [heldBack, ...tokens].filter(text => text !== '');
      for (const [index, text] of written.entries()) {
        await this.#step(signal);
        if (this.isBroken) {
          this.isBroken = false;
          throw new EngineError('worker-lost', 'the worker was killed');
        }
        const logProbability = this.logProbability(index);
        onToken({ text, heldBack, logProbability } as StreamedToken);
      }
      let end = 0;
      const target = written.map(text => ({ end: (end += text.length) }));
      const logProbabilities = written.map((_, index) => this.logProbability(index));
      return {
        ...{ text: written.join(''), heldBack, finish, target, logProbabilities },
      } as unknown as Generation;
    } finally {
      this.running--;
    }
  }
}

/** Lets all that is ready to run, run. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve));

const ask = (before: string, isInvoked = false, after = '') => ({
  context: { before, after, isProse: true },
  modelId: 'm',
  length: 8,
  delay: 100,
  isInvoked,
});

/** Whether a suggestion is what the model writes at a caret. */
function isTrueAt(before: string, { text, request }: Suggestion): boolean {
  return ((request.text ?? '') + answerTo(request).tokens.join('')).startsWith(before + text);
}

async function suggestNow(world: FakeWorld, ...args: Parameters<typeof ask>) {
  let done: readonly Suggestion[] | undefined;
  void world.suggester.suggest(ask(...args), new AbortController().signal).then(result => {
    done = result;
  });
  await settled();
  while (!done) {
    await world.tick();
  }
  return done;
}

test('text is generated at a caret, and then returned at once while the user types along it', async () => {
  const world = new FakeWorld();
  const [first] = await suggestNow(world, 'Once upon');
  expect(first && isTrueAt('Once upon', first)).toBe(true);
  const text = first?.text ?? '';
  const runs = world.times.length;
  for (let typed = 1; typed < text.length - 1; typed++) {
    const [rest] = await suggestNow(world, `Once upon${text.slice(0, typed)}`);
    expect(text.endsWith(rest?.text ?? 'nothing')).toBe(true);
  }
  expect(world.times).toHaveLength(runs);
});

test('the text after a suggestion is generated while the user reads it', async () => {
  const strategy = { kind: 'greedy' } as const;
  const stop = ['\n'];
  const opening = ['Once upon', 'It was', 'They all', 'We are'].find(
    text => answerTo({ modelId: 'm', text, strategy, maxNewTokens: 9, stop }).finish === 'length',
  );
  const world = new FakeWorld();
  const [first] = await suggestNow(world, opening ?? '');
  for (let i = 0; i < 20; i++) {
    await world.tick();
  }
  const { length } = world.times;
  await suggestNow(world, `${opening ?? ''}${first?.text ?? ''}`);
  expect(world.times).toHaveLength(length);
});

test('if the user asks, several suggestions are returned, all different', async () => {
  const several = await suggestNow(new FakeWorld(), 'Once upon', true);
  expect(several.length).toBeGreaterThan(1);
  expect(new Set(several.map(({ text }) => text)).size).toBe(several.length);
  several.forEach(one => expect(isTrueAt('Once upon', one)).toBe(true));
});

test('a text that was given up after an improbable beginning is generated again to its end', async () => {
  const world = new FakeWorld();
  world.logProbability = index => (index < 5 ? -1.2 : -0.01);
  const giveUp = new AbortController();
  const given = world.suggester.suggest(ask('One day'), giveUp.signal);
  await settled();
  // The rest, the loading, and five tokens: enough to be kept.
  for (let step = 0; step < 7; step++) {
    await world.tick();
  }
  giveUp.abort();
  expect(await given).toEqual([]);
  const [first] = await suggestNow(world, 'One day');
  expect(first && isTrueAt('One day', first)).toBe(true);
});

test('a worker that is killed in the middle leaves nothing on the screen, and the next key works', async () => {
  const world = new FakeWorld();
  world.isBroken = true;
  expect(await suggestNow(world, 'Once upon')).toEqual([]);
  expect(world.failures.map(({ code }) => code)).toEqual(['worker-lost']);
  expect(await suggestNow(world, 'Once upon')).toHaveLength(1);
});

test('a space that the prompt holds back is no part of an offer', async () => {
  const world = new FakeWorld();
  for (const before of ['Once upon ', 'It was ', 'They all ', 'We are ']) {
    for (const suggestion of await suggestNow(world, before)) {
      expect(isTrueAt(before, suggestion)).toBe(true);
    }
  }
});

const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', ' ', '.', '\n', '😀', 'c') },
  { weight: 6, arbitrary: fc.constant('along' as const) },
  { weight: 3, arbitrary: fc.constantFrom('accept' as const, 'back' as const, 'escape' as const) },
  { weight: 8, arbitrary: fc.constant('wait' as const) },
  { weight: 5, arbitrary: fc.constant('rest' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'invoke' as const,
      'break' as const,
      'reset' as const,
      'jump' as const,
    ),
  },
);

test('ten thousand keys at random: nothing stale is shown, one request runs at a time, none is left', async () => {
  let keys = 0;
  let shownCount = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { minLength: 100, maxLength: 300, size: 'max' }),
      async pressed => {
        const world = new FakeWorld();
        // What answers come later and are not waited for: the property fails by them all the same.
        const failures: unknown[] = [];
        const settle = async () => {
          await settled();
          if (failures.length > 0) {
            throw failures[0];
          }
        };
        let document = 'Once';
        let shown = '';
        let token = new AbortController();
        const request = (isInvoked = false) => {
          // As VS Code does: a newer request cancels the one before.
          token.abort();
          token = new AbortController();
          const { signal } = token;
          const before = document;
          const check = (suggestions: readonly Suggestion[]) => {
            if (signal.aborted) {
              expect(suggestions).toEqual([]);
              return;
            }
            expect(before).toBe(document);
            for (const suggestion of suggestions) {
              expect(suggestion.text.trim()).not.toBe('');
              expect(suggestion.text).not.toMatch(/\uFFFD|[\uD800-\uDBFF]$/u);
              expect(isTrueAt(document, suggestion)).toBe(true);
            }
            shown = suggestions[0]?.text ?? '';
            shownCount += suggestions.length;
          };
          world.suggester
            .suggest(ask(before, isInvoked), signal)
            .then(check)
            .catch((error: unknown) => failures.push(error));
        };
        for (const one of pressed) {
          keys++;
          switch (one) {
            case 'wait':
              await world.tick();
              break;
            case 'rest':
              for (let i = 0; i < 15; i++) {
                await world.tick();
              }
              break;
            case 'escape':
              token.abort();
              shown = '';
              break;
            case 'break':
              world.isBroken = true;
              break;
            case 'reset':
              world.suggester.reset();
              break;
            case 'invoke':
              request(true);
              break;
            default:
              document =
                one === 'back'
                  ? [...document].slice(0, -1).join('')
                  : one === 'jump'
                    ? 'Elsewhere a'
                    : document +
                      (one === 'along' ? ([...shown][0] ?? 'a') : one === 'accept' ? shown : one);
              shown = '';
              request();
          }
          await settle();
          expect(world.maxRunning).toBeLessThanOrEqual(1);
        }
        token.abort();
        for (let i = 0; i < 60; i++) {
          await world.tick();
        }
        await settle();
        expect(world.running).toBe(0);
        expect(world.suggester.isIdle).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
  expect(keys).toBeGreaterThan(10_000);
  expect(shownCount).toBeGreaterThan(300);
});
