import { describe, expect, test } from 'vitest';
import { type PartId, partIds, stageIds } from '../../src/common/content/lesson';
import type { StageDescription } from '../../src/common/protocol/pages/stage';
import { labOfFile } from './labOfFile';
import type { OpenOptions, OpenPage } from './pageLab';
import { readPageTheme, themeKinds } from './theme';
import { decimal } from '../../webview/common/numbers';

const translators = ['models/seq2seq-attention', 'models/transformer'];
const sentence = 'The cat sat on the mat.';

/** Not in TypeScript's library yet. */
interface LayoutShift extends PerformanceEntry {
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}

const lab = labOfFile();
let open: OpenPage;

async function start(options: OpenOptions): Promise<OpenPage> {
  open = await lab.open({ name: 'stage', others: translators, height: 2600, ...options });
  return open;
}

/** What the page shows once something holds of it. */
async function when(holds: (stage: StageDescription) => unknown): Promise<StageDescription> {
  let last: StageDescription | undefined;
  await expect
    .poll(async () => {
      last = await open.stage();
      return Boolean(holds(last));
    })
    .toBe(true);
  return last!;
}

const part = ({ parts }: StageDescription, id: PartId) => parts.find(one => one.id === id);
const partWhen = (id: PartId, state: string) => when(stage => part(stage, id)?.state === state);
const section = (id: PartId) => open.page.locator(`#part-${id}`);
const button = (name: string) => open.page.getByRole('button', { name, exact: true });

describe.each(stageIds)('the stage "%s"', stage => {
  test('paints its text, then its diagram, each linked node of which is a button', async () => {
    await start({ stage });
    const shown = await when(({ hasDiagram }) => hasDiagram);
    expect(shown).toMatchObject({ stage, state: 'ready' });
    expect(shown.error).toBeUndefined();
    expect(shown.textMs).toBeGreaterThan(0);
    const linked = await open.page.evaluate(
      id => window.hostOptions.stages?.lessons.find(lesson => lesson.id === id)?.diagram.nodes,
      stage,
    );
    const names = linked?.flatMap(({ label, opens }) => (opens ? [label] : [])) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      await expect
        .poll(() => open.page.locator(`[role="button"][aria-label^="${name}: "]`).count())
        .toBe(1);
    }
  });

  test.each([1000, 400])(
    'has its formulas in its first text, which nothing pushes down, in %i pixels',
    async width => {
      await start({ stage, width, height: 760 });
      await when(({ hasDiagram }) => hasDiagram);
      const [shifted, formulas, raw] = await open.page.evaluate(async () => {
        const isShift = (entry: PerformanceEntry): entry is LayoutShift => 'sources' in entry;
        const shifts: PerformanceEntry[] = [];
        const observer = new PerformanceObserver(list => shifts.push(...list.getEntries()));
        observer.observe({ type: 'layout-shift', buffered: true });
        // The browser tells of a shift after the frame that has it.
        const frame = () => new Promise(requestAnimationFrame);
        await frame();
        await frame();
        await new Promise(done => setTimeout(done, 50));
        shifts.push(...observer.takeRecords());
        return [
          shifts
            .filter(isShift)
            .flatMap(({ sources }) => sources)
            // Its fonts may move a symbol by a pixel.
            .filter(
              ({ previousRect, currentRect }) => Math.abs(previousRect.top - currentRect.top) > 2,
            )
            .map(({ node }) => (node instanceof Element ? node.className : node?.textContent)),
          document.querySelectorAll('.formula .katex-html').length,
          document.querySelectorAll('.symbol:not(:has(.katex-html))').length,
        ];
      });
      expect(shifted).toEqual([]);
      expect(formulas).toBeGreaterThan(0);
      expect(raw).toBe(0);
    },
  );

  test.each([
    ['LR', 1000],
    ['TB', 320],
  ] as const)('says how large its diagram is, %s', async (direction, width) => {
    await start({ stage, width });
    await when(({ hasDiagram }) => hasDiagram);
    const [size, drawn] = await open.page.evaluate(
      ([id, way]) => {
        const lesson = window.hostOptions.stages?.lessons.find(one => one.id === id);
        const box = document.querySelector<SVGSVGElement>('.diagram svg')?.viewBox.baseVal;
        return [lesson?.diagram.size[way], box && [box.width, box.height]] as const;
      },
      [stage, direction] as const,
    );
    const off = size?.map((length, axis) => Math.abs(length / (drawn?.[axis] ?? 0) - 1)) ?? [1];
    expect(Math.max(...off), String(drawn)).toBeLessThan(0.05);
  });

  test('is nowhere wider than a page of 320 pixels', async () => {
    await start({ stage, width: 320 });
    await when(({ hasDiagram }) => hasDiagram);
    const [inner, outer] = await open.page.evaluate(() => {
      const main = document.querySelector('main');
      return [main?.scrollWidth ?? 0, main?.clientWidth ?? 0];
    });
    expect(inner).toBeLessThanOrEqual(outer);
  });
});

test('every live part belongs to a stage', async () => {
  await start({});
  await when(({ state }) => state === 'ready');
  const used = await open.page.evaluate(() =>
    window.hostOptions.stages?.lessons.flatMap(({ parts }) => parts),
  );
  expect([...new Set(used)].sort()).toEqual([...partIds].sort());
});

describe('a sentence', () => {
  test('of the person’s goes with them through the stages and comes back after a reload', async () => {
    await start({ stage: 'attention', text: sentence });
    await when(stage => stage.sentence === sentence);
    await button('2017 Transformer').click();
    expect(await when(({ stage }) => stage === 'transformer')).toMatchObject({ sentence });
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ savedState });
    expect(await when(({ state }) => state === 'ready')).toMatchObject({
      stage: 'transformer',
      sentence,
    });
  });

  test('of the person’s is there with the text of the stage, which waits for no model', async () => {
    await start({ stage: 'attention', text: sentence, host: { failing: { models: 'internal' } } });
    await when(stage => stage.sentence === sentence);
  });

  test('is offered where the person brought none, and theirs can be typed', async () => {
    await start({ stage: 'attention' });
    expect((await when(({ state }) => state === 'ready')).sentence).toMatch(/station/);
    await open.page.locator('#sentence').fill('I love India.');
    await open.page.keyboard.press('Enter');
    await when(stage => stage.sentence === 'I love India.');
  });

  test('that is very long is cut at a word, and the page says so', async () => {
    await start({ stage: 'chatgpt', text: 'the cat sat '.repeat(2000) });
    const { sentence: shown } = await when(({ state }) => state === 'ready');
    await when(stage => stage.sentence.startsWith('the cat'));
    expect(shown.length).toBeLessThanOrEqual(1000);
    await open.page.getByText('were left out').waitFor();
  });

  test.each([
    ['of emoji alone', '🦄🦄🦄'],
    ['of one word', 'cat'],
    ['in another language', 'Der Zug kommt um acht Uhr an.'],
    ['of unknown words', 'Xqzv wrpt blorf.'],
    ['of null bytes and lone surrogates', 'a\0b \ud800 c'],
  ])('%s is translated like any other', async (_, text) => {
    await start({ stage: 'attention', text });
    const shown = await when(
      stage =>
        part(stage, 'alignment')?.state === 'ready' || part(stage, 'alignment')?.state === 'error',
    );
    expect(part(shown, 'alignment')?.state).toBe('ready');
  });
});

describe.each([
  ['encoder-decoder', 'tiny-seq2seq-lstm', ['reading', 'fixed-vector']],
  ['transformer', 'tiny-transformer', ['inside-head']],
  ['bert', 'tiny-masked-bert', ['masked-or-next']],
] as const)('in the stage "%s" a sentence', (stage, model, ids) => {
  test.each([
    ['of emoji alone', '🦄🦄🦄'],
    ['of one word', 'cat'],
    ['of a full stop', '.'],
    ['from right to left', 'أين المحطة من فضلك؟'],
    ['without a character that is seen', '\u200b'],
    ['of null bytes and lone surrogates', 'a\0b \ud800 c'],
    ['that is too long for the model', 'the cat sat '.repeat(2000)],
  ])('%s is looked at like any other', async (_, text) => {
    await start({ stage, text, others: [`test/fixtures/${model}`] });
    for (const id of ids) {
      await when(shown => ['ready', 'error'].includes(part(shown, id)?.state ?? ''));
      expect(part(await open.stage(), id)?.state).toBe('ready');
      expect(part(await open.stage(), id)?.words).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

test.each(themeKinds)(
  'buttons have the colours of the theme %s, into which the page changes',
  async kind => {
    await start({ stage: 'transformer', theme: kind === 'dark' ? 'light' : 'dark' });
    await open.page.locator('.try vscode-button .control').waitFor();
    await open.page.evaluate(theme => window.applyTheme(theme), await readPageTheme(kind));
    const colour = (element: string) =>
      open.page
        .locator(element)
        .first()
        .evaluate(one => getComputedStyle(one).backgroundColor);
    await open.page.evaluate(() => {
      const probe = document.createElement('i');
      probe.id = 'probe';
      probe.style.background = 'var(--vscode-button-background)';
      document.body.append(probe);
    });
    await expect.poll(() => colour('.try vscode-button')).toBe(await colour('#probe'));
  },
);

describe('running a sentence', () => {
  test.each([
    ['attention', 'alignment', translators],
    ['transformer', 'inside-head', translators],
    ['chatgpt', 'eras', translators],
    ['encoder-decoder', 'reading', ['test/fixtures/tiny-seq2seq-lstm']],
    ['bert', 'masked-or-next', ['test/fixtures/tiny-masked-bert']],
  ] as const)(
    'brings what runs into view in the stage "%s": the part "%s"',
    async (stage, id, others) => {
      await start({ stage, height: 500, others });
      await section(id).waitFor({ state: 'attached' });
      const isSeen = () =>
        section(id)
          .getByRole('heading', { level: 2 })
          .evaluate(heading => {
            const main = heading.closest('main')!.getBoundingClientRect();
            const { top } = heading.getBoundingClientRect();
            return top >= main.top - 1 && top < main.bottom - 100;
          });
      expect(await isSeen()).toBe(false);
      await open.page.locator('#sentence').fill(sentence);
      await open.page.keyboard.press('Enter');
      await expect.poll(isSeen).toBe(true);
      await partWhen(id, 'ready');
      expect(await isSeen()).toBe(true);
    },
  );

  test('leaves a page where it is that shows what runs, and runs the same once more', async () => {
    await start({ stage: 'attention', text: sentence });
    await partWhen('alignment', 'ready');
    const runs = (await open.calls('analysed')).length;
    const top = () => open.page.locator('main').evaluate(main => main.scrollTop);
    await open.page.locator('.try vscode-button').click();
    await expect.poll(async () => (await open.calls('analysed')).length).toBeGreaterThan(runs);
    await partWhen('alignment', 'ready');
    expect(await top()).toBe(0);
  });
});

describe('a page', () => {
  test('comes back at the part that was in view, whatever stands before it and runs later', async () => {
    await start({ stage: 'transformer', height: 760, text: sentence });
    await section('positions').waitFor({ state: 'attached' });
    await open.page.evaluate(() =>
      window.fakeHost.stagePage.open({ stage: 'transformer', part: 'positions' }),
    );
    const down = () =>
      open.page.evaluate(() => {
        const heading = document.querySelector('#part-positions-title')!.getBoundingClientRect();
        return heading.top - document.querySelector('main')!.getBoundingClientRect().top;
      });
    await expect.poll(down).toBeLessThan(2);
    await open.page.locator('main').hover();
    await open.page.mouse.wheel(0, 60);
    await expect.poll(down).toBeLessThan(-50);
    await expect
      .poll(() => open.page.evaluate(() => JSON.stringify(window.fakeHost.savedState)))
      .toContain('"down":6');
    const [savedState, before] = [
      await open.page.evaluate(() => window.fakeHost.savedState),
      await down(),
    ];
    await open.close();
    await start({ height: 760, savedState });
    await section('positions').locator('.chart svg').waitFor();
    await expect.poll(async () => Math.abs((await down()) - before)).toBeLessThan(3);
    // What stands above it grows, as a part does that runs.
    await section('inside-head').evaluate(part => {
      part.style.paddingBottom = '900px';
    });
    await open.timePasses(100);
    expect(Math.abs((await down()) - before)).toBeLessThan(3);
    // From now on it is where the person scrolls.
    await open.page.locator('main').hover();
    await open.page.mouse.wheel(0, -3000);
    await expect.poll(down).toBeGreaterThan(0);
  });

  test('says to the host which stage it shows', async () => {
    await start({ stage: 'attention' });
    await when(({ state }) => state === 'ready');
    await button('2018 BERT').click();
    await when(({ stage }) => stage === 'bert');
    expect(await open.calls('atStage')).toEqual([{ stage: 'attention' }, { stage: 'bert' }]);
  });

  test.each(stageIds)('has no two headings alike, in the stage "%s"', async stage => {
    await start({
      stage,
      text: sentence,
      others: [...translators, 'test/fixtures/tiny-seq2seq-lstm'],
    });
    await when(({ hasDiagram }) => hasDiagram);
    if (stage === 'encoder-decoder') {
      await partWhen('fixed-vector', 'ready');
    }
    const headings = await open.page.locator('h2, h3').allInnerTexts();
    expect(headings.filter((one, index) => headings.indexOf(one) !== index)).toEqual([]);
  });

  test('names its stages apart where there is room for one line, and shows that there are more', async () => {
    await start({ stage: 'chatgpt', width: 420 });
    await when(({ state }) => state === 'ready');
    const places = open.page.locator('.place');
    const names = (await places.allInnerTexts()).map(name => name.trim());
    expect(new Set(names).size).toBe(stageIds.length);
    expect(names.every(name => /^\S+/.test(name) && !name.includes('\n'))).toBe(true);
    const [isSeen, style] = await open.page.locator('.place[aria-current]').evaluate(place => {
      const strip = place.closest('.places')!;
      const [own, all] = [place.getBoundingClientRect(), strip.getBoundingClientRect()];
      return [
        own.left >= all.left && own.right <= all.right + 1,
        getComputedStyle(strip).scrollbarWidth,
      ];
    });
    expect([isSeen, style]).toEqual([true, 'thin']);
  });
});

test('formulas side by side part where the page is narrow, and their lines do not touch', async () => {
  await start({ stage: 'transformer', width: 330 });
  await when(({ state }) => state === 'ready');
  const formulas = open.page.locator('.formula', { hasText: 'PE' }).locator('.katex-display');
  expect(await formulas.count()).toBe(2);
  const [first, second] = await formulas.evaluateAll(all =>
    all.map(one => {
      const boxes = [...one.querySelectorAll('.katex-html > .base')].map(base =>
        base.getBoundingClientRect(),
      );
      const lines = boxes.filter(
        (box, index) => index === 0 || box.left < boxes[index - 1]!.right - 1,
      );
      return {
        top: Math.min(...boxes.map(({ top }) => top)),
        bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
        gaps: lines
          .slice(1)
          .map(
            (line, index) =>
              line.top -
              Math.max(...boxes.filter(({ top }) => top < line.top).map(({ bottom }) => bottom)) +
              0 * index,
          ),
      };
    }),
  );
  expect(second!.top - first!.bottom).toBeGreaterThanOrEqual(8);
  [...first!.gaps, ...second!.gaps].forEach(gap => expect(gap).toBeGreaterThanOrEqual(4));
});

test('the header of a table stays while its rows go by', async () => {
  await start({ stage: 'attention', text: `${sentence} `.repeat(6).trim() });
  await partWhen('alignment', 'ready');
  const scrolled = section('alignment').locator('.table-scroll');
  const seen = await scrolled.evaluate(box => {
    box.scrollTop = 200;
    const header = box.querySelector('thead th')!.getBoundingClientRect();
    return { by: box.scrollTop, off: header.top - box.getBoundingClientRect().top };
  });
  expect(seen.by).toBeGreaterThan(50);
  expect(Math.abs(seen.off)).toBeLessThan(2);
});

test('a sentence has one translation on a page', async () => {
  await start({ stage: 'attention', text: 'I love India.' });
  await partWhen('alignment', 'ready');
  await partWhen('bottleneck', 'ready');
  const pieces = await section('alignment').locator('.step-word').allInnerTexts();
  const letters = (text: string) => text.replace(/<\/?s>|\W/gu, '');
  const whole = await section('bottleneck').locator('dd[lang="fr"]').first().innerText();
  expect(letters(whole)).toBe(letters(pieces.join('')));
});

describe('a guess', () => {
  test('must be made before the answer shows, is kept, and can be made again', async () => {
    await start({ stage: 'transformer' });
    await when(({ state }) => state === 'ready');
    expect(await open.page.getByText('Every word looks at every word').count()).toBe(0);
    await open.page.getByRole('radio').nth(0).check();
    expect((await when(({ answer }) => answer !== undefined)).answer).toBe(0);
    await open.page.getByText('Every word looks at every word').waitFor();
    await open.page.getByText('Not quite.').waitFor();
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ savedState });
    expect((await when(({ state }) => state === 'ready')).answer).toBe(0);
    await button('Guess again').click();
    await when(({ answer }) => answer === undefined);
  });
});

describe('a node of the diagram', () => {
  test('shows the live part that it names', async () => {
    await start({ stage: 'transformer', height: 700 });
    await when(({ hasDiagram }) => hasDiagram);
    await open.page.getByRole('button', { name: /^What it costs: / }).click();
    await expect
      .poll(() => open.page.evaluate(() => document.activeElement?.id))
      .toBe('part-cost-title');
  });

  test('opens another panel on the sentence, by keyboard too', async () => {
    await start({ stage: 'bert', text: sentence });
    await when(shown => shown.hasDiagram && shown.sentence === sentence);
    await open.page.getByRole('button', { name: /^Encoder layers: / }).focus();
    await open.page.keyboard.press('Enter');
    expect(await open.calls('openView')).toEqual([{ view: 'attention', text: sentence }]);
  });
});

describe('alignment', () => {
  test('tells scores, weights and context of a step, and the symbols have these values', async () => {
    await start({ stage: 'attention', text: sentence });
    const shown = await partWhen('alignment', 'ready');
    expect(shown.values['alignment.context']).toBe('464 numbers');
    expect(shown.values['alignment.weight']).toMatch(/\s%$/);
    expect(Number(shown.values['alignment.score'])).not.toBeNaN();
    await open.page.locator('.symbols').getByText(shown.values['alignment.score']!).waitFor();
    const mean = /at most\s+([\de+-]+)\./.exec(await section('alignment').innerText());
    expect(Number(mean?.[1])).toBeLessThan(1e-4);
  });

  test('can be set by hand for one step: what stands before stays, and it can be taken back', async () => {
    await start({ stage: 'attention', text: 'The red car is in front of the old house.' });
    await partWhen('alignment', 'ready');
    const words = () => section('alignment').locator('.step-word').allInnerTexts();
    const own = await words();
    await section('alignment').locator('.step-word').nth(1).click();
    await section('alignment')
      .getByRole('button', { name: /^Look here, at “house”/ })
      .click();
    await when(stage => /set by hand/.test(part(stage, 'alignment')?.words ?? ''));
    await open.page.mouse.move(1, 1);
    const written = await words();
    expect(written[0]).toBe(own[0]);
    expect(written.slice(1)).not.toEqual(own.slice(1));
    await when(stage => /gave 100\s%/.test(part(stage, 'alignment')?.words ?? ''));
    await button('Take the row back').click();
    await expect.poll(words).toEqual(own);
  });

  test('says what is missing where its model is not there, and the lesson stays', async () => {
    await start({ stage: 'attention', others: ['models/transformer'] });
    const shown = await when(({ state }) => state === 'ready');
    await when(stage => part(stage, 'alignment')?.state === 'missing');
    expect(shown.error).toBeUndefined();
  });
});

describe('reading', () => {
  const lstm: OpenOptions = {
    stage: 'encoder-decoder',
    text: sentence,
    others: ['test/fixtures/tiny-seq2seq-lstm'],
  };
  const steps = () => section('reading').getByRole('slider').first();

  test('tells the state after each word, the context, and each word that is written from it', async () => {
    await start(lstm);
    const read = await partWhen('reading', 'ready');
    // Two layers of hidden state and cell, 24 wide each.
    expect(read.values['reading.context']).toBe('96 numbers');
    expect(part(read, 'reading')?.words).toMatch(/^With “The” all is read: .* 96 numbers/);
    expect(read.values['reading.state']).toBe('not begun');
    await steps().focus();
    await open.page.keyboard.press('Home');
    const first = await when(({ values }) => values['reading.word']?.endsWith('step 1'));
    expect(part(first, 'reading')?.words).toBe(
      'The encoder reads “</s>”; its state moves by 100\u00a0% of its length. It reads from the end.',
    );
    await open.page.keyboard.press('End');
    const written = await when(({ values }) => values['reading.probability']?.includes('for “'));
    expect(part(written, 'reading')?.words).toMatch(/^The decoder reads “.*” and writes “/);
    expect(written.values['reading.hidden']).toMatch(/^24 numbers, length \d/);
    await open.page.locator('.symbols').getByText(written.values['reading.probability']!).waitFor();
  });

  test('goes on token by token, by buttons and by itself', async () => {
    await start(lstm);
    await partWhen('reading', 'ready');
    await steps().focus();
    await open.page.keyboard.press('Home');
    await button('Next token').click();
    await when(({ values }) => values['reading.word']?.endsWith('step 2'));
    await button('Previous token').click();
    await when(({ values }) => values['reading.word']?.endsWith('step 1'));
    await button('Play, token by token').click();
    await when(({ values }) => values['reading.word']?.endsWith('step 3'));
    await button('Pause').click();
    const stopped = (await open.stage()).values['reading.word'];
    await open.timePasses(1500); // More than a step takes.
    expect((await open.stage()).values['reading.word']).toBe(stopped);
  });

  test('tells hidden state and cell of the layer and the number that are chosen, also after a reload', async () => {
    await start(lstm);
    await partWhen('reading', 'ready');
    const told = () => section('reading').locator('output').last().innerText();
    await section('reading').getByRole('slider').last().focus();
    await open.page.keyboard.press('ArrowRight');
    await expect.poll(told).toMatch(/^1: /);
    const hidden = await told();
    await section('reading').getByRole('button', { name: 'Cell' }).click();
    await expect.poll(told).not.toBe(hidden);
    const cell = await told();
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ ...lstm, savedState });
    await partWhen('reading', 'ready');
    expect(await told()).toBe(cell);
  });

  test('says what is missing where its model is not there', async () => {
    await start({ stage: 'encoder-decoder' });
    const shown = await partWhen('reading', 'missing');
    expect(shown.error).toBeUndefined();
    expect(part(shown, 'reading')?.words).toBe('Its model is not in this version.');
  });
});

test('the fixed vector moves by other words, the less the longer ago they were read', async () => {
  await start({
    stage: 'encoder-decoder',
    text: sentence,
    others: ['test/fixtures/tiny-seq2seq-lstm'],
  });
  await partWhen('fixed-vector', 'ready');
  const slider = section('fixed-vector').getByRole('slider');
  /** Mean distances for other first and other last words. */
  const means = async (): Promise<readonly number[]> => {
    const cells = section('fixed-vector').locator('tbody tr').last().locator('td');
    return (await cells.allInnerTexts()).map(told => Number(told.replace('<', '')));
  };
  await slider.focus();
  await open.page.keyboard.press('Home');
  await section('fixed-vector').getByText('4 words', { exact: true }).waitFor();
  const [firstOfShort = 0, lastOfShort = 0] = await means();
  await open.page.keyboard.press('End');
  const long = await when(stage => part(stage, 'fixed-vector')?.words.startsWith('In 40 words'));
  expect(part(long, 'fixed-vector')?.words).toContain('This network reads from the end');
  const [firstOfLong = 0, lastOfLong = 0] = await means();
  // Read last, the first words stand beside the vector however long the sentence is.
  expect(firstOfLong).toBeGreaterThan(firstOfShort / 2);
  expect(lastOfShort).toBeGreaterThan(0.1);
  expect(lastOfLong).toBeLessThan(lastOfShort / 2);
  await section('fixed-vector').locator('.chart svg').waitFor();
  expect(await section('fixed-vector').locator('mark').allInnerTexts()).toContain('Sadly mistaken');
  // Of a sentence that begins with these words, others are exchanged.
  await open.page.locator('#sentence').fill('Sadly mistaken, he took the offer.');
  await open.page.keyboard.press('Enter');
  await section('fixed-vector').getByText('Sadly mistaken, he took').waitFor();
  const marked = await section('fixed-vector').locator('mark').allInnerTexts();
  expect(marked).toHaveLength(6);
  expect(marked.join(' ')).not.toContain('Sadly');
});

describe('the bottleneck', () => {
  test('translates a text that grows, and plots what was measured', async () => {
    await start({ stage: 'encoder-decoder', text: sentence });
    await partWhen('bottleneck', 'ready');
    expect((await open.stage()).values['bottleneck.words']).toBe('6 words');
    const slider = section('bottleneck').getByRole('slider');
    await slider.focus();
    await open.page.keyboard.press('End');
    await when(
      stage =>
        part(stage, 'bottleneck')?.state === 'ready' &&
        stage.values['bottleneck.words'] !== '6 words',
    );
    expect(Number.parseInt((await open.stage()).values['bottleneck.words'] ?? '')).toBeGreaterThan(
      40,
    );
    const chart = await section('bottleneck').locator('.chart svg').elementHandle();
    await slider.press('Home');
    await when(stage => stage.values['bottleneck.words'] === '6 words');
    expect(await chart.evaluate(element => element.isConnected)).toBe(true); // Not drawn anew.
    await section('bottleneck').getByText('The numbers').click();
    expect(await section('bottleneck').locator('table').innerText()).toMatch(
      /30–40\s+4\d\.\d\s+4\d\.\d/,
    );
    await section('bottleneck').getByText('2014 LSTM is not in this version.').waitFor();
  });

  test('words that the translators hardly saw are named: those of another language, say', async () => {
    const text = 'Le chat dort.';
    await start({ stage: 'attention', text });
    await section('bottleneck')
      .getByText(/Hardly seen in training: Le \(never\), dort \(never\)/)
      .waitFor();
    await open.page.locator('#sentence').fill(sentence);
    await open.page.keyboard.press('Enter');
    await when(({ values }) => values['bottleneck.words'] === '6 words');
    await partWhen('bottleneck', 'ready');
    expect(await section('bottleneck').getByText('Hardly seen').count()).toBe(0);
  });
});

describe('inside a head', () => {
  const words = async () => part(await open.stage(), 'inside-head')?.words ?? '';

  test('a query’s products become its weights, which are those of the graph', async () => {
    await start({ stage: 'transformer', text: sentence });
    const shown = await partWhen('inside-head', 'ready');
    expect(shown.values['inside-head.width']).toBe('64');
    const rows = section('inside-head').locator('tbody tr');
    const cells = (await rows.allInnerTexts()).map(row => row.split(/\s*\t\s*/));
    const numbers = cells.map(row => row.slice(1, 3).map(cell => Number(cell.replace('−', '-'))));
    for (const [product = NaN, score = NaN] of numbers) {
      expect(Math.abs(product / 8 - score)).toBeLessThan(0.01);
    }
    const powers = numbers.map(([, score = NaN]) => Math.exp(score));
    const total = powers.reduce((sum, power) => sum + power, 0);
    cells.forEach((row, index) => {
      const told = Number.parseFloat(row[3]?.replace('<', '') ?? '');
      expect(Math.abs((100 * powers[index]!) / total - told)).toBeLessThan(0.6);
    });
    const difference = /at most\s+([\de+-]+)\./.exec(await section('inside-head').innerText());
    expect(Number(difference?.[1])).toBeLessThan(1e-4);
    await open.page.locator('.symbols').getByText(shown.values['inside-head.key']!).waitFor();
  });

  test('another word and another head need no run; the masked decoder hides what comes later', async () => {
    await start({ stage: 'transformer', text: sentence });
    await partWhen('inside-head', 'ready');
    const before = await words();
    const runs = (await open.calls('analysed')).length;
    expect(runs).toBeGreaterThan(0);
    await section('inside-head').getByRole('button', { name: 'Head 2' }).click();
    await expect.poll(words).not.toBe(before);
    await section('inside-head').locator('.translation-line .step-word').nth(2).click();
    expect(await words()).toMatch(/^“sat” asks/);
    expect(await open.calls('analysed')).toHaveLength(runs);
    await section('inside-head').getByRole('button', { name: 'Decoder, masked' }).click();
    await when(stage => /^Writing “/.test(part(stage, 'inside-head')?.words ?? ''));
    expect((await open.calls('analysed')).length).toBeGreaterThan(runs);
    const hidden = () => section('inside-head').locator('td', { hasText: '−∞' }).count();
    const keys = await section('inside-head').locator('tbody tr').count();
    await section('inside-head').locator('.translation-line .step-word').first().click();
    await expect.poll(hidden).toBe(keys - 1);
    await section('inside-head').locator('.translation-line .step-word').last().click();
    await expect.poll(hidden).toBe(0);
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ stage: 'transformer', text: sentence, savedState });
    await when(stage => /^Writing “/.test(part(stage, 'inside-head')?.words ?? ''));
  });

  test('says what is missing where its model is not there', async () => {
    await start({ stage: 'transformer', others: [] });
    await partWhen('inside-head', 'missing');
  });
});

test('cost is measured: attention takes just what its formula says', async () => {
  await start({ stage: 'transformer', text: sentence });
  await when(({ state }) => state === 'ready');
  await button('Measure').click();
  await when(stage => /^Measured/.test(part(stage, 'cost')?.words ?? ''));
  await section('cost').getByText('The numbers').click();
  const rows = await section('cost').locator('tbody tr').allInnerTexts();
  const last = rows.at(-1)?.split('\t') ?? [];
  const tokens = Number(last[1]);
  expect(last[3]).toBe(`${Math.round((4 * 3 * 4 * tokens ** 2) / 1000).toLocaleString('en')} kB`);
});

test('positions follow their formula', async () => {
  await start({ stage: 'transformer' });
  await when(({ state }) => state === 'ready');
  expect((await when(({ values }) => values['positions.pair'])).values['positions.pair']).toBe(
    `8: sin ${decimal(Math.sin(5 / 10000 ** (16 / 256)))}, cos ${decimal(Math.cos(5 / 10000 ** (16 / 256)))}`,
  );
});

test('words with each other’s positions are followed through the layers, and translated', async () => {
  await start({ stage: 'transformer', text: sentence, height: 3600 });
  await partWhen('inside-head', 'ready');
  await button('Shuffle and translate').click();
  const result = section('positions').locator('table');
  await result.waitFor();
  const rows = (await result.locator('tbody tr').allInnerTexts()).map(row => row.split(/\s*\t\s*/));
  expect(rows.map(([token]) => token)).toEqual(['The', 'cat', 'sat', 'on', 'the', 'mat', '.']);
  expect(rows.map(row => Number(row[2])).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  // The first word stays where it is: going in it is what it was, and yet not after the last layer.
  expect(rows[0]?.slice(1, 4)).toEqual(['0', '0', '0.00']);
  expect(Number(rows[0]?.[4])).toBeGreaterThan(0);
  const [inOrder, mixed] = await section('positions').locator('dd [lang="fr"]').allInnerTexts();
  expect(inOrder).toMatch(/chat/);
  expect(mixed).not.toBe(inOrder);
});

test('a text of two words cannot be shuffled, and says so', async () => {
  await start({ stage: 'transformer', text: 'Good morning.' });
  await section('positions').getByText('Three words are needed').waitFor();
  expect(await button('Shuffle and translate').count()).toBe(0);
});

describe('a few labels', () => {
  test('train a head on what a network has read, and one on random numbers', async () => {
    await start({ stage: 'transfer' });
    await partWhen('labels', 'idle');
    expect(await button('Train').isDisabled()).toBe(true);
    await button('Take the labels offered').click();
    await button('Train').click();
    const shown = await partWhen('labels', 'ready');
    const [read = 0, random = 100] = [
      ...(part(shown, 'labels')?.words ?? '').matchAll(/([\d.]+)\s%/g),
    ].map(([, share]) => Number(share));
    expect(read).toBeGreaterThan(random);
  });

  test('of one class alone cannot train', async () => {
    await start({ stage: 'transfer' });
    await partWhen('labels', 'idle');
    await section('labels').getByRole('button', { name: 'good' }).first().click();
    expect(await button('Train').isDisabled()).toBe(true);
    await section('labels').getByText('Both labels are needed').waitFor();
  });
});

describe('a word that is hidden', () => {
  const masked = 'test/fixtures/tiny-masked-bert';
  const gpt2 = 'test/fixtures/tiny-gpt2';
  const told = async () => part(await open.stage(), 'masked-or-next')?.words ?? '';
  const hidden = (word: string) => expect.poll(told).toContain(`“${word}” is hidden.`);

  test('is guessed from both sides and from the left, and any other can be chosen', async () => {
    await start({ stage: 'bert', text: sentence, model: masked, others: [gpt2] });
    await expect.poll(told).toMatch(/BERT.*: \d+\w\w of 268\..*GPT-2.*: \d+\w\w of \d+\./);
    await hidden('on');
    const row = section('masked-or-next').getByRole('toolbar');
    await row.getByRole('button', { name: 'sat', exact: true }).click();
    await hidden('sat');
    await open.page.keyboard.press('ArrowLeft');
    await open.page.keyboard.press('Enter');
    await hidden('cat');
    const rows = section('masked-or-next').getByRole('table');
    expect(await rows.count()).toBe(2);
    for (const place of [0, 1]) {
      expect(await rows.nth(place).getByText('stands there').count()).toBe(1);
    }
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ stage: 'bert', savedState, model: masked, others: [gpt2] });
    await hidden('cat');
  });

  test('may be the first: what reads the left alone has nothing to go on from', async () => {
    await start({ stage: 'bert', text: sentence, model: masked, others: [gpt2] });
    await expect.poll(told).toContain('GPT-2');
    await section('masked-or-next').getByRole('button', { name: 'The', exact: true }).click();
    await hidden('The');
    await section('masked-or-next').getByText('Nothing stands before it').waitFor();
    expect(await section('masked-or-next').getByRole('table').count()).toBe(1);
  });

  test('needs a BERT with a head, and is missed where there is none', async () => {
    await start({ stage: 'bert', model: 'test/fixtures/tiny-bert', others: [] });
    await partWhen('masked-or-next', 'missing');
    await section('masked-or-next').getByText('BERT that guesses hidden words').waitFor();
  });
});

test('a small GPT-2 and a larger model are told by the same examples', async () => {
  await start({ stage: 'gpt', others: ['models/gpt2', 'test/fixtures/tiny-llama'], height: 3200 });
  await partWhen('few-shot', 'idle');
  await section('few-shot').getByRole('button', { name: 'Ask', exact: true }).click();
  await partWhen('few-shot', 'ready');
  const told = await when(stage => /3 examples/.test(part(stage, 'few-shot')?.words ?? ''));
  const counts = String.raw`\d of 4 with 0, \d of 4 with 1, \d of 4 with 3 examples\.`;
  expect(part(told, 'few-shot')?.words).toMatch(
    new RegExp(`of GPT-2 .*: ${counts} Right answers of .*: ${counts}`),
  );
  const tables = section('few-shot').getByRole('table');
  expect(await tables.count()).toBe(2);
  const cells = await tables.first().locator('td').allInnerTexts();
  expect(cells).toHaveLength(12);
  expect(cells.filter(cell => /\p{L}/u.test(cell)).length).toBeGreaterThan(6);
});

test('what may look only back gives nothing to what comes after', async () => {
  await start({ stage: 'bert', text: sentence, others: ['test/fixtures/tiny-gpt2'] });
  const { parts } = await partWhen('both-sides', 'ready');
  expect(parts.find(({ id }) => id === 'both-sides')?.words).toMatch(
    /BERT \d+\.\d\s%, .*GPT-2.* 0\s%/,
  );
});

describe('the chart of compute', () => {
  const marks = () =>
    section('scale')
      .locator('.chart svg')
      .evaluate(chart => {
        const circles = [...chart.querySelectorAll('circle')].map(circle => {
          const { x, width } = circle.getBoundingClientRect();
          return x + width / 2;
        });
        const words = [...chart.querySelectorAll('text')].filter(({ textContent }) =>
          /optimum|your choice/.test(textContent),
        );
        const boxes = words.map(text => text.getBoundingClientRect());
        return {
          circles: circles.sort((a, b) => a - b),
          words: words.map(({ textContent }) => textContent),
          overlap: boxes.some((a, index) =>
            boxes.slice(index + 1).some(b => a.left < b.right && b.left < a.right),
          ),
        };
      });

  test.each([900, 380])(
    'marks the choice where it is and the optimum where it is, in %i pixels',
    async width => {
      await start({ stage: 'gpt', height: 3200, width });
      await partWhen('scale', 'ready');
      await button('Chinchilla').click();
      await when(({ values }) => values['scale.parameters'] === '70 billion');
      const apart = await marks();
      expect(apart.words).toEqual(['optimum', 'your choice']);
      expect(apart.overlap).toBe(false);
      expect(apart.circles[1]! - apart.circles[0]!).toBeGreaterThan(8); // 70 billion beside 32.
      await section('scale').getByRole('slider').nth(2).focus();
      await open.page.keyboard.press('ArrowLeft');
      await expect.poll(async () => (await marks()).words).toEqual(['optimum, and your choice']);
      expect((await marks()).circles).toHaveLength(1);
    },
  );
});

test.each([1000, 640, 480, 320])(
  'model sizes are to scale, and none is cut, in %i pixels',
  async width => {
    await start({ stage: 'gpt', height: 4200, width });
    await partWhen('scale', 'ready');
    const squares = await section('scale')
      .locator('.sizes li')
      .evaluateAll(all =>
        all.map(one => {
          const { left, right, width, height } = one.querySelector('svg')!.getBoundingClientRect();
          const room = one.closest('.part')!.getBoundingClientRect();
          const names = [...one.querySelectorAll('span')].map(name => name.getBoundingClientRect());
          return {
            ...{ width, height },
            isWhole: left >= room.left && right <= room.right,
            isCovered: names.some(
              name =>
                name.left < right - 1 &&
                name.right > left &&
                name.top < one.querySelector('svg')!.getBoundingClientRect().bottom - 1 &&
                name.bottom > one.querySelector('svg')!.getBoundingClientRect().top,
            ),
          };
        }),
      );
    for (const square of squares) {
      expect(square).toMatchObject({ isWhole: true, isCovered: false });
      expect(square.width).toBeCloseTo(square.height, 1);
    }
    const [gpt2, gpt3] = [squares.at(-2), squares.at(-1)];
    expect(gpt3!.width / gpt2!.width).toBeCloseTo(Math.sqrt(175 / 1.5), 0);
  },
);

test('scale answers the slider at once, and the optimum is no worse', async () => {
  await start({ stage: 'gpt', height: 3200 });
  await partWhen('scale', 'ready');
  const before = (await open.stage()).values['scale.loss'];
  await section('scale').getByRole('slider').nth(2).focus();
  await open.page.keyboard.press('ArrowLeft');
  const after = await when(({ values }) => values['scale.loss'] !== before);
  expect(Number(after.values['scale.loss'])).toBeLessThan(Number(before));
  await button('Chinchilla').click();
  await when(({ values }) => values['scale.parameters'] === '70 billion');
});

describe('a conversation', () => {
  const tiny: OpenOptions = { stage: 'chatgpt', others: ['test/fixtures/tiny-llama'] };

  test('asks for words where there are none to send', async () => {
    await start(tiny);
    await partWhen('chat', 'idle');
    await button('Send').click();
    const field = section('chat').getByRole('textbox');
    await expect
      .poll(() => field.evaluate(one => one === document.activeElement && !one.matches(':valid')))
      .toBe(true);
    expect(await section('chat').locator('.chat > *').count()).toBe(0);
  });

  test('streams, shows the exact prompt, and with the earlier turns or without', async () => {
    await start(tiny);
    await partWhen('chat', 'idle');
    await button('Send the sentence above').click();
    await partWhen('chat', 'ready');
    expect(await section('chat').locator('pre').textContent()).toContain('Why is the sky blue?');
    await section('chat').getByRole('checkbox').uncheck();
    await section('chat').getByRole('textbox').fill('What did I ask?');
    await button('Send').click();
    await when(stage => part(stage, 'chat')?.state === 'ready');
    await expect
      .poll(() => section('chat').locator('pre').textContent())
      .not.toContain('Why is the sky blue?');
    expect(await section('chat').locator('pre').textContent()).toContain('What did I ask?');
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ ...tiny, savedState });
    await section('chat').getByText('Why is the sky blue?').first().waitFor();
  });

  const box = () => section('chat').locator('.chat');
  const fromEnd = () => box().evaluate(one => one.scrollHeight - one.scrollTop - one.clientHeight);
  const ask = async (text: string) => {
    await section('chat').getByRole('textbox').fill(text);
    await button('Send').click();
  };

  test('keeps the newest turn in view, until one scrolls up', async () => {
    const content = 'The cat sat on the mat. '.repeat(20);
    const turns = ['user', 'assistant', 'user', 'assistant'].map(role => ({ role, content }));
    await start({ ...tiny, savedState: { stage: 'chatgpt', parts: { chat: { turns } } } });
    await partWhen('chat', 'idle');
    expect(await box().evaluate(one => one.scrollHeight > one.clientHeight)).toBe(true);
    await expect.poll(fromEnd).toBeLessThan(2);
    await ask('And then?');
    await partWhen('chat', 'ready');
    await expect.poll(fromEnd).toBeLessThan(2);
    await box().evaluate(one => one.scrollTo(0, 0));
    await ask('And what then?');
    await expect.poll(fromEnd).toBeLessThan(2); // One's own turn is to be seen.
    await box().evaluate(one => one.scrollTo(0, 0));
    await partWhen('chat', 'ready');
    expect(await box().evaluate(one => one.scrollTop)).toBe(0);
  });

  test('tells of the newest answer alone, and what it did not read', async () => {
    const words = async () => part(await open.stage(), 'chat')?.words;
    const turns = [
      { role: 'user', content: 'What is a harbour?' },
      { role: 'assistant', content: 'A place for ships.' },
    ];
    await start({ ...tiny, savedState: { stage: 'chatgpt', parts: { chat: { turns } } } });
    await partWhen('chat', 'idle');
    await ask('What is a cat?');
    await partWhen('chat', 'ready');
    expect(await words()).toMatch(
      /^\d+ tokens read, \d+ tokens written, .*The 2 oldest messages were not read \(\d+ tokens\): there is room for 128 tokens/,
    );
    const prompt = () => section('chat').locator('pre').textContent();
    expect(await prompt()).toMatch(/system[^]*user\nWhat is a cat\?/);
    expect(await prompt()).not.toContain('harbour');
    await section('chat').getByRole('checkbox').uncheck();
    await open.page.evaluate(() => {
      // Stops the next answer as soon as a word of it is there.
      const observer = new MutationObserver(() => {
        const written = document.querySelector('.chat .turn:last-child.assistant p')?.textContent;
        const stop = [...document.querySelectorAll('vscode-button')].find(
          one => one.textContent.trim() === 'Stop',
        );
        if (stop instanceof HTMLElement && written && written !== '…') {
          observer.disconnect();
          stop.click();
        }
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await ask('And a dog?');
    await expect
      .poll(words)
      .toMatch(/^\d+ tokens read, \d+ tokens? written; you ended it there\.$/);
    expect(await prompt()).toContain('And a dog?');
  });

  test('with a message that is too long says what to do', async () => {
    await start(tiny);
    await partWhen('chat', 'idle');
    await ask('the cat sat '.repeat(60));
    await partWhen('chat', 'error');
    expect(await section('chat').locator('.notice').innerText()).toContain('Write a shorter one.');
  });
});

describe('a reward from rankings', () => {
  const tiny: OpenOptions = {
    ...{ stage: 'chatgpt', others: ['test/fixtures/tiny-llama'], height: 4000 },
  };
  const inPart = (name: string) => section('rewards').getByRole('button', { name, exact: true });
  const answers = () => section('rewards').locator('.ranking p').allInnerTexts();
  const words = async () => part(await open.stage(), 'rewards')?.words;

  /** Samples four answers and keeps them as they came. */
  async function rank(): Promise<void> {
    await inPart('Sample Four Answers').click();
    await partWhen('rewards', 'ready');
    await inPart('Keep This Ranking').click();
    await expect.poll(() => inPart('Keep This Ranking').count()).toBe(0);
  }

  test('is learned, held against rankings left out, and chooses among further answers', async () => {
    await start(tiny);
    await partWhen('rewards', 'idle');
    expect(await inPart('Train').isDisabled()).toBe(true);
    await rank();
    await rank();
    expect(await words()).toMatch(/^2 rankings, 12 comparisons\.$/);
    await inPart('Train').click();
    await when(stage => /Trained in/.test(part(stage, 'rewards')?.words ?? ''));
    expect(await words()).toMatch(
      /\d\s% of them as you did\. [\d.]+\s% right on rankings left out/,
    );
    await expect.poll(() => section('rewards').locator('.chart svg').count()).toBe(2);
    expect((await open.stage()).values['rewards.reward']).toBeUndefined();
    await inPart('Sample 8 Answers').click();
    const shown = await when(({ values }) => /^[+−]\d/.test(values['rewards.reward'] ?? ''));
    await partWhen('rewards', 'ready');
    expect((await open.stage()).values).toMatchObject({
      'rewards.samples': '8',
      'rewards.kl': '1.20 nats', // log 8 - 7/8
    });
    expect(shown.error).toBeUndefined();
    const rows = () => section('rewards').locator('.answers tbody tr').allInnerTexts();
    await section('rewards').getByText('All 8 with their numbers').click();
    const column = async (index: number) =>
      (await rows()).map(row => Number(row.split('\t')[index]?.replace('−', '-')));
    const rewards = await column(0);
    expect(rewards).toEqual(rewards.toSorted((a, b) => b - a));
    await inPart('Length').click();
    await expect
      .poll(async () => (await column(1)).every((one, at, all) => at === 0 || all[at - 1]! >= one))
      .toBe(true);
    await section('rewards').getByRole('slider').focus();
    await open.page.keyboard.press('Home');
    await when(({ values }) => values['rewards.kl'] === '0.00 nats');
    expect(await rows()).toHaveLength(1);
  });

  test('takes an order that is made by keys: the focus goes along with the answer', async () => {
    await start(tiny);
    await partWhen('rewards', 'idle');
    await inPart('Sample Four Answers').click();
    await partWhen('rewards', 'ready');
    const [first, second, third, fourth] = await answers();
    await inPart('Move the 3rd answer up').focus();
    await open.page.keyboard.press('Enter');
    await expect.poll(answers).toEqual([first, third, second, fourth]);
    await expect
      .poll(() => open.page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Move the 2nd answer up');
    await open.page.keyboard.press('Enter');
    await expect.poll(answers).toEqual([third, first, second, fourth]);
    await open.page.keyboard.press('Enter');
    expect(await answers()).toEqual([third, first, second, fourth]);
    await section('rewards').getByText('Now 1st of 4.').waitFor({ state: 'attached' });
    const list = section('rewards').locator('.ranking li');
    await list.nth(3).dragTo(list.nth(0));
    await expect.poll(answers).toEqual([fourth, third, first, second]);
  });

  test('says where rankings contradict each other, and they outlast a reload', async () => {
    await start(tiny);
    await partWhen('rewards', 'idle');
    await rank();
    await section('rewards').getByText('1 ranking kept').click();
    await section('rewards').getByText('Rank again').click();
    const before = await answers();
    await inPart('Move the 1st answer down').click();
    await expect.poll(answers).not.toEqual(before);
    await inPart('Keep This Ranking').click();
    await when(stage => /1 pair ranked both ways/.test(part(stage, 'rewards')?.words ?? ''));
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ ...tiny, savedState });
    await partWhen('rewards', 'ready');
    expect(await words()).toMatch(/^2 rankings, 12 comparisons\. 1 pair ranked both ways/);
    await inPart('Train').click();
    await when(stage => /Trained in/.test(part(stage, 'rewards')?.words ?? ''));
    await section('rewards').getByText('2 rankings kept').click();
    await section('rewards').getByText('Forget').first().click();
    await when(stage => part(stage, 'rewards')?.words === '1 ranking, 6 comparisons.');
  });

  test('keeps what was written where the person stops, and goes on from there', async () => {
    await start(tiny);
    await partWhen('rewards', 'idle');
    await open.page.evaluate(() => {
      const find = (name: string) =>
        [...document.querySelectorAll<HTMLElement>('#part-rewards vscode-button')].find(
          one => one.textContent.trim() === name,
        );
      new MutationObserver((_, observer) => {
        if (document.querySelectorAll('#part-rewards .ranking li').length === 2) {
          observer.disconnect();
          find('Stop')?.click();
        }
      }).observe(document.querySelector('#part-rewards')!, { childList: true, subtree: true });
      find('Sample Four Answers')?.click();
    });
    await inPart('Sample the Rest').waitFor();
    const stopped = await answers();
    expect(stopped.length).toBeGreaterThan(0);
    expect(stopped.length).toBeLessThan(4);
    await inPart('Sample the Rest').click();
    await partWhen('rewards', 'ready');
    expect(await answers()).toHaveLength(4);
    expect((await answers()).slice(0, stopped.length)).toEqual(stopped);
  });

  test('has nothing to learn from one answer', async () => {
    const draft = { prompt: 'Why?', answers: [{ text: 'Because.', isWhole: true }] };
    const savedState = { stage: 'chatgpt', parts: { rewards: { prompt: 'Why?', draft } } };
    await start({ ...tiny, savedState });
    await partWhen('rewards', 'ready');
    expect(await inPart('Keep This Ranking').isDisabled()).toBe(true);
    await section('rewards').getByText('it takes two different answers').waitFor();
  });

  test('is not trained on the states of another model than its recipe is for', async () => {
    const answer = (text: string) => ({ text, isWhole: true });
    const ranking = { prompt: 'Why?', answers: [answer('a'), answer('b')] };
    const savedState = { stage: 'chatgpt', parts: { rewards: { rankings: [ranking] } } };
    await start({ ...tiny, savedState });
    await partWhen('rewards', 'ready');
    await open.page.evaluate(() => {
      const { page } = window.hostOptions.rewardStudy ?? {};
      Object.assign(page ?? {}, { sha256: '0'.repeat(64) });
    });
    await inPart('Train').click();
    await partWhen('rewards', 'error');
    await section('rewards').getByText('for other weights').waitFor();
  });
});

test('every era takes the same text; the beams of the translators can be set', async () => {
  await start({ stage: 'chatgpt', text: sentence });
  await partWhen('eras', 'ready');
  const rows = () => section('eras').locator('dd').allInnerTexts();
  expect(await section('eras').locator('dt').allInnerTexts()).toEqual([
    expect.stringMatching(/^2015 LSTM.* · translates, and nothing else · \d+ MB · /),
    expect.stringMatching(/^2017 Transformer · translates, and nothing else · \d+ MB · /),
    expect.stringMatching(/^2018 BERT · understands, and does not write · 2\d MB · /),
  ]);
  const [first, second, third] = await rows();
  expect(first).toMatch(/chat/);
  expect(second).toMatch(/chat/);
  expect(third).toBe('9 tokens, each as 384 numbers that know both sides of it.');
  await section('eras').getByRole('slider').focus();
  await open.page.keyboard.press('Home');
  await section('eras').getByText('1, greedy').waitFor();
  await partWhen('eras', 'ready');
});

test('the host can go to a live part, of the stage that is shown too', async () => {
  await start({ stage: 'attention', height: 700, text: sentence });
  await when(({ hasDiagram }) => hasDiagram);
  await open.page.evaluate(() =>
    window.fakeHost.stagePage.open({ stage: 'attention', part: 'alignment' }),
  );
  await partWhen('alignment', 'ready');
  expect(await open.page.evaluate(() => document.activeElement?.id)).toBe('part-alignment-title');
});

test('links go to the host, and only there', async () => {
  await start({ stage: 'attention' });
  await when(({ state }) => state === 'ready');
  await open.page
    .getByRole('link', { name: /Luong et al. 2015/ })
    .first()
    .click();
  expect(await open.calls('openLink')).toEqual([{ url: 'https://arxiv.org/abs/1508.04025' }]);
});

test('an error of the host is told with its cause', async () => {
  await start({ stage: 'bert', host: { failing: { start: 'internal' } } });
  expect((await when(({ state }) => state === 'error')).error?.code).toBe('internal');
});
