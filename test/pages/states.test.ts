import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PageLab, subjectOf, type OpenOptions, type OpenPage } from './pageLab';

const text = 'The cat sat on the mat because it was tired.';
const bert = 'models/bert';
const sentence = 'When the network reads a long text it can look back at every word of it. ';

let lab: PageLab;
let open: OpenPage | undefined;

beforeAll(async () => {
  lab = await PageLab.start({ isWarm: true });
});
afterAll(() => lab.stop());
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function start(options: OpenOptions): Promise<OpenPage> {
  open = await lab.open(options);
  return open;
}

/** Watches the row of tokens. @returns every text that has stood in it, in order. */
async function recordTokens(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const painted: string[] = [];
    const note = () => {
      const row = [...document.querySelectorAll('.token-row .token')].map(one =>
        one.textContent.trim(),
      );
      if (row.length > 0 && row.join('') !== painted.at(-1)) {
        painted.push(row.join(''));
      }
    };
    note();
    new MutationObserver(note).observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
    });
    Object.assign(window, { painted });
  });
  return () => page.evaluate(() => (window as unknown as { painted: string[] }).painted); // Put there above.
}

describe('with nothing to look at', () => {
  test('there is one sentence and one button, which asks the host', async () => {
    const { page, settled, calls } = await start({});
    expect((await settled()).state).toBe('empty');
    expect(await page.locator('vscode-button').count()).toBe(1);
    await page.locator('vscode-button').click();
    await expect.poll(() => calls('showSelection')).toHaveLength(1);
  });
});

describe('a text that changes in its document', () => {
  test.each(['attention', 'tokens', 'next'] as const)(
    'is told of on the page "%s" in a line, until it is again as it was',
    async name => {
      const { page, settled, calls } = await start({
        ...{ text, name },
        ...(name === 'next' ? { model: 'test/fixtures/tiny-gpt2' } : {}),
      });
      await settled();
      const change = (isStale: boolean) =>
        page.evaluate(one => window.fakeHost.page.textChanged(one), { isStale });
      const line = page.locator('.stale');
      expect(await line.count()).toBe(0);
      await change(true);
      await expect.poll(() => line.innerText()).toContain('The text has changed since');
      await line.getByRole('button').click();
      await expect.poll(() => calls('showSelection')).toHaveLength(1);
      await change(false);
      await expect.poll(() => line.count()).toBe(0);
    },
  );
});

describe('while something runs', () => {
  test('and the host has not answered yet, a line at the top says so', async () => {
    const saved = { subject: subjectOf({ text }) };
    const {
      page,
      settled,
      describe: tell,
    } = await start({
      text,
      savedState: saved,
      host: { startMs: 2000 },
    });
    await page.locator('.progress.visible').waitFor();
    expect(await page.locator('.work').innerText()).toBe('Starting');
    expect(await page.locator('.text-to-come').innerText()).toContain('The cat sat');
    expect((await tell()).state).toBe('loading');
    expect((await settled()).state).toBe('ready');
    expect(await page.locator('.progress.visible').count()).toBe(0);
  });

  test('the first time, the text is there, words say what happens, and it can be cancelled', async () => {
    const { page, describe: tell, settled } = await start({ text: sentence.repeat(30) });
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    expect((await tell()).state).toBe('loading');
    // Its tokens come before the model.
    await page.locator('.tokens-to-come').waitFor();
    const tokens = await page.locator('.tokens-to-come ruby').allInnerTexts();
    expect(tokens.slice(0, 2)).toEqual(['[CLS]101', 'When2043']);
    expect(await page.locator('.work').innerText()).toMatch(/engine|BERT/);
    expect(await page.locator('.progress').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Cancel' }).dispatchEvent('click');
    expect((await tell()).error?.code).toBe('cancelled');
    await page.locator('vscode-button', { hasText: 'Run Again' }).click();
    await expect.poll(async () => (await settled()).state).toBe('ready');
  });

  test('the old picture stays, and the newest text wins whatever came before', async () => {
    const { page, describe: tell, settled } = await start({ text });
    await settled();
    const texts = ['One.', sentence.repeat(20), 'Two two.', 'Three three three.'];
    const subjects = texts.map(one => subjectOf({ text: one }));
    const painted = await recordTokens(page);
    // Asked in one go: the last text alone may be there before another question comes.
    const during = await page.evaluate(all => {
      for (const subject of all) {
        void window.fakeHost.page.show({ subject });
      }
      return window.fakeHost.page.describe({});
    }, subjects);
    expect(during.state).toBe('running');
    expect(during.tokens).toContain('cat');
    const after = await settled();
    expect(after.tokens).toEqual(['[CLS]', 'three', 'three', 'three', '.', '[SEP]']);
    // The engine answers in turn: what it still had to say of the earlier texts comes before this.
    await page.evaluate(
      subject => window.fakeHost.page.show({ subject }),
      subjectOf({ text: 'Four.' }),
    );
    await expect.poll(async () => (await tell()).tokens).toContain('four');
    expect((await painted()).slice(-2)).toEqual(['[CLS]threethreethree.[SEP]', '[CLS]four.[SEP]']);
    expect(await painted()).toHaveLength(3);
  });
});

test.each(['attention', 'next'] as const)(
  'the page "%s" reports its use of a model before it holds it: the host asks the longest idle for memory',
  async name => {
    const { page, calls } = await start({
      text,
      name,
      ...(name === 'next' ? { model: 'test/fixtures/tiny-gpt2' } : {}),
    });
    await expect.poll(() => calls('held')).not.toEqual([]);
    const order = await page.evaluate(() =>
      window.fakeHost.calls.flatMap(({ method }) =>
        method === 'engineUsed' || method === 'held' ? [method] : [],
      ),
    );
    expect(order[0]).toBe('engineUsed');
  },
);

describe('an error', () => {
  test('of a missing model names the cause and is over when it is there', async () => {
    const { page, settled, calls } = await start({
      text,
      host: {
        modelUris: {
          bert: { 'tokenizer.json': '/models/none.json', 'encoder.onnx': '/models/none' },
        },
      },
    });
    expect((await settled()).error?.code).toBe('model-missing');
    expect(await page.locator('.notice').innerText()).toContain(
      'A file of the model cannot be read',
    );
    await expect.poll(() => calls('report')).toHaveLength(1);
    await page.evaluate(() =>
      Object.assign(window.hostOptions.modelUris, {
        bert: {
          'tokenizer.json': '/models/bert/tokenizer.json',
          'encoder.onnx': '/models/bert/encoder.onnx',
          'parser.onnx': '/models/bert/parser.onnx',
          'heads.json': '/models/bert/heads.json',
          'expected.json': '/models/bert/expected.json',
        },
      }),
    );
    await page.locator('vscode-button').click();
    await expect.poll(async () => (await settled()).state).toBe('ready');
  });

  test('of a model that cannot be described is over when it can, by the button or by another text', async () => {
    for (const goOn of [
      (page: Page) => page.locator('vscode-button').click(),
      (page: Page) =>
        page.evaluate(
          subject => void window.fakeHost.page.show({ subject }),
          subjectOf({ text: 'Another.' }),
        ),
    ]) {
      const {
        page,
        settled,
        describe: tell,
      } = await start({
        text,
        host: { failing: { start: 'model-missing' } },
      });
      expect((await settled()).error?.code).toBe('model-missing');
      await page.evaluate(() => Object.assign(window.hostOptions, { failing: {} }));
      await goOn(page);
      await expect.poll(async () => (await tell()).state).toBe('ready');
      await open?.close();
    }
  });

  test('of a manifest that lies is over when it tells the truth', async () => {
    const { page, settled, describe: tell } = await start({ text, layers: 7 });
    expect((await settled()).error?.code).toBe('model-invalid');
    await page.evaluate(subject => {
      Object.assign(window.hostOptions.start.models[0] ?? {}, { layers: 6 });
      void window.fakeHost.page.show({ subject });
    }, subjectOf({ text }));
    await expect.poll(async () => (await tell()).state).toBe('ready');
  });

  test('of a damaged model offers the log', async () => {
    const { page, settled, calls } = await start({
      text,
      host: {
        modelUris: {
          bert: {
            'tokenizer.json': '/models/bert/tokenizer.json',
            'encoder.onnx': '/models/bert/tokenizer.json',
          },
        },
      },
    });
    expect((await settled()).error?.code).toBe('model-invalid');
    await page.locator('vscode-button').click();
    await expect.poll(() => calls('showLog')).toHaveLength(1);
  });

  test('of a device that is not there offers the CPU, and goes on with it', async () => {
    const { page, settled, calls } = await start({ text, device: 'webgpu' });
    expect((await settled()).error?.code).toBe('device-unavailable');
    await page.locator('vscode-button').click();
    await expect.poll(() => calls('setDevice')).toEqual([{ device: 'wasm' }]);
    await expect.poll(async () => (await settled()).device?.device).toBe('wasm');
  });

  test.each([
    ['attention', bert],
    ['next', 'test/fixtures/tiny-gpt2'],
  ] as const)('of white space offers another selection, on the page "%s"', async (name, model) => {
    const { page, settled } = await start({ text: ' \n\t ', name, model });
    expect((await settled()).error?.code).toBe('input-empty');
    // Said once.
    expect(await page.locator('.notice p').allInnerTexts()).toEqual([
      'There is nothing but white space in the text. Select some words.',
    ]);
  });

  test.each(['attention', 'tokens', 'next'] as const)(
    'leaves on the page "%s" what was there before, dimmed and out of reach',
    async name => {
      const { page, settled } = await start({
        ...{ text, name },
        ...(name === 'next' ? { model: 'test/fixtures/tiny-gpt2' } : {}),
      });
      await settled();
      const picture = name === 'attention' ? '.picture' : name === 'tokens' ? '.token' : '.bar';
      await page.locator(picture).first().waitFor();
      await page.evaluate(
        subject => window.fakeHost.page.show({ subject }),
        subjectOf({ text: 'x'.repeat(2_000_000) }),
      );
      await page.locator('.notice').waitFor();
      expect(await page.locator('.before-error').count()).toBe(1);
      const before = page.locator(`.before-error ${picture}`).first();
      expect(await before.isVisible()).toBe(true);
      expect(await before.evaluate(one => one.closest('[inert]') !== null)).toBe(true);
      expect(await before.evaluate(one => one.getBoundingClientRect().height)).toBeGreaterThan(10);
      await page.evaluate(
        subject => window.fakeHost.page.show({ subject }),
        subjectOf({ text: 'Another text.' }),
      );
      await expect.poll(() => page.locator('.before-error').count()).toBe(0);
    },
  );

  test('does not stay: the next text is shown', async () => {
    const { page, settled } = await start({ text: '   ' });
    await settled();
    await page.evaluate(subject => window.fakeHost.page.show({ subject }), subjectOf({ text }));
    await expect.poll(async () => (await settled()).state).toBe('ready');
  });
});

describe('a text longer than the context', () => {
  test('is cut with a word about it, and the window moves along it', async () => {
    const { page, settled } = await start({ text: sentence.repeat(50), cutLength: 1234 });
    // While it runs too: only a part of the text is read.
    await expect.poll(() => page.locator('.work').innerText()).toMatch(/on 512 of [\d,]+ tokens/);
    const first = await settled();
    expect(first.dropped).toBeGreaterThan(0);
    const cut = page.locator('.cut');
    expect(await cut.innerText()).toMatch(/510 of [\d,]+ tokens shown/);
    expect(await cut.innerText()).toContain('1,234 characters');
    await page.getByRole('button', { name: 'On along the text' }).click();
    await expect.poll(() => cut.innerText()).toContain('from number 256');
    await page.getByRole('slider').focus();
    await page.keyboard.press('End');
    await expect.poll(async () => (await settled()).tokens.at(-2)).toBe('.');
    expect(await page.getByRole('button', { name: 'On along the text' }).isDisabled()).toBe(true);
  });
});

describe('a pair of sentences', () => {
  test('can be filtered to one sentence looking at the other', async () => {
    const {
      page,
      settled,
      describe: tell,
    } = await start({
      text: ['The cat sat.', 'It was tired.'],
    });
    await settled();
    await page.getByRole('radio', { name: 'A→B' }).click();
    const { tokens, matrix = [] } = await tell();
    expect(tokens).toEqual(['[CLS]', 'the', 'cat', 'sat', '.', '[SEP]']);
    expect(matrix.map(row => row.length)).toEqual(Array(6).fill(5));
    expect(await page.locator('.hidden-share').innerText()).toContain('goes to what is hidden');
  });
});

describe('after a reload of the window', () => {
  test('the page is where it was, from its own state', async () => {
    const first = await start({ text });
    await first.settled();
    await first.page.locator('.thumbnail[data-layer="3"][data-head="7"]').click();
    await first.page.getByRole('radio', { name: 'Lines' }).click();
    const savedState = await first.page.evaluate(() => window.fakeHost.savedState);
    await first.close();
    const second = await start({ savedState });
    const restored = await second.settled();
    expect(restored).toMatchObject({
      state: 'ready',
      view: 'lines',
      heads: [{ layer: 3, head: 7 }],
    });
    expect(restored.tokens).toContain('cat');
  });

  test('state of garbage is no state', async () => {
    const { settled } = await start({ savedState: { heads: 'all', subject: 7, view: null }, text });
    expect((await settled()).heads).toHaveLength(1);
  });
});

describe('text of any kind', () => {
  test.each([
    ['HTML', '<img src=x onerror="window.hacked = true"> & <b>bold</b>'],
    ['right to left', 'שלום עולם and مرحبا بالعالم again'],
    ['emoji with joiners', 'A 👩‍💻 and a 👨‍👩‍👧 and e\u0301'],
    ['null bytes and control characters', 'a\u0000b\u0007 c\u001b[31m d'],
    ['lone surrogates', 'x \ud83d y \ude00 z'],
    ['direction overrides', 'user\u202etxt.exe'],
    ['line ends of both kinds', 'one\r\ntwo\nthree'],
    ['a very long word', `${'Donaudampfschifffahrt'.repeat(20)} ends`],
  ])('is drawn and described: %s', async (_, one) => {
    const { page, settled, complaints } = await start({ text: one });
    const { state, tokens, markdown } = await settled();
    expect(state).toBe('ready');
    expect(tokens.length).toBeGreaterThan(2);
    expect(markdown).toContain('## What each token looks at most');
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(await page.locator('main img, main b').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
      true,
    );
    expect(complaints).toEqual([]);
  });
});

describe('at every width', () => {
  test.each([320, 480, 640, 1000, 1600])(
    '%i pixels, nothing is cut off and nothing scrolls sideways',
    async width => {
      const text = [sentence.repeat(2), sentence] as const;
      const { page, settled } = await start({ text, width, height: 800 });
      await settled();
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll('.body, .rail, .picture-box, .header')]
          .filter(element => element.scrollWidth > element.clientWidth + 1)
          .map(element => element.className),
      );
      expect(wide).toEqual([]);
    },
  );
});
