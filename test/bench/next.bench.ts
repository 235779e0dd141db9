import { afterAll, beforeAll, expect, test } from 'vitest';
import { PageLab, subjectOf } from '../pages/pageLab';
import { record, words } from './figures';
import { median } from './sideBySide';

let lab: PageLab;
beforeAll(async () => {
  lab = await PageLab.start();
});
afterAll(() => lab.stop());

test('next tokens of SmolLM2: the first bars, those of another text, a step, a control moved', async () => {
  const open = await lab.open({ name: 'next', model: 'models/smollm2', text: words(30) });
  const { page } = open;
  record({
    name: 'next tokens, a new page to its text in tokens, 30 words',
    // From the navigation on; if it was there before anybody looked, at most so long.
    value: await page.evaluate(async () => {
      while (!document.querySelector('.tokens-to-come ruby, button.bar')) {
        await new Promise(done => setTimeout(done, 5));
      }
      return performance.now();
    }),
    unit: 'ms',
    limit: 1500,
  });
  const { paintMs: cold } = await open.settled();
  record({
    name: 'next tokens, a new page to its bars, 30 words',
    value: cold ?? NaN,
    unit: 'ms',
    limit: 4000,
    note: 'engine and model are loaded',
  });

  const texts: number[] = [];
  for (let times = 0; times < 7; times++) {
    // Each begins otherwise, so that nothing that was read can be used again.
    const text = `${'abcdefgh'.charAt(times)} ${words(30)}`;
    await page.evaluate(subject => window.fakeHost.page.show({ subject }), {
      ...subjectOf({ text }),
      modelId: 'smollm2',
    });
    await expect.poll(async () => (await open.next()).text, { timeout: 60_000 }).toBe(text);
    const { paintMs } = await open.settled();
    texts.push(paintMs ?? NaN);
  }
  record({
    name: 'next tokens, another text to its bars, 30 words',
    value: median(texts),
    unit: 'ms',
  });

  const steps = await page.evaluate(async () => {
    const times: number[] = [];
    for (let step = 0; step < 12; step++) {
      const before = document.querySelectorAll('.chip.taken').length;
      const started = performance.now();
      document.querySelector<HTMLElement>('button.bar')?.click();
      const isThere = () =>
        document.querySelectorAll('.chip.taken').length > before &&
        document.querySelector('main')?.getAttribute('aria-busy') === 'false';
      while (!isThere()) {
        await new Promise(done => setTimeout(done, 1));
      }
      times.push(performance.now() - started);
    }
    return times;
  });
  record({ name: 'next tokens, a token appended to its bars', value: median(steps), unit: 'ms' });

  // The page measures itself: from the event to the painted bars, of 49,152 tokens each time.
  const moves = await page.evaluate(async () => {
    const sliders = [...document.querySelectorAll<HTMLInputElement>('input.slider')];
    const times: number[] = [];
    for (let move = 0; move < 80; move++) {
      const slider = sliders[move % sliders.length];
      if (slider) {
        slider.value = String(20 + ((move * 37) % 160));
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      }
      await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
      times.push(performance.getEntriesByName('control-repaint').at(-1)?.duration ?? NaN);
      performance.clearMeasures('control-repaint');
    }
    return times;
  });
  record({
    name: 'next tokens, a control moved to painted bars',
    value: median(moves),
    unit: 'ms',
    limit: 16,
    note: `49,152 tokens, no run; longest ${Math.max(...moves).toFixed(1)} ms`,
  });
  expect(open.complaints).toEqual([]);
  await open.close();
});
