/** The section "Without" of the page of attention, on models with random parameters and on BERT. */
import { describe, expect, test } from 'vitest';
import { labOfFile } from './labOfFile';
import type { OpenOptions, OpenPage } from './pageLab';

const lab = labOfFile();
const text = 'The cat sat on the mat because it was tired.';
const gpt2 = 'test/fixtures/tiny-gpt2';
const maskedBert = 'test/fixtures/tiny-masked-bert';

async function start(options: OpenOptions): Promise<OpenPage> {
  const open = await lab.open({ height: 900, ...options });
  await open.settled();
  return open;
}

const control = ({ page }: OpenPage) => page.locator('.without-control');
const summary = ({ page }: OpenPage) => page.locator('.without-words');
const chips = ({ page }: OpenPage) => page.locator('.without .chip').allInnerTexts();
const shares = ({ page }: OpenPage, column: string) =>
  page.locator(`.effect-candidates .share${column}`).allInnerTexts();
const heads = ({ page }: OpenPage) => page.locator('.sweep .effect-row');
const sweep = ({ page }: OpenPage) => page.getByRole('button', { name: /^Which heads matter/u });

/** Shows a head and switches it off. */
async function switchOff(open: OpenPage, layer: number, head: number): Promise<void> {
  await open.page.locator(`[data-layer="${layer - 1}"][data-head="${head - 1}"]`).click();
  await control(open).click();
}

describe('a model that predicts the next token', () => {
  test('says what it predicts without a head, without several, and with all again', async () => {
    const open = await start({ text, model: gpt2 });
    await switchOff(open, 1, 2);
    await expect.poll(() => summary(open).innerText()).toMatch(/^Without layer 1, head 2, “/u);
    expect(await summary(open).innerText()).toMatch(/KL divergence (<|\d)/u);
    const one = await shares(open, '.after');
    expect(one.every(share => share.endsWith('%'))).toBe(true);
    expect(await chips(open)).toEqual(['L1·H2']);
    expect(await open.page.locator('.thumbnail.off').count()).toBe(1);
    expect(await control(open).innerText()).toBe('With this head again');

    await switchOff(open, 2, 3);
    await expect
      .poll(() => summary(open).innerText())
      .toMatch(/layer 1, head 2 and layer 2, head 3/u);
    expect(await chips(open)).toEqual(['L1·H2', 'L2·H3']);
    expect(await shares(open, '.after')).not.toEqual(one);

    await open.page.getByRole('button', { name: 'Take Back' }).click();
    await expect.poll(() => summary(open).innerText()).toMatch(/^Nothing is switched off/u);
    expect(await chips(open)).toEqual([]);
    expect(await open.page.locator('.thumbnail.off').count()).toBe(0);
  });

  test('works without everything, and Escape takes that back before it lets heads go', async () => {
    const open = await start({ text, model: gpt2 });
    await switchOff(open, 1, 1);
    await open.page.locator('.without select').selectOption({ label: 'Everything' });
    await expect.poll(() => chips(open)).toEqual(['Everything']);
    await expect
      .poll(() => summary(open).innerText())
      .toMatch(/^Without all heads and feed-forward/u);
    expect((await shares(open, '.after')).length).toBeGreaterThanOrEqual(5);
    await open.page.keyboard.press('Escape');
    await expect.poll(() => chips(open)).toEqual([]);
    expect((await open.describe()).heads).toEqual([{ layer: 0, head: 0 }]);
    await open.page.keyboard.press('Escape');
    const saved = await open.page.evaluate(() => window.fakeHost.savedState);
    expect(saved).not.toHaveProperty('heads.0');
  });

  test('ranks all heads, and a click switches one off and on', async () => {
    const open = await start({ text, model: gpt2 });
    await switchOff(open, 1, 1);
    await sweep(open).click();
    await expect.poll(() => heads(open).count()).toBe(8);
    const changes = await open.page
      .locator('.sweep .effect-track')
      .evaluateAll(all =>
        all.map(one => Number(getComputedStyle(one).getPropertyValue('--before'))),
      );
    expect(changes[0]).toBe(1);
    expect(changes).toEqual(changes.toSorted((a, b) => b - a));
    const first = heads(open).first();
    const name = await first.locator('.name').innerText();
    const before = await chips(open);
    await first.click();
    await expect.poll(() => chips(open)).not.toEqual(before);
    expect((await chips(open)).includes(name)).toBe(!before.includes(name));
    await first.click();
    await expect.poll(() => chips(open)).toEqual(before);
  });

  test('holds one candidate against another, typed or chosen', async () => {
    const open = await start({ text, model: gpt2 });
    await control(open).click();
    const [a, b] = await open.page.locator('.contrast input').all();
    const candidates = await open.page.locator('.effect-candidates .name').allInnerTexts();
    await a?.fill(candidates[0] ?? '');
    await a?.press('Enter');
    await b?.fill('cat');
    await b?.press('Enter');
    await expect.poll(() => summary(open).innerText()).toMatch(/as likely as/u);
    expect(await open.page.locator('.contrast [role="status"]').innerText()).toMatch(
      /is \d+ tokens: its first/u,
    );
    await sweep(open).click();
    await expect.poll(() => heads(open).count()).toBe(8);
    expect(await heads(open).first().locator('.numbers').innerText()).toMatch(/nats$/u);
  });

  test('watches the candidate that is clicked', async () => {
    const open = await start({ text, model: gpt2 });
    await switchOff(open, 1, 2);
    const second = open.page.locator('.effect-candidates .effect-row').nth(1);
    const name = await second.locator('.name').innerText();
    await second.click();
    await expect.poll(() => summary(open).innerText()).toContain(`“${name}”`);
    expect(await second.getAttribute('aria-pressed')).toBe('true');
  });
});

describe('a sweep', () => {
  test('that is cancelled in the middle leaves everything as it was', async () => {
    const open = await start({ text: `${text} `.repeat(6), model: 'models/bert' });
    await switchOff(open, 2, 4);
    await open.page.locator('.token', { hasText: 'cat' }).first().dblclick();
    await expect.poll(() => summary(open).innerText()).toMatch(/^Without layer 2, head 4/u);
    const before = [await summary(open).innerText(), await chips(open), await shares(open, '')];
    await sweep(open).click();
    await open.page.locator('.without .work', { hasText: /: \d+ of 72/u }).waitFor();
    await open.page.locator('.without').getByRole('button', { name: 'Cancel' }).click();
    expect(await heads(open).count()).toBe(0);
    expect([await summary(open).innerText(), await chips(open), await shares(open, '')]).toEqual(
      before,
    );
    expect(await open.page.locator('.without .work').count()).toBe(0);
    // And all still works.
    await sweep(open).click();
    await expect.poll(() => heads(open).count(), { timeout: 60_000 }).toBe(10);
    await open.page.getByRole('button', { name: 'Show all 72 heads' }).click();
    expect(await heads(open).count()).toBe(72);
  });
});

describe('a model that predicts what is masked', () => {
  test('offers to mask the token spoken of, and shows its candidates', async () => {
    const open = await start({ text, model: maskedBert });
    await control(open).click();
    const offer = open.page.locator('.without vscode-button');
    expect(await offer.innerText()).toMatch(/^Mask “.+”$/u);
    await offer.click();
    await expect.poll(() => shares(open, '.after').then(({ length }) => length)).toBeGreaterThan(4);
    expect(await open.page.locator('.token.asked').count()).toBe(1);
    await open.page.getByRole('button', { name: 'Unmask' }).click();
    expect(await open.page.locator('.token.asked').count()).toBe(0);
    await offer.waitFor();
  });

  test('masks by double-click, which opens the section, and once more unmasks', async () => {
    const open = await start({ text, model: maskedBert });
    const token = open.page.locator('.token:not(.special)').nth(1);
    await token.dblclick();
    await open.page.locator('.effect-candidates').waitFor();
    expect(await open.page.locator('.effect-candidates h2').innerText()).toContain(
      'In the place of',
    );
    expect(await open.page.locator('.token.asked').count()).toBe(1);
    expect(await chips(open)).toEqual([]);
    await token.dblclick();
    await expect.poll(() => open.page.locator('.token.asked').count()).toBe(0);
    // A special token is no word that could be masked.
    await open.page.locator('.token.special').first().dblclick();
    expect(await open.page.locator('.token.asked').count()).toBe(0);
  });
});

test('a translator translates without a head, and is asked about one token', async () => {
  const open = await start({ text: 'I like tea.', model: 'test/fixtures/tiny-transformer' });
  await switchOff(open, 1, 1);
  await open.page.locator('.both-translations .after-title').waitFor();
  expect(await open.page.locator('.both-translations dd').count()).toBe(2);
  expect(await summary(open).innerText()).toMatch(/^Without cross layer 1, head 1, .*summed over/u);
  await open.page.locator('.sentence').nth(1).locator('.token').first().dblclick();
  await open.page.locator('.effect-candidates').waitFor();
  await expect.poll(() => summary(open).innerText()).toMatch(/The whole prediction/u);
  await sweep(open).click();
  // Two layers of two heads in each of three kinds.
  await expect.poll(() => heads(open).count()).toBe(10);
  await open.page.getByRole('button', { name: 'Show all 12 heads' }).click();
  expect(await heads(open).count()).toBe(12);
});

describe('a model that cannot be asked', () => {
  test('says that it predicts nothing, and offers what does', async () => {
    const open = await start({ text, model: 'test/fixtures/tiny-bert', others: [gpt2] });
    await control(open).click();
    expect(await summary(open).innerText()).toMatch(/predicts no word/u);
    await open.page.locator('.without-words .text-button').click();
    await open.settled();
    await expect.poll(() => summary(open).innerText()).toMatch(/^Nothing is switched off/u);
  });
});

describe('what is kept', () => {
  const part = (layer: number, head: number) => ({ kind: 'decoder', layer, head });

  test('is what is off, cleaned of heads that the model does not have', async () => {
    const ablation = {
      modelId: 'tiny-gpt2',
      parts: { heads: [part(1, 3), part(7, 1), part(0, 9)], feedForwards: [] },
    };
    const open = await start({ text, model: gpt2, savedState: { ablation } });
    await expect.poll(() => chips(open)).toEqual(['L2·H4']);
    await expect.poll(() => summary(open).innerText()).toMatch(/^Without layer 2, head 4/u);
    const saved = await open.page.evaluate(() => window.fakeHost.savedState);
    expect(saved).toMatchObject({ ablation: { parts: { heads: [part(1, 3)] } } });
  });

  test('is not taken for the parts of another model, nor for any from a broken state', async () => {
    const ablation = { modelId: 'bert', parts: { heads: [part(0, 0)], feedForwards: [] } };
    const open = await start({ text, model: gpt2, savedState: { ablation } });
    await expect.poll(() => summary(open).innerText()).toMatch(/^Nothing is switched off/u);
  });

  test('follows the text', async () => {
    const open = await start({ text, model: gpt2 });
    await switchOff(open, 1, 1);
    await expect.poll(() => summary(open).innerText()).toMatch(/^Without/u);
    const before = await summary(open).innerText();
    const { subjectOf } = await import('./pageLab');
    const subject = { ...subjectOf({ text: 'One two three.' }), modelId: 'tiny-gpt2' };
    await open.page.evaluate(one => window.fakeHost.page.show({ subject: one }), subject);
    await expect.poll(() => summary(open).innerText()).not.toBe(before);
    await expect.poll(() => summary(open).innerText()).toMatch(/^Without layer 1, head 1/u);
    await open.page.getByRole('button', { name: /^Close/u }).click();
    expect(await open.page.locator('.without').count()).toBe(0);
    expect(await control(open).innerText()).toBe('Without this head…');
  });
});

test.each([320, 700, 1500])('nothing is cut off at %d px', async width => {
  const open = await start({ text, model: gpt2, width });
  await switchOff(open, 1, 2);
  await sweep(open).click();
  await expect.poll(() => heads(open).count()).toBe(8);
  const outside = await open.page.evaluate(() =>
    [...document.querySelectorAll('.without *')].flatMap(one => {
      const { left, right, width: size } = one.getBoundingClientRect();
      const isOutside =
        size > 0 && (left < 0 || right > document.documentElement.clientWidth + 0.5);
      return isOutside ? [one.outerHTML.slice(0, 100)] : [];
    }),
  );
  expect(outside).toEqual([]);
});
