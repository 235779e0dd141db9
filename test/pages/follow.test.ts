import { describe, expect, test } from 'vitest';
import { labOfFile } from './labOfFile';
import { subjectOf, type OpenOptions, type OpenPage } from './pageLab';

const text = 'The cat sat on the mat because it was tired.';
const atCaret = (words: string) => ({ ...subjectOf({ text: words }), isAtCaret: true });

const lab = labOfFile();

async function start(options: OpenOptions): Promise<OpenPage> {
  const open = await lab.open(options);
  await open.settled();
  return open;
}

const savedState = ({ page }: OpenPage) =>
  page.evaluate(() => window.fakeHost.savedState as { isPinned?: boolean } | undefined);

describe('the pin', () => {
  test('is there for a selection, and lets go and keeps by a press', async () => {
    const opened = await start({ text });
    const { page, calls } = opened;
    const pin = page.getByRole('button', { name: 'Pin this text' });
    expect(await pin.getAttribute('aria-pressed')).toBe('true');
    expect(await pin.getAttribute('title')).toMatch(/^Pinned to this text/u);
    expect(await calls('followCaret')).toEqual([{}]);

    await pin.click();
    await expect.poll(() => calls('followCaret')).toEqual([{}, { modelId: 'bert' }]);
    expect(await pin.getAttribute('aria-pressed')).toBe('false');
    expect(await pin.getAttribute('title')).toMatch(/^Follows the sentence at the caret/u);
    await expect.poll(async () => (await savedState(opened))?.isPinned).toBe(false);

    await page.evaluate(() => window.fakeHost.page.pin({ isPinned: true }));
    await expect.poll(() => pin.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => calls('followCaret')).toHaveLength(3);
  });

  test('is not there for the sentence at the caret, and comes with a selection', async () => {
    const { page, describe: tell, calls } = await start({ subject: atCaret(text) });
    expect((await tell()).isPinned).toBe(false);
    expect(await calls('followCaret')).toEqual([{ modelId: 'bert' }]);
    await page.evaluate(
      subject => window.fakeHost.page.show({ subject }),
      subjectOf({ text: 'Selected.' }),
    );
    await expect.poll(async () => (await tell()).isPinned).toBe(true);
  });

  test('comes back as it was with the same text', async () => {
    const subject = atCaret(text);
    const { describe: tell } = await start({ subject, savedState: { subject, isPinned: true } });
    expect((await tell()).isPinned).toBe(true);
  });
});

describe('while the page follows', () => {
  test('the last picture stays where there is no text at the caret, and a word says so', async () => {
    const { page, describe: tell } = await start({ subject: atCaret(text) });
    await page.evaluate(() => window.fakeHost.page.caretMoved({ hasText: false }));
    const word = page.getByText('No text at the caret');
    await word.waitFor();
    expect((await tell()).tokens).toContain('cat');
    await page.evaluate(() => window.fakeHost.page.caretMoved({ hasText: true }));
    await expect.poll(() => word.count()).toBe(0);
  });

  test('nothing runs in a hidden window, and the newest sentence does when it is seen again', async () => {
    const { page, calls, describe: tell, timePasses } = await start({ subject: atCaret(text) });
    const hide = (isHidden: boolean) =>
      page.evaluate(hidden => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    await hide(true);
    for (const words of ['One.', 'Two two.']) {
      await page.evaluate(subject => window.fakeHost.page.show({ subject }), atCaret(words));
    }
    await timePasses(500);
    expect(await calls('analysed')).toHaveLength(1);
    await hide(false);
    await expect
      .poll(async () => (await tell()).tokens)
      .toEqual(['[CLS]', 'two', 'two', '.', '[SEP]']);
    expect(await calls('analysed')).toHaveLength(2);
  });
});

describe('the choice of heads', () => {
  test('goes to the host and comes from it', async () => {
    const { page, calls, describe: tell } = await start({ text });
    await page.locator('.thumbnail').nth(9).click();
    const chosen = { modelId: 'bert', heads: [{ layer: 0, head: 9 }] };
    await expect.poll(() => calls('chooseHeads')).toEqual([chosen]);
    await page.evaluate(() =>
      window.fakeHost.page.headsChosen({ modelId: 'bert', heads: [{ layer: 2, head: 2 }] }),
    );
    await expect.poll(async () => (await tell()).heads).toEqual([{ layer: 2, head: 2 }]);
    // Of another model it says nothing here; and what came from the host does not go back.
    await page.evaluate(() =>
      window.fakeHost.page.headsChosen({ modelId: 'gpt2', heads: [{ layer: 1, head: 1 }] }),
    );
    expect((await tell()).heads).toEqual([{ layer: 2, head: 2 }]);
    expect(await calls('chooseHeads')).toHaveLength(1);
  });

  test('that was made before is there from the start', async () => {
    const heads = [{ layer: 4, head: 9 }];
    const { describe: tell } = await start({
      text,
      host: { chosenHeads: { modelId: 'bert', heads } },
    });
    await expect.poll(async () => (await tell()).heads).toEqual(heads);
  });

  test('of a head that the model does not have is the most telling one', async () => {
    const { describe: tell } = await start({
      text,
      savedState: { heads: [{ layer: 40, head: 90 }] },
    });
    expect((await tell()).heads).toEqual([{ layer: 1, head: 3 }]);
  });
});
