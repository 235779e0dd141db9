import { describe, expect, test } from 'vitest';
import { labOfFile } from './labOfFile';
import { subjectOf, type OpenOptions, type OpenPage } from './pageLab';

const text = 'The cat sat on the';
const tiny: OpenOptions = {
  name: 'next',
  model: 'test/fixtures/tiny-llama',
  others: ['test/fixtures/tiny-gpt2', 'test/fixtures/tiny-masked-bert', 'test/fixtures/tiny-bert'],
};

const lab = labOfFile();
let open: OpenPage;

async function start(options: OpenOptions = { text }): Promise<OpenPage> {
  open = await lab.open({ ...tiny, ...options });
  await open.settled();
  await spelled();
  return open;
}

const eventually = <T>(look: () => Promise<T>) => expect.poll(look);

/** Waits until every bar has its spelling, and no run is due. */
async function spelled(): Promise<void> {
  await eventually(async () => {
    const { state, candidates } = await open.next();
    return state !== 'running' && candidates.every(({ label }) => !/^#\d+$/.test(label));
  }).toBe(true);
}

const bar = (place: number) => open.page.locator('button.bar').nth(place);
const button = (name: string) => open.page.getByRole('button', { name, exact: true });
const sampling = () => open.page.getByRole('button', { name: /^Sampling/u });
const runs = async () => (await open.calls('analysed')).length;
const focusedPlace = () =>
  open.page.evaluate(() =>
    document.activeElement instanceof HTMLElement
      ? document.activeElement.dataset['place']
      : undefined,
  );

async function appended(count: number): Promise<void> {
  await eventually(async () => {
    const { state, appended: tokens } = await open.next();
    return state === 'ready' ? tokens.length : state;
  }).toBe(count);
}

/** Appends the likeliest token that is letters: of a random model many are bytes, which are written in capitals. */
async function appendLetters(): Promise<void> {
  await spelled();
  const { candidates } = await open.next();
  await bar(candidates.findIndex(({ label }) => /^·?[a-z]+$/u.test(label))).click();
}

async function write(strategy: 'Greedy' | 'Sample' | 'Beam', length: number): Promise<void> {
  await open.page.getByRole('radio', { name: strategy }).click();
  await open.page.getByLabel('Tokens', { exact: true }).fill(String(length));
  await open.page.keyboard.press('Enter');
  await button('Write').click();
  await open.page.locator('.pace').waitFor();
  await eventually(async () => (await open.next()).state).toBe('ready');
}

describe('the end of the text', () => {
  test.each([
    ['The cat sat\n\n', 'The cat sat\n', 'Look From Before It'],
    ['The cat:', 'The cat', 'Look From Before It'],
  ])(
    '%j is looked at again from a better place, and back, by one click',
    async (given, better, action) => {
      await start({ text: given });
      await button(action).click();
      await eventually(async () => (await open.next()).text).toBe(better);
      await spelled();
      expect((await open.next()).state).toBe('ready');
      await button('Back to the Caret').click();
      await eventually(async () => (await open.next()).text).toBe(given);
      await open.page.getByText(/The text ends in/u).waitFor();
    },
  );

  test('inside a word is told as the document tells it, with one click to the start of the word', async () => {
    await start({ subject: { ...subjectOf({ text: 'The cat sa' }), endsInWord: true } });
    await open.page.getByText('The caret is inside a word').waitFor();
    await button('Look From Its Start').click();
    await eventually(async () => (await open.next()).text).toBe('The cat');
  });

  test('is what is seen of a long text while the model loads', async () => {
    const long = `${'Some words of a text. '.repeat(60)}The very end`;
    open = await lab.open(tiny);
    // A model that never comes.
    await open.page.route('**/tiny-llama/**', () => undefined);
    await open.page.evaluate(
      subject => window.fakeHost.page.show({ subject }),
      subjectOf({ text: long }),
    );
    const end = open.page.locator('.text-to-come');
    await end.waitFor();
    const [box, inner] = await Promise.all([end.boundingBox(), end.locator('span').boundingBox()]);
    expect(inner!.height).toBeGreaterThan(box!.height);
    expect(Math.abs(inner!.y + inner!.height - (box!.y + box!.height))).toBeLessThan(2);
  });
});

describe('the bars', () => {
  test("are the most probable tokens with the model's own probability and logit", async () => {
    await start();
    const { candidates, kept, words } = await open.next();
    expect(candidates).toHaveLength(20);
    expect(kept).toBe(320);
    expect(candidates.map(({ rank }) => rank)).toEqual(candidates.map((_, index) => index + 1));
    candidates.reduce((before, { probability, logit }) => {
      expect(probability).toBeLessThanOrEqual(before.probability);
      // A softmax: the difference of logits is the logarithm of the ratio.
      expect(Math.log(before.probability / probability)).toBeCloseTo(before.logit - logit, 3);
      return { ...before, probability, logit };
    }, candidates[0]!);
    expect(
      candidates.every(({ filtered, probability }) => Math.abs(filtered - probability) < 1e-6),
    ).toBe(true);
    expect(words).toContain('is the most probable of all');
    expect(await open.page.locator('.bar .share').first().innerText()).toMatch(/%$/);
  });

  test('show parts of characters as bytes, and tokens that stand for no character by name', async () => {
    await start({ text: 'The cat 🦄' });
    await button('Show More').click();
    const { candidates } = await open.next();
    const labels = candidates.map(({ label }) => label);
    expect(candidates).toHaveLength(40);
    expect(labels.some(label => /^[0-9A-F]{2}$/.test(label))).toBe(true);
    expect(labels.some(label => label.startsWith('<|'))).toBe(true);
    expect(labels.join('')).not.toContain('\ufffd');
  });

  test('say more of the one that is pointed at', async () => {
    await start();
    const { candidates } = await open.next();
    await bar(2).hover();
    expect((await open.next()).words).toContain(`“${candidates[2]?.label ?? ''}”: 3rd, `);
    await open.page.mouse.move(1, 1);
    expect((await open.next()).words).toContain('is the most probable');
  });
});

describe('a control', () => {
  test('that moves bends and cuts what is drawn, with no run of the model', async () => {
    await start();
    const before = await open.next();
    const ran = await runs();
    await open.page.locator('#number-topK').fill('3');
    const cut = await open.next();
    expect(cut.kept).toBe(3);
    expect(cut.candidates.map(({ cutBy }) => cutBy).slice(0, 5)).toEqual([
      undefined,
      undefined,
      undefined,
      'top-k',
      'top-k',
    ]);
    const left = cut.candidates.slice(0, 3).reduce((sum, { filtered }) => sum + filtered, 0);
    expect(left).toBeCloseTo(1, 6);
    // What the model thinks is the same.
    expect(cut.candidates.map(({ probability }) => probability)).toEqual(
      before.candidates.map(({ probability }) => probability),
    );
    expect(await open.page.locator('.cut-words').nth(1).innerText()).toMatch(
      /^cuts 317 tokens, \d/,
    );
    expect(await open.page.locator('.bar-row.cut-off').count()).toBe(17);
    expect(await open.page.locator('.first-cut button').getAttribute('data-place')).toBe('3');
    expect(await runs()).toBe(ran);
  });

  test('has a slider too, and all are reset together', async () => {
    await start();
    const slider = open.page.getByRole('slider', { name: 'Temperature' });
    await slider.focus();
    for (let press = 0; press < 20; press++) {
      await open.page.keyboard.press('ArrowLeft');
    }
    expect(Number(await open.page.locator('#number-temperature').inputValue())).toBeCloseTo(0.8, 6);
    const colder = await open.next();
    expect(colder.candidates[0]?.filtered).toBeGreaterThan(colder.candidates[0]?.probability ?? 1);
    await open.page.getByRole('slider', { name: 'Top-p' }).fill('100');
    expect((await open.next()).kept).toBeLessThan(320);
    await button('Reset All').click();
    expect((await open.next()).kept).toBe(320);
    expect(await open.page.locator('#number-temperature').inputValue()).toBe('1');
  });

  test.each([
    ['temperature', '0'],
    ['temperature', ''],
    ['topK', '1.5'],
    ['topP', '2'],
    ['minP', '-1'],
  ])('%s does not take %j', async (name, value) => {
    await start();
    const field = open.page.locator(`#number-${name}`);
    const before = await field.inputValue();
    await field.fill(value);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect((await open.next()).kept).toBe(320);
    await field.blur();
    expect(await field.inputValue()).toBe(before);
    expect(await field.getAttribute('aria-invalid')).toBe('false');
  });

  test('top-k above the vocabulary keeps all', async () => {
    await start();
    await open.page.locator('#number-topK').fill('100000');
    expect((await open.next()).kept).toBe(320);
  });
});

describe('at 320 by 760 pixels', () => {
  const small: OpenOptions = { text: 'The cat sat on the mat. '.repeat(30).trim(), width: 320 };

  test('the end of the text stands above at least eight bars, and the controls open in place', async () => {
    await start(small);
    const { page } = open;
    const seen = () =>
      page.evaluate(() => {
        const end = document.querySelector('.foot')?.getBoundingClientRect().top ?? 0;
        const caret = document.querySelector('.caret')!.getBoundingClientRect();
        const box = document.querySelector('.so-far')!.getBoundingClientRect();
        return {
          bars: [...document.querySelectorAll('.bar')].filter(
            bar => bar.getBoundingClientRect().bottom <= end,
          ).length,
          isCaretInSight: caret.top >= box.top && caret.bottom <= box.bottom,
          isTextFirst: box.bottom <= document.querySelector('.bar')!.getBoundingClientRect().top,
        };
      });
    const first = await seen();
    expect(first).toMatchObject({ isCaretInSight: true, isTextFirst: true });
    expect(first.bars).toBeGreaterThanOrEqual(8);
    expect(await sampling().innerText()).toBe('Sampling: T 1, top-k all, top-p off, min-p off');
    expect(await page.locator('#number-topK').count()).toBe(0);
    await sampling().click();
    await page.locator('#number-topK').fill('3');
    expect(await sampling().innerText()).toContain('top-k 3');
    const foot = await page.locator('.foot').boundingBox();
    expect(foot!.y + foot!.height).toBeLessThanOrEqual(760);
    // What a control does is seen while it is moved.
    expect((await seen()).bars).toBeGreaterThanOrEqual(3);
    await page.locator('#number-topK').fill('');
    expect(await page.locator('#number-topK').getAttribute('placeholder')).toBe('all');
    expect((await open.next()).kept).toBe(320);
  });

  test('what is written is followed, token by token', async () => {
    await start({ ...small, text: 'The cat' });
    const { page } = open;
    await page.getByRole('radio', { name: 'Greedy' }).click();
    await page.getByLabel('Tokens', { exact: true }).fill('64');
    await page.keyboard.press('Enter');
    await button('Write').click();
    await page.evaluate(async () => {
      const hidden: number[] = [];
      Object.assign(window, { hidden });
      const box = document.querySelector('.so-far')!;
      while (document.querySelectorAll('.chip.taken').length < 64) {
        await new Promise(requestAnimationFrame);
        const caret = document.querySelector('.caret')!.getBoundingClientRect();
        hidden.push(caret.bottom - box.getBoundingClientRect().bottom);
      }
    });
    const hidden = await page.evaluate(() => (window as unknown as { hidden: number[] }).hidden);
    expect(await page.locator('.so-far').evaluate(box => box.scrollTop)).toBeGreaterThan(0);
    expect(Math.max(...hidden)).toBeLessThanOrEqual(1);
  });

  test('what is opened opens above the bars, in sight', async () => {
    await start(small);
    await bar(0).click();
    await appended(1);
    await open.page.locator('.stage').evaluate(stage => (stage.scrollTop = stage.scrollHeight));
    await button('Branches').click();
    const tree = await open.page.getByRole('group', { name: 'Branches' }).boundingBox();
    const first = await bar(0).boundingBox();
    expect(tree!.y).toBeGreaterThanOrEqual(0);
    expect(tree!.y + tree!.height).toBeLessThanOrEqual(first!.y);
  });
});

describe('the branches', () => {
  test('grow by a click, and can be walked back and forward', async () => {
    await start();
    const [first] = (await open.next()).candidates;
    await bar(0).click();
    await appended(1);
    await spelled();
    const after = await open.next();
    expect(after.appended).toEqual([first?.label]);
    await bar(1).click();
    await appended(2);
    await button('One token back').click();
    await button('One token back').click();
    await appended(0);
    expect((await open.next()).candidates[0]).toMatchObject({ id: first?.id });
    await button('One token on').click();
    await button('One token on').click();
    await appended(2);
    expect((await open.next()).branchCount).toBe(2);
  });

  test('stay as a tree whose tokens can be clicked', async () => {
    await start();
    await bar(0).click();
    await appended(1);
    await bar(0).click();
    await appended(2);
    await button('One token back').click();
    await appended(1);
    await bar(3).click();
    await appended(2);
    const other = (await open.next()).appended;
    await button('Branches').click();
    const lines = open.page.locator('.chain');
    expect(await lines.count()).toBe(2);
    expect(await lines.nth(1).locator('.node').count()).toBe(1);
    await lines.nth(0).locator('.node').nth(1).click();
    await eventually(async () => (await open.next()).appended).not.toEqual(other);
    expect(await open.page.locator('.node[aria-current]').count()).toBe(1);
    await lines.nth(1).locator('.node').click();
    await eventually(async () => (await open.next()).appended).toEqual(other);
  });

  test('are walked by the keyboard alone', async () => {
    await start();
    await bar(0).focus();
    await open.page.keyboard.press('ArrowDown');
    await open.page.keyboard.press('ArrowDown');
    expect(await focusedPlace()).toBe('2');
    const third = (await open.next()).candidates[2];
    await open.page.keyboard.press('Enter');
    await appended(1);
    await eventually(focusedPlace).toBe('0');
    expect((await open.next()).appended).toEqual([third?.label]);
    await open.page.keyboard.press('ArrowLeft');
    await appended(0);
    await open.page.keyboard.press('ArrowRight');
    await appended(1);
    await open.page.keyboard.press('End');
    expect(await focusedPlace()).toBe('19');
    expect(await open.page.locator('button.bar[tabindex="0"]').count()).toBe(1);
  });

  test('are written into the document as text', async () => {
    await start();
    expect(await button('Insert into Document').getAttribute('aria-disabled')).toBe('true');
    await write('Greedy', 6);
    const { written } = await open.next();
    await button('Insert into Document').dblclick();
    await eventually(() => open.calls('insert')).toEqual([{ text: written, held: 0 }]);
    expect(written).not.toBe('');
  });

  test('are text once they are written, and what is appended then is written alone', async () => {
    await start();
    await appendLetters();
    await appended(1);
    await appendLetters();
    await appended(2);
    await button('One token back').click();
    await appended(1);
    const { written: first } = await open.next();
    await button('Insert into Document').click();
    await appended(0);
    await spelled();
    expect((await open.next()).text).toBe(text + first);
    expect(await button('Insert into Document').getAttribute('aria-disabled')).toBe('true');
    // The way on from there is kept.
    expect((await open.next()).branchCount).toBe(1);
    await button('One token on').click();
    await appended(1);
    const { written: second } = await open.next();
    await button('Insert into Document').click();
    await eventually(() => open.calls('insert')).toEqual([
      { text: first, held: 0 },
      { text: second, held: 0 },
    ]);
  });

  test('take the place of what was stepped back over', async () => {
    await start({ text: 'The cat sat ' });
    await button('Look From Before It').click();
    await eventually(async () => (await open.next()).text).toBe('The cat sat');
    await spelled();
    expect(await open.page.locator('.cut').innerText()).toContain('Looked at from before “·”');
    await appendLetters();
    await appended(1);
    const { written } = await open.next();
    await button('Insert into Document').click();
    await eventually(() => open.calls('insert')).toEqual([{ text: written, held: 1 }]);
    await eventually(async () => (await open.next()).text).toBe(`The cat sat${written}`);
  });

  test('come back after a reload with the controls, and are run again', async () => {
    await start();
    await open.page.locator('#number-topK').fill('5');
    await bar(2).click();
    await appended(1);
    await bar(1).click();
    await appended(2);
    await button('One token back').click();
    await appended(1);
    await spelled();
    const before = await open.next();
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    expect(JSON.stringify(savedState)).not.toMatch(/probability|logit/);
    await open.close();
    await start({ savedState });
    const after = await open.next();
    expect(after.appended).toEqual(before.appended);
    expect(after.candidates.map(({ id, cutBy }) => [id, cutBy])).toEqual(
      before.candidates.map(({ id, cutBy }) => [id, cutBy]),
    );
    await button('One token on').click();
    await appended(2);
  });

  test('are of one text, and are forgotten on demand', async () => {
    await start();
    await bar(0).click();
    await appended(1);
    await button('Export, device and help').click();
    await open.page.getByRole('menuitem', { name: 'Forget All Branches' }).click();
    await appended(0);
    expect((await open.next()).branchCount).toBe(0);
    await bar(0).click();
    await appended(1);
    await open.page.evaluate(subject => window.fakeHost.page.show({ subject }), {
      ...subjectOf({ text: 'A dog' }),
      modelId: 'tiny-llama',
    });
    await appended(0);
    expect((await open.next()).branchCount).toBe(0);
  });
});

describe('writing on', () => {
  test('greedily takes the most probable each time, and tells its pace', async () => {
    await start();
    const [first] = (await open.next()).candidates;
    await write('Greedy', 5);
    await appended(5);
    const { appended: tokens } = await open.next();
    expect(tokens[0]).toBe(first?.label);
    expect(await open.page.locator('.pace').innerText()).toMatch(/^5 tokens, [\d.]+ a second$/);
    await bar(0).click();
    await appended(6);
  });

  test('by sampling gives the same text for the same seed, from what the filters leave', async () => {
    await start();
    await write('Sample', 8);
    const one = (await open.next()).appended;
    await button('Back to the Text').click();
    await appended(0);
    await write('Sample', 8);
    expect((await open.next()).appended).toEqual(one);
    await button('Back to the Text').click();
    await appended(0);
    await open.page.getByLabel('Seed').fill('2');
    await write('Sample', 8);
    expect((await open.next()).appended).not.toEqual(one);
    await button('Back to the Text').click();
    await appended(0);
    await open.page.locator('#number-topK').fill('1');
    await write('Sample', 8);
    const cold = (await open.next()).appended;
    await button('Back to the Text').click();
    await appended(0);
    await write('Greedy', 8);
    expect((await open.next()).appended).toEqual(cold);
  });

  test('by beam search shows the tree of what it kept, and takes any way of it', async () => {
    await start();
    await bar(1).click();
    await appended(1);
    await open.page.getByRole('radio', { name: 'Beam' }).click();
    await open.page.getByLabel('Beams').fill('3');
    await write('Beam', 6);
    const best = await open.next();
    expect(best.beamNodes).toBeGreaterThan(6);
    const tree = open.page.getByRole('group', { name: 'Beam search' });
    expect(await tree.locator('.node.on-the-way').count()).toBe(best.appended.length - 1);
    const other = tree.locator('.node:not(.on-the-way)').last();
    const label = (await other.innerText()).trim();
    await other.click();
    await eventually(async () => (await open.next()).appended.at(-1)).toBe(label);
    expect((await open.next()).appended[0]).toBe(best.appended[0]);
  });

  test('can be stopped, and keeps what was written', async () => {
    await start();
    await open.page.getByRole('radio', { name: 'Greedy' }).click();
    await open.page.getByLabel('Tokens', { exact: true }).fill('512');
    await open.page.keyboard.press('Enter');
    await open.page.evaluate(async () => {
      const press = (name: string) =>
        [...document.querySelectorAll<HTMLElement>('vscode-button')]
          .find(each => each.textContent.trim() === name)
          ?.click();
      press('Write');
      await new Promise(requestAnimationFrame);
      press('Stop');
    });
    await button('Write').waitFor();
    const { appended: tokens, error } = await open.next();
    expect(error).toBeUndefined();
    expect(tokens.length).toBeLessThan(512);
    await eventually(async () => (await open.next()).state).toBe('ready');
  });

  test('takes as many tokens as are allowed', async () => {
    await start();
    const field = open.page.getByLabel('Tokens', { exact: true });
    await field.fill('1000000');
    await field.blur();
    expect(await field.inputValue()).toBe('32');
  });
});

describe('the layers', () => {
  test('say what they would say, and where a token ranks in each', async () => {
    await start();
    expect((await open.next()).layers).toEqual([]);
    await button('Through the Layers').click();
    await open.page.locator('.layers').waitFor();
    await spelled();
    const { layers, candidates, lensWords } = await open.next();
    expect(layers).toHaveLength(3);
    expect(layers.at(-1)).toMatchObject({ best: candidates[0]?.label, rank: 1 });
    expect(lensWords).toContain('is the most probable from');
    expect(await open.page.locator('.rank-chart').getAttribute('aria-label')).toContain('Rank of');
    await open.page.getByLabel('Token to follow').selectOption(String(candidates[4]?.id));
    await eventually(async () => (await open.next()).layers.at(-1)?.rank).toBe(5);
    expect((await open.next()).lensWords).toContain('ends as the 5th of 320 tokens');
  });

  test('of an LSTM say nothing: its tokens are there, and the page says so', async () => {
    await start({ text, model: 'test/fixtures/tiny-ulmfit', others: [] });
    expect((await open.next()).candidates.length).toBeGreaterThan(0);
    await bar(0).click();
    await appended(1);
    await button('Through the Layers').click();
    await open.page.getByText('cannot tell what its layers would say').waitFor();
    await button('Write').click();
    await eventually(async () => (await open.next()).appended.length).toBeGreaterThan(1);
  });
});

describe('the masks', () => {
  const masks: OpenOptions = {
    text: 'The cat sat on the mat',
    model: 'test/fixtures/tiny-masked-bert',
  };

  test('are filled, several at once, and let go again', async () => {
    await start({ ...masks, others: ['test/fixtures/tiny-llama'] });
    // The word at the caret is masked at once, and its own rank is told.
    const [first] = (await open.next()).masks;
    expect(first?.own?.rank).toBeGreaterThanOrEqual(1);
    const token = (place: number) => open.page.locator('.mask-row .token').nth(place);
    await button('Unmask All').click();
    await eventually(async () => (await open.next()).masks).toEqual([]);
    await token(1).click();
    await eventually(async () => (await open.next()).masks.length).toBe(1);
    await token(2).focus();
    await open.page.keyboard.press('Enter');
    await eventually(async () => (await open.next()).masks.length).toBe(2);
    const { masks: filled, markdown } = await open.next();
    expect(filled.every(({ candidates }) => candidates.length === 10)).toBe(true);
    expect(markdown).toContain('## In the place of cat');
    await token(1).click();
    await eventually(async () => (await open.next()).masks.length).toBe(1);
    await button('Unmask All').click();
    await eventually(async () => (await open.next()).masks).toEqual([]);
  });

  test('are of the whole sentence, the word at the caret first; a click fills one in and says what changed', async () => {
    const sentence = { text: 'The cat sat on the mat', caret: 7 };
    const subject = {
      ...subjectOf({ text: 'The cat' }),
      ...{ modelId: 'tiny-masked-bert', sentence },
    };
    await start({ ...masks, text: undefined, subject, others: [] });
    const { masks: atOnce, sentence: read, markdown } = await open.next();
    expect(read).toBe(sentence.text);
    expect(atOnce.map(({ index }) => index)).toEqual([2]);
    const own = atOnce[0]!.own!;
    expect(await open.page.locator('.own-rank').innerText()).toMatch(
      new RegExp(`^cat: ${own.rank}(st|nd|rd|th), `, 'u'),
    );
    expect(markdown).toContain('cat itself: ');
    await open.page.locator('.mask-row .token').last().click();
    await eventually(async () => (await open.next()).masks.length).toBe(2);
    const [, last] = (await open.next()).masks;
    const places = (await open.next()).masks[0]!.candidates;
    const pick = places.findIndex(text => /^[a-z]+$/u.test(text));
    await open.page.locator('.fill').first().locator('.bar').nth(pick).click();
    await eventually(async () => (await open.next()).masks.length).toBe(1);
    const after = await open.next();
    expect(after.sentence).toBe(`The ${places[pick] ?? ''} sat on the mat`);
    await open.page.getByRole('heading', { name: /changed elsewhere$/u }).waitFor();
    expect(after.masks[0]?.index).toBe(last?.index);
    await button('Undo the Fills').click();
    await eventually(async () => (await open.next()).sentence).toBe(sentence.text);
  });

  test('are of a model that has a head, which can be chosen', async () => {
    await start();
    const picker = open.page.getByLabel('Model');
    const names = await picker
      .locator('option')
      .evaluateAll(all => all.map(one => (one instanceof HTMLOptionElement ? one.value : '')));
    expect(names).toEqual(['tiny-masked-bert', 'tiny-gpt2', 'tiny-llama']);
    await picker.selectOption('tiny-masked-bert');
    await open.page.locator('.mask-row').waitFor();
    await picker.selectOption('tiny-gpt2');
    await eventually(async () => (await open.next()).candidates.length).toBe(20);
    expect((await open.next()).modelId).toBe('tiny-gpt2');
  });
});

test('each model has branches of its own', async () => {
  await start();
  await bar(0).click();
  await appended(1);
  await open.page.getByLabel('Model').selectOption('tiny-gpt2');
  await appended(0);
  await open.page.getByLabel('Model').selectOption('tiny-llama');
  await appended(1);
});

describe('a state of its own', () => {
  test('has nothing to look at: one sentence, one button', async () => {
    const { page } = await start({});
    expect((await open.next()).state).toBe('empty');
    await page.locator('vscode-button').click();
    await eventually(() => open.calls('showSelection')).toHaveLength(1);
  });

  test('has no model that predicts', async () => {
    await start({ text, model: 'test/fixtures/tiny-bert', others: [] });
    const { error } = await open.next();
    expect(error).toEqual({
      code: 'model-missing',
      message: expect.stringContaining('No model') as string,
    });
  });

  test('has a model that is damaged, and is over when its files are whole', async () => {
    const folder = '/test/fixtures/tiny-llama';
    const names = [
      'tokenizer.json',
      'decoder.onnx',
      'tiny-llama.gguf',
      'weights.json',
      'chat.json',
      'expected.json',
    ];
    const uris = Object.fromEntries(names.map(name => [name, `${folder}/${name}`]));
    const modelUris = { 'tiny-llama': { ...uris, 'decoder.onnx': `${folder}/weights.json` } };
    open = await lab.open({ ...tiny, others: [], text, host: { modelUris } });
    await open.settled();
    expect((await open.next()).error?.code).toBe('model-invalid');
    await open.page.evaluate(
      whole => Object.assign(window.hostOptions.modelUris, { 'tiny-llama': whole }),
      uris,
    );
    await open.page.evaluate(subject => window.fakeHost.page.show({ subject }), {
      ...subjectOf({ text }),
      modelId: 'tiny-llama',
    });
    await eventually(async () => (await open.next()).state).toBe('ready');
  });

  test('has a text longer than the context, and says what was cut', async () => {
    await start({ text: 'the cat sat. '.repeat(400), cutLength: 12_345 });
    const { dropped } = await open.next();
    expect(dropped).toBeGreaterThan(0);
    const cut = await open.page.locator('.cut').innerText();
    expect(cut).toContain('12,345 characters before this');
    expect(cut).toMatch(/its first [\d,]+ tokens are left out/);
  });

  test('is the newest text, whatever came before', async () => {
    await start();
    const subjects = ['One', 'Two two', 'Three three three'].map(one => ({
      ...subjectOf({ text: one }),
      modelId: 'tiny-llama',
    }));
    await open.page.evaluate(all => {
      for (const subject of all) {
        void window.fakeHost.page.show({ subject });
      }
    }, subjects);
    await eventually(async () => {
      const { state, text: shown } = await open.next();
      return state === 'ready' && shown;
    }).toBe('Three three three');
  });

  test('survives the loss of its worker: the next run has another', async () => {
    await start();
    await open.page.evaluate(() =>
      window.fakeHost.page.configure({ settings: { device: 'auto', scale: 'sqrt', beams: 5 } }),
    );
    await eventually(async () => (await open.next()).state).toBe('ready');
    await bar(0).click();
    await appended(1);
  });
});

test.each([
  ['null bytes', 'a\0b'],
  ['lone surrogates', '\ud800 x \udc00'],
  ['right to left', 'שלום عالم'],
  ['emoji alone', '👨‍👩‍👧🦄'],
  ['line ends of Windows', 'a\r\nb\r\n'],
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['white space at its end', 'The cat   \n\n'],
])('%s are gone on from like any text', async (_, one) => {
  await start({ text: one });
  const { state, candidates } = await open.next();
  expect(state).toBe('ready');
  expect(candidates).toHaveLength(20);
  await bar(0).click();
  await appended(1);
  expect(await open.page.locator('img').count()).toBe(0);
});

test('white space alone is nothing to go on from', async () => {
  await start({ text: '  \n' });
  expect((await open.next()).error?.code).toBe('input-empty');
});

test('is copied and opened in words, and saved as a table and as numbers', async () => {
  const { page } = await start();
  await page.locator('#number-topP').fill('0.5');
  const choose = async (name: string) => {
    await button('Export, device and help').click();
    await page.getByRole('menuitem', { name }).click();
  };
  await choose('Copy as Markdown');
  await choose('Open as Text');
  await choose('CSV Table');
  await choose('JSON Numbers');
  await eventually(() => open.calls('save')).toHaveLength(2);
  const [copied] = (await open.calls('copy')) as { text: string }[];
  expect(copied?.text).toContain('| Rank | Token | Probability | After | Logit |');
  expect(copied?.text).toContain('- Top-p: 0.5, cuts');
  expect(await open.calls('openText')).toEqual([{ markdown: copied?.text }]);
  const [csv, json] = (await open.calls('save')) as { name: string; content: string }[];
  expect(csv?.name).toBe('next-tokens-notes.md-12.csv');
  expect(csv?.content.split('\r\n')).toHaveLength(22);
  const numbers = JSON.parse(json?.content ?? '') as { candidates: unknown[]; vocabSize: number };
  expect(numbers).toMatchObject({ modelId: 'tiny-llama', vocabSize: 320, text });
  expect(numbers.candidates).toHaveLength(20);
});

test.each([300, 320, 600, 1200])('at %i pixels nothing is wider than the page', async width => {
  await start({ text, width });
  if (width < 900) {
    await sampling().click();
  }
  await open.page.locator('#number-topK').fill('4');
  await button('Through the Layers').click();
  await open.page.locator('.layers').waitFor();
  await write('Beam', 5);
  await button('Branches').click();
  const [inner, outer] = await open.page.evaluate(() => [
    Math.max(
      // What is in a box that scrolls may be wider than it.
      ...[...document.querySelectorAll('main *')]
        .filter(one => !one.parentElement?.closest('.beam-box, .grid-box'))
        .map(one => one.getBoundingClientRect().right),
    ),
    document.documentElement.clientWidth,
  ]);
  expect(inner).toBeLessThanOrEqual(outer);
});
