/** Any token of the text can be looked at: what was expected there, and how far it was. */
import { describe, expect, test } from 'vitest';
import { labOfFile } from './labOfFile';
import type { OpenOptions, OpenPage } from './pageLab';

const lab = labOfFile();
let open: OpenPage;

const tiny: OpenOptions = {
  name: 'next',
  model: 'test/fixtures/tiny-llama',
  text: 'The cat sat on the mat',
};

async function start(options: OpenOptions = {}): Promise<void> {
  open = await lab.open({ ...tiny, ...options });
  await open.settled();
}

const eventually = <T>(look: () => Promise<T>) => expect.poll(look);
const button = (name: string) => open.page.getByRole('button', { name, exact: true });
const token = (place: number) => open.page.locator(`[data-token="${place}"]`);
const place = async () => {
  const { state, own } = await open.next();
  return state === 'ready' ? own?.place : state;
};

describe('a token of the text', () => {
  test('says how far it was expected, as the engine scores it', async () => {
    await start();
    await open.page.getByRole('radio', { name: 'Bits' }).click();
    await open.page.locator('.levels').waitFor();
    const { textTokens } = await open.next();
    expect(await token(0).getAttribute('aria-disabled')).toBe('true');
    for (let at = 1; at < textTokens.length; at++) {
      await token(at).click();
      await eventually(place).toBe(at);
      const { own, candidates, words } = await open.next();
      const scored = (await token(at).getAttribute('aria-label')) ?? '';
      const [, rank, bits] = /: (\d+)\w\w, ([\d.]+) bits$/u.exec(scored) ?? [];
      expect(own?.rank).toBe(Number(rank));
      expect(own?.bits).toBeCloseTo(Number(bits), 1);
      const bar = candidates.find(({ id }) => id === textTokens[at]);
      expect(bar?.rank).toBe(own?.rank);
      expect(2 ** -own!.bits).toBeCloseTo(own!.probability, 6);
      expect(words).toContain('Written here: ');
    }
  });

  test('is walked to with the arrow keys, and left by Escape and End', async () => {
    await start();
    const { textTokens, candidates } = await open.next();
    const last = textTokens.length - 1;
    await token(last).focus();
    await open.page.keyboard.press('ArrowLeft');
    await eventually(place).toBe(last - 1);
    await open.page.keyboard.press('ArrowLeft');
    await eventually(place).toBe(last - 2);
    await open.page.keyboard.press('ArrowRight');
    await eventually(place).toBe(last - 1);
    await open.page.keyboard.press('Escape');
    await eventually(place).toBeUndefined();
    expect((await open.next()).candidates.map(({ id }) => id)).toEqual(
      candidates.map(({ id }) => id),
    );
    await token(last).focus();
    await open.page.keyboard.press('Enter');
    await eventually(place).toBe(last);
    await open.page.keyboard.press('End');
    await eventually(place).toBeUndefined();
    // From the bars, back goes on into the text.
    await open.page.locator('button.bar').first().focus();
    await open.page.keyboard.press('ArrowLeft');
    await eventually(place).toBe(last);
    await open.page.keyboard.press('ArrowRight');
    await eventually(place).toBeUndefined();
  });

  test('is exported with what stands before it, and said to be replaced where one goes on from it', async () => {
    await start();
    await token(3).click();
    await eventually(place).toBe(3);
    await button('Export, device and help').click();
    await open.page.getByRole('menuitem', { name: 'JSON Numbers' }).click();
    await expect.poll(async () => (await open.calls('save')).length).toBe(1);
    const [file] = (await open.calls('save')) as { content: string }[];
    const { text, writtenHere } = JSON.parse(file?.content ?? '') as {
      text: string;
      writtenHere: { id: number };
    };
    const { textTokens, markdown } = await open.next();
    expect(tiny.text).toMatch(new RegExp(`^${text}.`, 'u'));
    expect(text.length).toBeLessThan(String(tiny.text).length);
    expect(writtenHere.id).toBe(textTokens[3]);
    expect(markdown).toContain(`\n${text}\n`);
    expect(await button('Replace the Rest').count()).toBe(0);
    await open.page.locator('button.bar').first().click();
    await eventually(place).toBeUndefined();
    await button('Replace the Rest').waitFor();
  });

  test('stays in sight of a long text in a narrow panel', async () => {
    await start({ text: 'The cat sat on the mat. '.repeat(12).trim(), width: 320 });
    const { textTokens } = await open.next();
    const far = textTokens.length - 90;
    await token(far).click();
    await eventually(place).toBe(far);
    await open.timePasses(50);
    const [box, chosen] = await Promise.all([
      open.page.locator('.so-far').boundingBox(),
      token(far).boundingBox(),
    ]);
    expect(chosen!.y).toBeGreaterThanOrEqual(box!.y);
    expect(chosen!.y + chosen!.height).toBeLessThanOrEqual(box!.y + box!.height);
    await open.page.keyboard.press('Escape');
    await eventually(place).toBeUndefined();
    await open.timePasses(50);
    const [again, caret] = await Promise.all([
      open.page.locator('.so-far').boundingBox(),
      open.page.locator('.caret').boundingBox(),
    ]);
    expect(caret!.y + caret!.height).toBeLessThanOrEqual(again!.y + again!.height + 1);
  });

  test('that was looked at before has its bars within 100 ms', async () => {
    await start();
    for (const at of [3, 4]) {
      await token(at).click();
      await eventually(place).toBe(at);
    }
    const times = await open.page.evaluate(async () => {
      const now = () => document.querySelector('.spoken-words')?.textContent;
      const took: number[] = [];
      for (const at of [3, 4, 3, 4]) {
        const before = now();
        const from = performance.now();
        document.querySelector<HTMLElement>(`[data-token="${at}"]`)!.click();
        while (now() === before) {
          await new Promise(requestAnimationFrame);
        }
        took.push(performance.now() - from);
      }
      return took;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });

  test('can be gone on from in another way: the panel follows, and the caret is a click away', async () => {
    await start();
    await open.page.locator('button.bar').first().click();
    await eventually(async () => (await open.next()).appended.length).toBe(1);
    await token(3).click();
    await eventually(place).toBe(3);
    // What was appended at the caret stays while one looks around.
    expect((await open.next()).appended).toHaveLength(1);
    const { candidates } = await open.next();
    await open.page.locator('button.bar').nth(2).click();
    await eventually(async () => (await open.next()).state).toBe('ready');
    const after = await open.next();
    expect(after.own).toBeUndefined();
    expect(after.appended).toEqual([candidates[2]?.label]);
    expect(tiny.text).toContain(after.text);
    expect(after.text).not.toBe(tiny.text);
    await open.page.locator('.cut').getByRole('button', { name: 'Back to the Caret' }).click();
    await eventually(async () => (await open.next()).text).toBe(tiny.text);
  });

  test.each([
    ['parts of a character', 'A 🦄 ran'],
    ['line ends', 'a\r\nb\n\n\tc'],
    ['one token', 'a'],
    ['HTML', '<img src=x onerror=alert(1)>'],
  ])('of %s can be looked at, each', async (_, text) => {
    await start({ text });
    const { textTokens } = await open.next();
    for (let at = 1; at < textTokens.length; at++) {
      await token(at).click();
      await eventually(place).toBe(at);
      const { own, error } = await open.next();
      expect(error).toBeUndefined();
      expect(own?.rank).toBeGreaterThanOrEqual(1);
    }
    expect(await open.page.locator('img').count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });
});

describe('the colours of the text', () => {
  test('are of ranks too, with the legend in sight, and come back after a reload', async () => {
    await start({ width: 320 });
    expect(await open.page.locator('[data-level]').count()).toBe(0);
    await open.page.getByRole('radio', { name: 'Rank' }).click();
    await open.page.locator('.levels').waitFor();
    expect(await open.page.locator('.level').allInnerTexts()).toEqual([
      'first 10',
      'to 100',
      'to 1,000',
      'beyond',
    ]);
    const rows = await open.page
      .locator('.text-token[data-level]')
      .evaluateAll(all =>
        all.map(one => [one.getAttribute('aria-label'), one.getAttribute('data-level')]),
      );
    expect(rows.length).toBeGreaterThan(3);
    for (const [label, level] of rows) {
      const rank = Number(/: (\d+)/u.exec(label ?? '')?.[1]);
      expect(level).toBe(rank <= 10 ? '0' : rank <= 100 ? '1' : '2');
    }
    const savedState = await open.page.evaluate(() => window.fakeHost.savedState);
    await open.close();
    await start({ savedState, text: undefined });
    await open.page.locator('.levels').waitFor();
    expect(await open.page.getByRole('radio', { name: 'Rank' }).getAttribute('aria-checked')).toBe(
      'true',
    );
    expect(await button('Back to the Caret').count()).toBe(0);
  });
});
