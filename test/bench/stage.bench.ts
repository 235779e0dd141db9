import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PartId, StageId } from '../../src/common/content/lesson';
import { PageLab, type OpenPage } from '../pages/pageLab';
import { record } from './figures';
import { median } from './sideBySide';

const rounds = 5;
const translators = ['seq2seq-lstm', 'seq2seq-attention', 'transformer'].map(
  name => `models/${name}`,
);
const sentence = 'The train was late, so we waited in the rain.';
/** Three sentences, ten words each. */
const thirtyWords =
  'The train was late, so we waited in the rain. ' +
  'My sister wants to buy a house near the sea. ' +
  'The children played in the garden until it was dark.';

let lab: PageLab;
beforeAll(async () => {
  lab = await PageLab.start();
});
afterAll(() => lab.stop());

const start = (stage: StageId, text: string, width = 1000): Promise<OpenPage> =>
  lab.open({ name: 'stage', stage, text, width, others: translators, height: 3000 });

const stateOf = async (open: OpenPage, id: PartId) =>
  (await open.stage()).parts.find(part => part.id === id)?.state;

const ready = (open: OpenPage, id: PartId) =>
  expect.poll(() => stateOf(open, id), { timeout: 60_000, interval: 5 }).toBe('ready');

test('a stage, from nothing to its text', async () => {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const open = await start('attention', sentence);
    await expect.poll(async () => (await open.stage()).textMs).toBeDefined();
    times.push((await open.stage()).textMs ?? NaN);
    await open.close();
  }
  record({
    name: 'a stage, from nothing to its text',
    value: median(times),
    unit: 'ms',
    limit: 300,
  });
});

test('a stage, from another sentence to its live part, with the model loaded', async () => {
  const open = await start('attention', sentence);
  await ready(open, 'alignment');
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const text = `${'ABCDE'.charAt(round)} ${sentence}`;
    const started = performance.now();
    await open.page.locator('#sentence').fill(text);
    await open.page.keyboard.press('Enter');
    await expect.poll(async () => (await open.stage()).sentence, { interval: 5 }).toBe(text);
    await ready(open, 'alignment');
    times.push(performance.now() - started);
  }
  record({
    name: 'a stage, from another sentence to its live part',
    value: median(times),
    unit: 'ms',
    limit: 2000,
    note: 'the model is loaded; 10 words',
  });
  await open.close();
});

/** Parts whose sliders run no model. */
const sliders: readonly (readonly [StageId, PartId])[] = [
  ['encoder-decoder', 'reading'],
  ['encoder-decoder', 'fixed-vector'],
  ['transformer', 'positions'],
  ['gpt', 'scale'],
];

test.each(sliders)('a slider of the stage "%s", in %s', async (stage, id) => {
  const open = await start(stage, sentence);
  await ready(open, id);
  const moves = await open.page.evaluate(async id => {
    const part = document.querySelector(`#part-${id}`)!;
    const sliders = [...part.querySelectorAll<HTMLInputElement>('input[type=range]')];
    const times: number[] = [];
    for (let move = 0; move < 40; move++) {
      const slider = sliders[move % sliders.length]!;
      const [least, most] = [Number(slider.min), Number(slider.max)];
      const changed = new Promise<void>(done => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          done();
        });
        observer.observe(part, { subtree: true, childList: true, characterData: true });
      });
      const started = performance.now();
      slider.value = String(least + ((most - least) * ((move * 7) % 10)) / 10);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await changed;
      part.getBoundingClientRect(); // Has it laid out.
      times.push(performance.now() - started);
      await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    }
    return times;
  }, id);
  record({
    name: `a slider of a stage, to its part laid out anew: ${id}`,
    value: median(moves),
    unit: 'ms',
    limit: 16,
    note: `no run; longest ${Math.max(...moves).toFixed(1)} ms`,
  });
  await open.close();
});

test('thirty words by all translators', async () => {
  const open = await start('encoder-decoder', thirtyWords);
  await ready(open, 'bottleneck');
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const text = thirtyWords.replace('train', ['bus', 'ship', 'plane', 'car', 'boat'][round] ?? '');
    const started = performance.now();
    await open.page.locator('#sentence').fill(text);
    await open.page.keyboard.press('Enter');
    await expect.poll(async () => (await open.stage()).sentence, { interval: 5 }).toBe(text);
    await ready(open, 'bottleneck');
    times.push(performance.now() - started);
  }
  record({
    name: `thirty words by ${translators.length} translators, one after another`,
    value: median(times),
    unit: 'ms',
    limit: 1500,
    note: 'to the page, with the rest of the slider',
  });
  await open.close();
});

test('a head on frozen features, trained in the page', async () => {
  const open = await start('transfer', sentence);
  await expect.poll(() => stateOf(open, 'labels'), { timeout: 60_000 }).toBe('idle');
  await open.page.getByRole('button', { name: 'Take the labels offered' }).click();
  const started = performance.now();
  await open.page.getByRole('button', { name: 'Train', exact: true }).click();
  await ready(open, 'labels');
  record({
    name: 'a head on frozen features, from the click to its accuracy',
    value: performance.now() - started,
    unit: 'ms',
    limit: 10_000,
    note: 'BERT reads all texts first',
  });
  await open.close();
});
