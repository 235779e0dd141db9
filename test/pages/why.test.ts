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
    expect(await page.locator('.sentence-of-token').innerText()).toMatch(
      /^“·\w+” had a probability of \d+\.\d\s%, the most probable of all\.$/u,
    );
    expect(await page.locator('.bars tr').count()).toBe(5);
    expect(await page.locator('.bars tr.taken').count()).toBe(1);
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
    await prompt().locator('.token', { hasText: 'lighthouse' }).first().click();
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
