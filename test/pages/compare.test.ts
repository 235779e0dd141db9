import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OpenPage, PageLab } from './pageLab';

const text = 'The cat sat on the mat because it was tired.';
const second = 'The cat sat on the mat because it was warm.';
const others = ['test/fixtures/tiny-gpt2'];

let lab: PageLab;
let open: OpenPage;

beforeAll(async () => {
  lab = await PageLab.start({ isWarm: true });
  open = await lab.open({ text, others, width: 1500, host: { selectedText: second } });
  await open.settled();
});
afterAll(async () => {
  expect(open.complaints).toEqual([]);
  await lab.stop();
});

beforeEach(async () => {
  await open.page.mouse.move(1, 1);
  await open.page.keyboard.press('Escape');
  await open.page.getByRole('button', { name: 'Compare…' }).click();
  await open.page.mouse.move(1, 1);
});

const kind = (name: string) => open.page.getByRole('radio', { name, exact: true }).click();
const field = () => open.page.getByRole('textbox', { name: 'The second sentence' });
const words = () => open.page.locator('.words .link').innerText();
const summary = () => open.page.locator('.words .summary').innerText();
const pane = (name: string) =>
  open.page.getByRole('region', { name: new RegExp(`^${name}:`, 'u') });
const comparison = async (page = open) => {
  const { comparison: found } = await page.describe();
  if (!found) {
    throw new Error('nothing is compared');
  }
  return found;
};
/** Waits until the run of the second side is over. */
const compared = async (isDone: (of: Awaited<ReturnType<typeof comparison>>) => boolean) => {
  await expect
    .poll(async () => {
      const { comparison: found } = await open.describe();
      return found !== undefined && isDone(found);
    })
    .toBe(true);
  return comparison();
};
/** Nothing is compared, and the picture is as it is said. */
const expectAlone = async (picture: object) => {
  const description = await open.describe();
  expect(description.comparison).toBeUndefined();
  expect(description).toMatchObject(picture);
};

describe('a second head', () => {
  test('stands beside the first, with the first less the second', async () => {
    const { matrix: a = [], heads } = await open.describe();
    const { difference, heads: headsOfB } = await comparison();
    expect(heads).toEqual([{ layer: 1, head: 3 }]);
    expect(headsOfB).not.toEqual(heads);
    expect(await open.page.locator('.pane').count()).toBe(3);
    await open.page.keyboard.press('Escape');
    const [other] = headsOfB;
    await open.page
      .locator(`.thumbnail[data-layer="${other?.layer}"][data-head="${other?.head}"]`)
      .hover();
    const { matrix: b = [] } = await open.describe();
    difference.forEach((row, query) =>
      row.forEach((value, key) => {
        expect(value).toBeCloseTo((a[query]?.[key] ?? 0) - (b[query]?.[key] ?? 0), 6);
      }),
    );
  });

  test('is said in one line, and the choice of it in the bar', async () => {
    await open.page.getByLabel('Layer of B').selectOption({ label: 'Layer 3' });
    await open.page.getByLabel('Head of B').selectOption({ label: 'Head 4' });
    expect((await comparison()).heads).toEqual([{ layer: 2, head: 3 }]);
    expect(await words()).toMatch(/64\.9.% against <0\.1.%\s+it\s+→\s+cat\s+64\.9 points more/u);
    expect(await summary()).toBe('All 13 tokens are compared.');
  });

  test('goes with Escape and with the button, and the first picture is what it was', async () => {
    const { matrix, heads } = await open.describe();
    await open.page.keyboard.press('Escape');
    await expectAlone({ matrix, heads });
    await open.page.getByRole('button', { name: 'Compare…' }).click();
    await open.page.getByRole('button', { name: 'Back to one picture' }).focus();
    await open.page.keyboard.press('Enter');
    await expectAlone({ matrix, heads });
    const focused = await open.page.evaluate(() => document.activeElement?.textContent.trim());
    expect(focused).toBe('Compare…');
  });
});

test('a second layer is compared as a whole, and the chosen head comes back after it', async () => {
  const { heads } = await open.describe();
  await kind('Layer');
  const { heads: ofA, comparison: found } = await open.describe();
  expect(ofA.map(({ layer }) => layer)).toEqual(Array.from({ length: 12 }, () => 1));
  expect(found?.heads.map(({ layer }) => layer)).toEqual(Array.from({ length: 12 }, () => 2));
  await kind('Head');
  expect((await open.describe()).heads).toEqual(heads);
});

describe('a second sentence', () => {
  test('is typed, aligned by equal tokens, and what has no partner is named', async () => {
    await kind('Sentence');
    expect(await field().inputValue()).toBe(text);
    await field().fill(second);
    const { tokens, alignedTokens } = await compared(({ tokens: of }) => of.includes('warm'));
    expect(tokens).toContain('warm');
    expect(alignedTokens).not.toContain('tired');
    expect(alignedTokens).toHaveLength(12);
    expect(await summary()).toBe(
      'Compared: 12 of 13 tokens of A with 12 of 13 of B. Hatched: tired (only in A); warm (only in B).',
    );
    expect(await words()).toMatch(/% against \S+\s%\s+it\s+→\s+cat/u);
  });

  test('may be the selection of the editor', async () => {
    await kind('Sentence');
    await field().fill('A dog.');
    await open.page.getByRole('button', { name: 'Use selection' }).click();
    await compared(({ tokens }) => tokens.includes('warm'));
    expect(await field().inputValue()).toBe(second);
  });

  test('that shares no token leaves nothing to subtract, and that is said', async () => {
    await kind('Sentence');
    await field().fill('Dogs');
    await open.page.getByLabel('Hide special tokens').click();
    await compared(({ tokens }) => tokens.length === 1);
    expect(await pane('A − B').innerText()).toContain('No token of A has a partner in B');
    await open.page.getByLabel('Hide special tokens').click();
  });

  test('that is empty is asked for, and the first picture stays', async () => {
    await kind('Sentence');
    await field().fill(' ');
    await expect
      .poll(() => open.page.locator('.comparison-bar .status').innerText())
      .toBe('Type the second sentence.');
    await expectAlone({ state: 'ready' });
    expect(await open.page.locator('.picture canvas').count()).toBeGreaterThan(0);
    await field().fill(text);
  });
});

test('a second sentence of which the model knows nothing is refused with its cause', async () => {
  await kind('Sentence');
  await field().fill('図');
  await expect
    .poll(() => open.page.locator('.comparison-bar .status').innerText())
    .toContain('The model knows nothing');
  await expectAlone({ state: 'ready' });
});

describe('a second model', () => {
  test('is aligned by characters, with its own most telling head, and what it may not see is said', async () => {
    await kind('Model');
    const found = await compared(({ modelId }) => modelId === 'tiny-gpt2');
    expect(found.heads).toHaveLength(1);
    const { tokens } = await open.describe();
    // All of BERT's words have a partner in whatever GPT-2's tokenizer has cut; its special tokens have none.
    expect(found.alignedTokens.join(' ')).toBe(tokens.slice(1, -1).join(' '));
    await open.page.locator('.token', { hasText: 'sat' }).hover();
    await pane('A − B').locator('.picture').focus();
    await open.page.keyboard.press('PageUp');
    await open.page.keyboard.press('End');
    expect(await words()).toMatch(/against\s+–\s+the₁\s+→\s+\.\s+B may not look ahead/u);
  });
});

describe('pointing', () => {
  test('by key moves in all pictures at once, and a screen reader hears one sentence', async () => {
    await open.page.getByLabel('Layer of B').selectOption({ label: 'Layer 3' });
    await open.page.getByLabel('Head of B').selectOption({ label: 'Head 4' });
    await pane('B').locator('.picture').focus();
    await open.page.keyboard.press('PageDown');
    await open.page.keyboard.press('Home');
    expect(await words()).toMatch(/\[SEP\]\s+→\s+\[CLS\]/u);
    await open.page.keyboard.press('ArrowRight');
    const { words: sentence } = await comparison();
    expect(sentence).toMatch(
      /^From \[SEP\] to the₁: .* in A, layer 2, head 4, against .* in B, layer 3, head 4: /u,
    );
    await expect
      .poll(() => open.page.locator('.unseen[role=status]').allInnerTexts())
      .toContain(sentence);
  });

  test('at a token that only one has says so, from either side', async () => {
    await kind('Sentence');
    await field().fill(second);
    await compared(({ tokens }) => tokens.includes('warm'));
    await open.page.locator('.token', { hasText: 'tired' }).hover();
    expect(await words()).toMatch(/tired → \S+\s+only in A/u);
    await open.page.mouse.move(1, 1);
    await pane('B').locator('.picture').focus();
    await open.page.keyboard.press('PageDown');
    await open.page.keyboard.press('ArrowUp');
    await open.page.keyboard.press('ArrowUp');
    expect(await words()).toMatch(/warm → \S+\s+only in B/u);
  });
});

describe('a reload', () => {
  const saved = async (change: object) => {
    const state = await open.page.evaluate(() => window.fakeHost.savedState as object);
    return { ...state, ...change };
  };

  test('keeps what is compared, and computes it anew', async () => {
    await kind('Sentence');
    await field().fill(second);
    const before = await compared(({ tokens }) => tokens.includes('warm'));
    const state = await saved({});
    expect(JSON.stringify(state).length).toBeLessThan(2000);
    const again = await lab.open({ others, savedState: state });
    await again.settled();
    await expect.poll(async () => (await again.describe()).comparison).toEqual(before);
    expect(again.complaints).toEqual([]);
    await again.close();
  });

  test('on what the models do not have falls back to what they have', async () => {
    const compare = { with: 'model', modelId: 'gone', heads: [{ layer: 90, head: 1 }] };
    const again = await lab.open({ text, others, savedState: await saved({ compare }) });
    await again.settled();
    await expect.poll(async () => (await again.describe()).comparison?.modelId).toBe('tiny-gpt2');
    expect((await comparison(again)).heads).toHaveLength(1);
    expect(again.complaints).toEqual([]);
    await again.close();
  });
});

test('at 320 px the pictures are tabs, and nothing is wider than the page', async () => {
  const narrow = await lab.open({ text, width: 320 });
  await narrow.settled();
  await narrow.page.getByRole('button', { name: 'Compare…' }).click();
  expect(await narrow.page.locator('.pane h2 strong').allInnerTexts()).toEqual(['A − B']);
  await narrow.page.getByRole('radio', { name: 'B', exact: true }).click();
  expect(await narrow.page.locator('.pane h2 strong').allInnerTexts()).toEqual(['B']);
  const width = await narrow.page.evaluate(() => document.querySelector('.body')?.scrollWidth);
  expect(width).toBeLessThanOrEqual(320);
  expect(narrow.complaints).toEqual([]);
  await narrow.close();
});

test('one token is compared with one token', async () => {
  const one = await lab.open({ text: 'cat', others });
  await one.settled();
  await one.page.getByRole('button', { name: 'Compare…' }).click();
  expect((await comparison(one)).difference).toHaveLength(3);
  expect(one.complaints).toEqual([]);
  await one.close();
});
