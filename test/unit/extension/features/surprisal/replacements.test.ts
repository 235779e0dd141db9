import { expect, test } from 'vitest';
import type { Generation } from '../../../../../src/common/protocol/engine/generate';
import type { EngineClient } from '../../../../../src/common/engineClient/engineClient';
import { replacementsFor } from '../../../../../src/extension/features/surprisal/replacements';

/** Goes on from a token by these tokens, each with a probability of a half. */
const engineOf = (goesOn: Readonly<Record<number, readonly string[]>>, finish = 'stop') => {
  const asked: unknown[] = [];
  const generate = (request: { readonly appended?: readonly number[] | undefined }) => {
    asked.push(request);
    const tokens = goesOn[request.appended?.[0] ?? -1] ?? [];
    let end = 0;
    const target = tokens.map(text => ({ start: end, end: (end += text.length) }));
    return Promise.resolve({
      ...{ target, finish, text: tokens.join('') },
      logProbabilities: tokens.map(() => Math.log(0.5)),
    } as unknown as Generation);
  };
  return { asked, engine: { generate } as Pick<EngineClient, 'generate'> };
};

const alternative = (id: number, text: string, probability = 0.1) => ({ id, text, probability });
const { signal } = new AbortController();
const asked = { modelId: 'gpt2', before: '# Notes on the', lead: ' ', word: 'harbour' };

const textsOf = async (
  engine: Pick<EngineClient, 'generate'>,
  request: Partial<Parameters<typeof replacementsFor>[1]>,
) =>
  (await replacementsFor(engine, { ...asked, alternatives: [], ...request }, signal)).map(
    ({ text }) => text,
  );

test('a word is written to its end, and is as probable as all of its tokens', async () => {
  const { engine, asked: requests } = engineOf({ 1: ['tain', 's'], 2: [] });
  const alternatives = [alternative(1, ' cap', 0.4), alternative(2, ' other', 0.2)];
  const found = await replacementsFor(engine, { ...asked, alternatives }, signal);
  expect(found.map(({ text, probability }) => `${text} ${probability.toFixed(3)}`)).toEqual([
    'other 0.200',
    'captains 0.100',
  ]);
  expect(requests[0]).toMatchObject({ text: '# Notes on the', appended: [1] });
});

test('what follows a word is no part of it, nor of its probability', async () => {
  const { engine } = engineOf({ 1: ['tain', '-', 'like'] });
  const alternatives = [alternative(1, ' cap', 0.4)];
  const [found, ...others] = await replacementsFor(engine, { ...asked, alternatives }, signal);
  expect(found?.text).toBe('captain');
  expect(found?.probability).toBeCloseTo(0.2);
  expect(others).toEqual([]);
});

test.each([
  ['a word that does not end', [' cap'], 'length'],
  ['a word that goes round in a loop', [' cap'], 'loop'],
  ['what would be joined to the word before', ['cap'], 'stop'],
  ['white space alone', [' ', '  ', '\n'], 'stop'],
  ['a sign in the place of a word', [' (', ' "cap'], 'stop'],
  ['a part of a character', [' \ufffd'], 'stop'],
  ['the end of a text', ['<|endoftext|>'], 'stop'],
])('%s is not offered', async (_, texts, finish) => {
  const { engine } = engineOf({ 0: ['tain', 'tain'] }, finish);
  expect(await textsOf(engine, { alternatives: texts.map(text => alternative(0, text)) })).toEqual(
    [],
  );
});

test('the word itself is not offered, and none twice', async () => {
  const { engine } = engineOf({ 0: ['bour'], 1: ['our'], 2: ['tain'], 3: [] });
  const alternatives = [
    alternative(0, ' har'),
    alternative(1, ' harb'),
    alternative(2, ' cap'),
    alternative(3, ' captain'),
  ];
  expect(await textsOf(engine, { alternatives })).toEqual(['captain']);
});

test('in the place of a sign stands a sign, as it is', async () => {
  const { engine, asked: requests } = engineOf({});
  const alternatives = [alternative(0, ','), alternative(1, 'x'), alternative(2, '.')];
  expect(await textsOf(engine, { lead: '', word: ';', alternatives })).toEqual([',', '.']);
  expect(requests).toEqual([]);
});
