import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { describe, expect, test } from 'vitest';
import { recorded, withCompletion } from './completion';
import { labOfFile } from './labOfFile';
import type { OpenOptions, OpenPage } from './pageLab';
import { themeKinds } from './theme';

const lab = labOfFile();
let open: OpenPage;

async function start(options: OpenOptions = {}): Promise<OpenPage> {
  open = await lab.open({ ...withCompletion(), ...options });
  await open.settled();
  return open;
}

const written = () => open.page.getByRole('toolbar', { name: 'The tokens that were written' });
const prompt = () => open.page.getByRole('toolbar', { name: 'What it looked at' });

describe('a completion', () => {
  test('is shown token by token with what else was thought of, and the prompt to the letter', async () => {
    const { page, why } = await start();
    const { tokens, chosen, weights, decidedAt } = await why();
    expect(tokens.map(({ text }) => text.replaceAll('·', ' ')).join('')).toBe(
      recorded.explanation.text,
    );
    expect(chosen).toBe(0);
    expect(weights).toEqual(recorded.weights[0]);
    expect(decidedAt).toBeGreaterThan(0);
    expect(await prompt().locator('.token').count()).toBe(recorded.explanation.promptTokens.length);
    // Told whole: only a very long token is shortened.
    expect((await open.why()).prompt.slice(0, 8).join('')).not.toContain('…');
    expect(await page.locator('.sentence-of-token').innerText()).toMatch(
      /^“·\w+” had a probability of \d+\.\d\s%, the most probable of all\.$/u,
    );
    expect(await page.locator('.columns .bars tr').count()).toBe(5);
    expect(await page.locator('.columns .bars tr.taken').count()).toBe(1);
    expect(await page.locator('.decision').innerText()).toMatch(/of 30 layers? puts? it first/u);
  });

  test('paints what was looked at onto the document, without the token on which attention rests', async () => {
    await start();
    const ranges = async () =>
      ((await open.calls('highlight')).at(-1) as { ranges: { segment: number; start: number }[] })
        .ranges;
    await expect.poll(async () => (await ranges()).length).toBeGreaterThan(3);
    expect((await ranges()).every(({ segment, start }) => segment === 0 && start > 0)).toBe(true);
    expect(await open.page.locator('.line').innerText()).toContain('rests on the first token');
  });

  test('tells of the token that is chosen, by pointer and by keys, also after a reload', async () => {
    const { page, why } = await start();
    await written().locator('.token').nth(2).click();
    await expect.poll(async () => (await why()).weights).toEqual(recorded.weights[2]);
    expect(await prompt().locator('.token.own').count()).toBe(2);
    await written().locator('.token').nth(2).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await why()).chosen).toBe(3);
    const savedState = await page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ savedState });
    expect((await open.why()).chosen).toBe(3);
  });

  test('asks for the heads that are chosen', async () => {
    const { page } = await start();
    expect(((await open.calls('attentionOf'))[0] as { heads: unknown[] }).heads).toHaveLength(270);
    await page.getByRole('combobox', { name: /Layer/ }).selectOption({ label: '3' });
    await page.getByRole('combobox', { name: /Head/ }).selectOption({ label: '2' });
    await expect
      .poll(async () => (await open.calls('attentionOf')).at(-1))
      .toEqual({ id: recorded.explanation.id, index: 0, heads: [{ layer: 2, head: 1 }] });
  });

  test('says in words what is pointed at, and shows it in the editor', async () => {
    const { page } = await start();
    await prompt().locator('.token', { hasText: 'lighthouse' }).first().hover();
    await expect
      .poll(() => page.locator('.line').innerText())
      .toMatch(/goes to “·?lighthouse”, the \d+/u);
    await prompt()
      .locator('.token', { hasText: 'lighthouse' })
      .first()
      .click({ modifiers: ['Alt'] });
    await expect.poll(() => open.calls('reveal')).toHaveLength(1);
  });

  test('can be copied and opened in words', async () => {
    const { page, why } = await start();
    await page.getByRole('button', { name: 'Copy and text' }).click();
    await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click();
    const { markdown } = await why();
    expect(await open.calls('copy')).toEqual([{ text: markdown }]);
    expect(markdown).toContain(recorded.explanation.prompt);
    expect(markdown.match(/^\| .* \|$/gmu)).toHaveLength(recorded.explanation.tokens.length + 2);
  });
});

describe('what if', () => {
  const { explanation, omissions, alternatives } = recorded;
  const [first] = explanation.tokens;
  const other = first?.candidates.find(({ id }) => id !== first.token.id);
  const press = (name: string | RegExp) => open.page.getByRole('button', { name }).click();

  test('another token is continued, and its text taken into the document', async () => {
    const { page, why } = await start();
    await page.locator('.bars').first().getByRole('button').first().click();
    const known = alternatives[`0-${other?.id}`];
    await expect.poll(async () => (await why()).whatIf.alternative).toBe(known?.text);
    expect(await page.locator('.written-text').innerText()).toContain(
      known?.tokens[2]?.text.trim() ?? '?',
    );
    expect((await why()).markdown).toContain('on\n\n·');
    await press('Use This Text');
    await expect.poll(() => open.calls('take')).toEqual([{ id: explanation.id }]);
    // It is explained in its turn.
    await expect.poll(async () => (await open.calls('explain')).length).toBe(2);
    await expect.poll(async () => (await why()).whatIf.alternative).toBeUndefined();
  });

  test('words of the prompt that are clicked are left out, and come back', async () => {
    const { page, why } = await start();
    const word = (index: number) => prompt().locator('.token').nth(index);
    await word(1).click();
    await expect
      .poll(async () => (await why()).whatIf.without)
      .toEqual({ texts: ['·lighthouse'], probabilities: omissions['1-2']?.probabilities });
    expect(await word(1).getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.moves tr').count()).toBe(explanation.tokens.length);
    await word(11).click();
    await expect
      .poll(async () => (await why()).whatIf.without?.probabilities)
      .toEqual(omissions['1-2,11-12']?.probabilities);
    await word(1).click();
    await expect.poll(async () => (await why()).whatIf.without?.texts).toHaveLength(1);
    await press('Put It Back');
    expect((await why()).whatIf.without).toBeUndefined();
    expect(await page.locator('.token.omittable.locked').count()).toBe(0);
  });

  test('all of the prompt left out is said to leave nothing to predict from', async () => {
    const { page } = await start();
    await page.getByRole('radio', { name: 'line' }).click();
    await prompt().locator('.token').first().click();
    await expect
      .poll(() => page.locator('.effect p').first().innerText())
      .toContain('nothing is left that could predict the first token');
  });

  test('each word is left out in turn, ranked beside attention, with how far both agree', async () => {
    const { page, why } = await start();
    await press(/^Leave out each of 20/u);
    await expect.poll(async () => (await why()).whatIf.agreement).toBeDefined();
    const { sweep } = (await why()).whatIf;
    expect(sweep).toHaveLength(20);
    for (const [index, { bits }] of sweep.entries()) {
      const without = omissions[`${index}-${index + 1}`]?.probabilities[0];
      const expected = without && Math.log2(first?.probability ?? 0) - Math.log2(without);
      expect(bits).toBeCloseTo(expected ?? NaN, 9);
    }
    const shown = await page.locator('.influences .bits').allInnerTexts();
    const sizes = shown.map(text => Math.abs(Number.parseFloat(text.replace('−', '-'))));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(await page.locator('.agreement').innerText()).toMatch(
      /in \d+\.\d\s% of all pairs.*τ is −?0\.\d\d, over 19 words without the first/u,
    );
    const { markdown } = await why();
    expect(markdown).toContain('## Each part of the prompt left out alone');
  });

  test('a sweep can be ended, and keeps what it knows', async () => {
    const { completion } = withCompletion().host ?? {};
    const { page, why } = await start({
      host: { ...(completion && { completion }), answerMs: 60 },
    });
    await press(/^Leave out each of/u);
    await expect
      .poll(async () => (await why()).whatIf.sweep.filter(({ bits }) => bits !== undefined).length)
      .toBeGreaterThan(1);
    await press('Cancel');
    const asked = (await open.calls('leaveOut')).length;
    await page.waitForTimeout(200);
    expect(await open.calls('leaveOut')).toHaveLength(asked);
    expect(await page.locator('.sweep').innerText()).toContain('ended before the others');
    expect((await why()).whatIf.agreement).toBeUndefined();
  });
});

test('of a model whose graph tells nothing of its layers that is said', async () => {
  const { completion } = withCompletion().host ?? {};
  await start({
    host: { ...(completion && { completion: { ...completion, ranks: undefined } }) },
  });
  await expect
    .poll(() => open.page.locator('.layers').innerText())
    .toContain('does not tell what each layer would say');
  expect((await open.why()).decidedAt).toBeUndefined();
});

test.each([
  ['nothing to explain', { subject: undefined }, 'empty'],
  [
    'a completion that cannot be made again',
    { host: { failing: { explain: 'input-invalid' } } },
    'error',
  ],
  ['an engine that stopped', { host: { failing: { explain: 'worker-lost' } } }, 'error'],
] as const)('a page with %s says so with one thing to do', async (_, options, state) => {
  await start(options);
  expect((await open.why()).state).toBe(state);
  expect(await open.page.locator('vscode-button').count()).toBe(1);
});

describe.each(themeKinds)('in the %s theme', theme => {
  const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

  test.each([1000, 320])('axe finds nothing in %i pixels', async width => {
    const { page } = await start({ theme, width });
    await expect.poll(() => page.locator('.cell').count()).toBe(31);
    await page.locator('.bars').first().getByRole('button').first().click();
    await prompt().locator('.token').nth(1).click();
    await page.getByRole('button', { name: /^Leave out each of/u }).click();
    await expect.poll(async () => (await open.why()).whatIf.agreement).toBeDefined();
    await page.evaluate(readFileSync(axePath, 'utf8'));
    const { violations } = await page.evaluate(
      () => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(), // Just put there.
    );
    expect(
      violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}`)),
    ).toEqual([]);
    await page.screenshot({ path: `.cache/why-${theme}-${width}.png` });
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
    ).toBe(true);
  });
});
