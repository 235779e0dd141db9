import { describe, expect, test } from 'vitest';
import { labOfFile } from './labOfFile';
import { subjectOf, type OpenOptions, type OpenPage } from './pageLab';

const text = 'Unbelievably, the cat sat 🦄.';
const both: OpenOptions = { name: 'tokens', others: ['models/transformer'] };

const lab = labOfFile();
let open: OpenPage;

async function start(options: OpenOptions = { text }): Promise<OpenPage> {
  open = await lab.open({ ...both, ...options });
  await open.settled();
  return open;
}

const row = (name: string) => open.page.getByRole('region', { name: new RegExp(name) });
const token = (name: string, label: string) =>
  row(name).locator('.token', { hasText: label }).first();
const focused = () => open.page.evaluate(() => document.activeElement?.textContent);

describe('the rows', () => {
  test('are the tokenizers of all models, the oldest first, each with the whole text', async () => {
    const { tokens } = await start();
    const { rows } = await tokens();
    expect(rows.map(({ modelIds, kind }) => [modelIds, kind])).toEqual([
      [['transformer'], 'byte-level'],
      [['bert'], 'word-piece'],
    ]);
    expect(rows[0]?.chips.slice(0, 3)).toEqual(['·Un', 'b', 'el']);
    expect(rows[1]?.chips.slice(0, 4)).toEqual(['[CLS]', 'un', '##bel', '##ie']);
    const counts = await open.page.locator('.tokenizer-head strong').allInnerTexts();
    expect(counts).toEqual(
      rows.map(each => `${each.tokens.filter(one => !one.isSpecial).length} tokens`),
    );
    expect(rows[1]?.charactersPerToken).toBeCloseTo(Array.from(text).length / 11, 5);
  });

  test('show a split character as its bytes, and never a replacement character', async () => {
    await start({ text: 'a 🦄 \ud800 b' });
    const { rows } = await open.tokens();
    expect(rows[0]?.chips.join(' ')).toContain('F0 9F A6 84');
    expect(rows[0]?.chips.join(' ')).toContain('EF BF BD');
    expect(await open.page.locator('.tokenizer').first().innerText()).not.toContain('\ufffd');
  });

  test('of models with one tokenizer are one row that names them all', async () => {
    await start({ text, others: ['models/bert'] });
    const { rows } = await open.tokens();
    expect(rows.map(({ modelIds }) => modelIds)).toEqual([['bert', 'bert']]);
    expect(await open.page.locator('.tokenizer h2').innerText()).toMatch(/BERT.*2018.*BERT.*2018/);
  });

  test.each([500, 560, 640, 700, 1000])(
    'keep what they count together at the end of the line at %d pixels',
    async width => {
      await start({ text, width });
      for (const head of await open.page.locator('.tokenizer-head').all()) {
        const [line, counts] = [
          await head.boundingBox(),
          await head.locator('.counts').boundingBox(),
        ];
        const end = (box: typeof line) => (box?.x ?? 0) + (box?.width ?? 0);
        expect(Math.abs(end(line) - end(counts))).toBeLessThan(1);
        expect(await head.locator('.counts').innerText()).toMatch(/tokens?[\s\S]*a token$/u);
      }
    },
  );

  test('explain their kind in words alone', async () => {
    await start();
    for (const kind of await open.page.locator('.kind').all()) {
      expect(await kind.getAttribute('title')).not.toMatch(/[a-z][A-Z]/u);
    }
  });

  test('read no graph', async () => {
    const { page } = await start();
    const names = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1)),
    );
    expect(names).toContain('tokenizer.json');
    expect(names.filter(name => /\.(onnx|wasm|gz)$/.test(name ?? ''))).toEqual([]);
  });

  test('tell ids when they are asked for, also after a reload', async () => {
    const { page } = await start();
    expect(await page.locator('.token[data-id]').count()).toBe(0);
    await page.getByRole('button', { name: 'Copy, text and ids' }).click();
    await page.getByRole('menuitemradio', { name: 'Its Id' }).click();
    expect(await token('BERT', 'cat').getAttribute('data-id')).toBe('4937');
    const savedState = await page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ savedState });
    expect(await token('BERT', 'cat').getAttribute('data-id')).toBe('4937');
  });
});

describe('a token that is pointed at', () => {
  test('tells its id, place and bytes, lights what the others make of it, and the document', async () => {
    await start();
    await token('BERT', 'cat').hover();
    const { words, lit } = await open.tokens();
    expect(words).toBe('cat: id 4937, UTF-16 18 to 21, bytes 63 61 74, BERT.');
    expect(lit.map(each => each.length)).toEqual([1, 1]);
    await expect
      .poll(async () => (await open.calls('highlight')).at(-1))
      .toEqual({ ranges: [{ segment: 0, start: 18, end: 21, strength: 1 }] });
    await open.page.mouse.move(1, 1);
    await expect.poll(async () => (await open.calls('highlight')).at(-1)).toEqual({ ranges: [] });
    expect((await open.tokens()).words).toMatch(/^Point at a token/);
  });

  test('of a word that WordPiece cannot spell says so', async () => {
    await start();
    await token('BERT', '[UNK]').hover();
    expect((await open.tokens()).words).toContain('for 🦄, which it cannot spell');
  });

  test('that the tokenizer added says so and lights nothing', async () => {
    await start();
    await token('BERT', '[CLS]').hover();
    const { words, lit } = await open.tokens();
    expect(words).toContain('stands for no character');
    expect(lit).toEqual([[], [0]]);
  });

  test('in the document is lit in every row', async () => {
    await start();
    await open.page.evaluate(() =>
      window.fakeHost.page.pointAt({ range: { segment: 0, start: 3, end: 3 } }),
    );
    const { lit, rows } = await open.tokens();
    expect(lit.map((each, index) => each.map(one => rows[index]?.chips[one]))).toEqual([
      ['el'],
      ['##bel'],
    ]);
    expect(await open.calls('highlight')).toEqual([{ ranges: [] }]);
    await open.page.evaluate(() => window.fakeHost.page.pointAt({ range: undefined }));
    expect((await open.tokens()).lit).toEqual([[], []]);
  });

  test('with Ctrl and a click, or by Enter, is shown in the editor', async () => {
    await start();
    await token('BERT', 'cat').click({ modifiers: ['Control'] });
    await token('BERT', 'sat').focus();
    await open.page.keyboard.press('Enter');
    await expect.poll(() => open.calls('reveal')).toHaveLength(2);
    expect((await open.calls('reveal'))[0]).toEqual({ segment: 0, start: 18, end: 21 });
  });
});

describe('a word', () => {
  test('of bytes is merged step by step, up to its tokens', async () => {
    const { page, tokens } = await start({ text, reducedMotion: true });
    await token('Transformer', 'el').click();
    await page.locator('.part').first().waitFor();
    expect((await tokens()).player?.parts).toEqual(Array.from('·Unbelievably'));
    await page.getByRole('button', { name: 'Next step' }).click();
    const after = (await tokens()).player;
    expect(after).toMatchObject({ row: 0, step: 1 });
    expect(after?.parts).toHaveLength(12);
    await page.keyboard.press('End');
    expect((await tokens()).player?.parts).toEqual(['·Un', 'b', 'el', 'ie', 'v', 'ably']);
    expect(await page.locator('.player-words').innerText()).toContain('become one');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Home');
    expect((await tokens()).player?.step).toBe(0);
    expect(await page.locator('.player-words').innerText()).toBe('The word as 13 bytes.');
  });

  test('is cut by WordPiece, the longest piece first', async () => {
    const { page, tokens } = await start({ text, reducedMotion: true });
    await token('BERT', '##ie').click();
    await page.locator('.part').first().waitFor();
    expect((await tokens()).player?.parts).toEqual(['unbelievably']);
    await page.getByRole('button', { name: 'Next step' }).click();
    expect((await tokens()).player?.parts).toEqual(['un', 'believably']);
    expect(await page.locator('.part.rest').innerText()).toBe('believably');
    expect(await page.locator('.player-words').innerText()).toContain('un is the longest piece');
  });

  test('that is unknown ends as such', async () => {
    const { page } = await start({ text, reducedMotion: true });
    await token('BERT', '[UNK]').click();
    await page.locator('.part').first().waitFor();
    await page.getByRole('button', { name: 'Next step' }).click();
    expect(await page.locator('.player-words').innerText()).toContain('No piece of the vocabulary');
  });

  test('plays by itself, can be paused, and does neither where less motion is wanted', async () => {
    const { page, tokens } = await start();
    await token('Transformer', 'el').click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await expect.poll(async () => (await tokens()).player?.step).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Play the steps' }).waitFor();
    await open.close();
    await start({ text, reducedMotion: true });
    await token('Transformer', 'el').click();
    await open.page.getByRole('button', { name: 'Play the steps' }).waitFor();
  });

  test('is closed by Escape, by its button and by its token, and comes back after a reload', async () => {
    const { page, tokens } = await start({ text, reducedMotion: true });
    await token('Transformer', 'el').click();
    await page.getByRole('button', { name: 'Next step' }).click();
    const savedState = await page.evaluate(() => window.fakeHost.savedState);
    await page.keyboard.press('Escape');
    expect((await tokens()).player).toBeUndefined();
    await token('BERT', 'cat').click();
    await page.locator('.part').first().waitFor();
    await token('BERT', 'cat').click();
    expect((await tokens()).player).toBeUndefined();
    await open.close();
    await start({ savedState, reducedMotion: true });
    await open.page.locator('.part').first().waitFor();
    expect((await open.tokens()).player).toMatchObject({ row: 0, step: 1 });
  });
});

describe('the keyboard', () => {
  test('stops once at each row and moves inside by arrows', async () => {
    const { page } = await start();
    expect(await row('BERT').locator('.token[tabindex="0"]').count()).toBe(1);
    await row('BERT').locator('.token[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('un');
    await page.keyboard.press('End');
    expect(await focused()).toBe('[SEP]');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await expect.poll(async () => (await open.tokens()).player?.row).toBe(1);
  });
});

describe('a state of its own', () => {
  test('has nothing to look at: one sentence, one button', async () => {
    const { page } = await start({});
    expect((await open.tokens()).state).toBe('empty');
    await page.locator('vscode-button').click();
    await expect.poll(() => open.calls('showSelection')).toHaveLength(1);
  });

  test('has an error with its cause, and is over when the files are there', async () => {
    const modelUris = { bert: { 'tokenizer.json': '/models/none' } };
    open = await lab.open({ ...both, others: [], text, host: { modelUris } });
    await open.settled();
    expect((await open.tokens()).error?.code).toBe('model-missing');
    expect(await open.page.locator('.notice').innerText()).toContain('A file of the model');
    await open.page.evaluate(() =>
      Object.assign(window.hostOptions.modelUris, {
        bert: { 'tokenizer.json': '/models/bert/tokenizer.json' },
      }),
    );
    await open.page.locator('vscode-button').click();
    await expect.poll(async () => (await open.tokens()).state).toBe('ready');
    open.complaints.length = 0; // The browser tells of the file that was not there.
  });

  test('has one tokenizer that failed beside another that did not', async () => {
    const modelUris = {
      bert: { 'tokenizer.json': '/models/transformer/tokenizer.json' },
      transformer: { 'tokenizer.json': '/models/transformer/tokenizer.json' },
    };
    await start({ text, host: { modelUris } });
    expect((await open.tokens()).rows.map(({ modelIds }) => modelIds)).toEqual([['transformer']]);
    expect(await row('BERT').getByRole('alert').innerText()).toContain('damaged');
    expect(await open.calls('report')).toHaveLength(1);
  });

  test('says how much of the selection was not taken', async () => {
    await start({ text, cutLength: 12_345 });
    expect(await open.page.locator('.cut').innerText()).toContain('12,345 characters');
  });

  test('of a huge text counts all and draws a part, and more on demand', async () => {
    await start({ text: 'the cat sat. '.repeat(7_692) });
    const { rows } = await open.tokens();
    expect(rows[1]?.tokens).toHaveLength(4 * 7_692 + 2);
    expect(await row('BERT').locator('.token').count()).toBe(1000);
    await row('BERT').getByRole('button', { name: 'Show More' }).click();
    expect(await row('BERT').locator('.token').count()).toBe(2000);
  });

  test('is the newest text, whatever came before', async () => {
    await start();
    const subjects = ['One.', 'Two two.', 'Three three three.'].map(one =>
      subjectOf({ text: one }),
    );
    await open.page.evaluate(all => {
      for (const subject of all) {
        void window.fakeHost.page.show({ subject });
      }
    }, subjects);
    await expect
      .poll(async () => (await open.tokens()).rows[1]?.chips)
      .toEqual(['[CLS]', 'three', 'three', 'three', '.', '[SEP]']);
  });
});

test.each([
  ['null bytes', 'a\0b'],
  ['lone surrogates', '\ud800 x \udc00'],
  ['right to left', 'שלום عالم'],
  ['a family of emoji', '👨‍👩‍👧'],
  ['line ends of Windows', 'a\r\nb\r\n'],
  ['HTML', '<img src=x onerror=alert(1)>'],
])('%s are tokens like any others', async (_, one) => {
  await start({ text: one });
  const { state, rows } = await open.tokens();
  expect(state).toBe('ready');
  expect(rows.every(({ chips }) => chips.length > 1)).toBe(true);
  expect(await open.page.locator('img').count()).toBe(0);
});

test('is copied and opened in words, with every token', async () => {
  const { page } = await start();
  await page.getByRole('button', { name: 'Copy, text and ids' }).click();
  await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click();
  await page.getByRole('button', { name: 'Copy, text and ids' }).click();
  await page.getByRole('menuitem', { name: 'Open as Text' }).click();
  const [copied] = (await open.calls('copy')) as { text: string }[];
  expect(copied?.text).toContain('| cat | 4937 | 18 to 21 | 63 61 74 |');
  expect(copied?.text).toContain('byte-level BPE, 8,192 entries');
  expect(await open.calls('openText')).toEqual([{ markdown: copied?.text }]);
});

test.each([320, 600, 720])('at %i pixels all that is told of a token is seen', async width => {
  await start({ text, width });
  const place = () => token('Transformer', 'el').boundingBox();
  const before = await place();
  await token('Transformer', 'el').hover();
  await expect.poll(async () => (await open.tokens()).words).toMatch(/^el:/);
  // It stays under the pointer.
  expect(await place()).toEqual(before);
  const cut = await open.page.evaluate(() => {
    const line = document.querySelector('.words');
    return [line?.scrollHeight, line?.scrollWidth, line?.clientHeight, line?.clientWidth];
  });
  expect(cut.slice(0, 2)).toEqual(cut.slice(2));
});

test.each([320, 600, 1200])('at %i pixels nothing is wider than the page', async width => {
  await start({ text, width });
  await token('Transformer', 'el').click();
  await open.page.locator('.part').first().waitFor();
  const [inner, outer] = await open.page.evaluate(() => [
    Math.max(
      ...[...document.querySelectorAll('main *')].map(one => one.getBoundingClientRect().right),
    ),
    document.documentElement.clientWidth,
  ]);
  expect(inner).toBeLessThanOrEqual(outer);
});
