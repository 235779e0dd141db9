import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { PartId } from '../../src/common/content/lesson';
import { parseLabelStudy } from '../../src/common/content/evaluation';
import { labOfFile } from './labOfFile';
import type { OpenOptions, OpenPage } from './pageLab';
import { thousands } from '../../webview/common/numbers';

/** The stage of 2018, where it runs networks of its own. */

const tiny = 'test/fixtures/tiny-ulmfit';

const lab = labOfFile();
let open: OpenPage;

async function start(options: OpenOptions): Promise<OpenPage> {
  open = await lab.open({
    name: 'stage',
    stage: 'transfer',
    height: 3200,
    others: [tiny],
    ...options,
  });
  return open;
}

const partOf = async (id: PartId) => (await open.stage()).parts.find(part => part.id === id);
const stateOf = async (id: PartId) => (await partOf(id))?.state;
const becomes = (id: PartId, state: string) => expect.poll(() => stateOf(id)).toBe(state);
const section = (id: PartId) => open.page.locator(`#part-${id}`);

describe('the verdict', () => {
  test('is that of the shipped classifier, and every word tells what it moves', async () => {
    const text = 'A warm and funny film, and the acting is a joy.';
    await start({ text, others: ['models/ulmfit'] });
    await becomes('verdict', 'ready');
    const words = section('verdict').locator('.moved');
    expect(await words.allInnerTexts()).toEqual(text.match(/[\p{L}]+|[^\p{L}\s]/gu));
    expect(await section('verdict').locator('.moved-text').innerText()).toBe(text);
    const liked = Number.parseFloat((await partOf('verdict'))?.words ?? '');
    expect(liked).toBeGreaterThan(50);
    await words.first().focus();
    await open.page.keyboard.press('End');
    await open.page.keyboard.press('ArrowLeft');
    const told = await section('verdict').locator('.moved-words').innerText();
    const [, word, without = ''] = /“(.+)” it would be ([\d.]+)\s%/u.exec(told) ?? [];
    expect(word).toBe('joy');
    const label = (await words.nth(-2).getAttribute('aria-label')) ?? '';
    const points = Number(label.replace('−', '-').replace(/^.*?: | points$/g, ''));
    expect(liked - Number(without)).toBeCloseTo(points, 0);
  });

  test('has one stop of the tab key, and what is pointed at moves nothing on the page', async () => {
    await start({ text: 'not a bad film' });
    await becomes('verdict', 'ready');
    const words = section('verdict').locator('.moved');
    expect(await words.evaluateAll(all => all.map(one => (one as HTMLElement).tabIndex))).toEqual([
      0, -1, -1, -1,
    ]);
    const height = () => section('verdict').evaluate(one => one.clientHeight);
    const before = await height();
    await words.nth(2).hover();
    await section('verdict').getByText('Without “bad”').waitFor();
    expect(await height()).toBe(before);
  });
});

describe('the next word', () => {
  test('is told in the place of each token and after the last, and is what symbols are worth', async () => {
    const text = 'The hotel was exceptionally clean, yet the service was slow.';
    await start({ text, others: ['models/ulmfit'] });
    await becomes('next-words', 'ready');
    const rows = section('next-words').locator('tbody tr');
    expect(await rows.count()).toBe(8);
    expect((await partOf('next-words'))?.words).toMatch(/“slow” was the [\d,]+\w\w of 16,384/);
    const tokens = section('next-words').locator('.step-word');
    await tokens.first().click();
    expect((await partOf('next-words'))?.words).toContain('nothing stands before it');
    expect(await rows.count()).toBe(0);
    await open.page.keyboard.press('End');
    expect((await partOf('next-words'))?.words).toMatch(/^After your text the most probable/);
    expect(await rows.count()).toBe(8);
    const symbols = await open.page.locator('.symbols .value').allInnerTexts();
    expect(symbols[0]).toMatch(/^[\d.]+ nats$/);
    expect(Number(symbols[1])).toBeGreaterThan(1);
  });
});

test.each([
  ['of emoji alone', '🦄🦄🦄'],
  ['of one word', 'cat'],
  ['of a full stop', '.'],
  ['from right to left', 'أين المحطة من فضلك؟'],
  ['of null bytes and lone surrogates', 'a\0b \ud800 c'],
  ['that is too long', 'the cat sat '.repeat(2000)],
])('a text %s is looked at like any other', async (_, text) => {
  await start({ text });
  for (const id of ['next-words', 'verdict'] as const) {
    await becomes(id, 'ready');
    expect((await partOf(id))?.words).not.toMatch(/NaN|undefined|Infinity/);
  }
});

test('what was measured by labels is drawn, with a mark for each training and for their mean, and says how little it is', async () => {
  const study = parseLabelStudy(
    JSON.parse(await readFile('models/ulmfit/quality.json', 'utf8')) as unknown,
  );
  const trainings = (start: 'pretrained' | 'scratch') =>
    (study ?? []).map(line => line[start]?.seeds.length ?? 0);
  const all = (start: 'pretrained' | 'scratch') => (study ?? []).filter(line => line[start]);
  await start({ others: ['models/ulmfit'] });
  await section('labels').locator('.chart svg').waitFor();
  const words = await section('labels').locator('.chart svg').getAttribute('aria-label');
  for (const [name, start] of [
    ['has read', 'pretrained'],
    ['from scratch', 'scratch'],
  ] as const) {
    const points = all(start).map(line => `${told(line[start])} with ${thousands(line.labels)}`);
    expect(points.length).toBeGreaterThan(1);
    expect(words).toContain(`${name} ${points.join(', ')}`);
  }
  // Squares are those from scratch.
  expect(await section('labels').locator('.chart circle').count()).toBe(
    trainings('pretrained').reduce((sum, count) => sum + count, all('pretrained').length),
  );
  const isWhole = [...trainings('pretrained'), ...trainings('scratch')].every(n => n >= 3);
  const warning = section('labels').getByText('cannot tell how large');
  expect(await warning.count()).toBe(isWhole ? 0 : 1);
});

const told = (of: { accuracy: number } | undefined) =>
  `${(100 * (of?.accuracy ?? NaN)).toFixed(1)} %`;

test('without its model the lesson is there, and each part says what is missing', async () => {
  await start({ others: [] });
  for (const id of ['next-words', 'verdict'] as const) {
    await becomes(id, 'missing');
    await section(id).getByText('ULMFiT is not in this version.').waitFor();
  }
  expect(await section('labels').locator('.chart').count()).toBe(0);
});
