import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameChoice, type ChosenHeads } from '../../../../src/common/attention/chosenHeads';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { ModelHeads } from '../../../../src/common/protocol/pages/attention';
import { HeadChoices } from '../../../../src/extension/subject/headChoices';
import { shareHeads } from '../../../../webview/attention/sharedHeads';

/** A page and a host with a wire between them that takes its time, and a count of what went over it. */
function joined(own: ChosenHeads, family: Manifest['family'] = 'encoder-only') {
  const choices = new HeadChoices();
  const wire: (() => void)[] = [];
  let sent = 0;
  const send = (message: () => void) => {
    sent++;
    wire.push(message);
  };
  const subject = (modelId: string) => ({
    ...{ modelId, segments: [{ text: 'x' }] as const, label: '', cutLength: 0 },
  });
  let state = {
    saved: { subject: subject('bert'), heads: own },
    models: ['bert', 'gpt2'].map(id => ({ id, family })),
    isStarted: true,
    preview: undefined,
  };
  const store = {
    get state() {
      return state;
    },
    update: (change: Partial<typeof state>) => {
      state = { ...state, ...change };
      shared.tell();
    },
  };
  const host = {
    chosenHeads: ({ modelId }: { readonly modelId: string }) =>
      new Promise<ModelHeads | undefined>(resolve =>
        send(() => {
          const known = choices.known(modelId);
          const answer = known && { modelId, heads: known.chosen };
          wire.push(() => resolve(answer));
        }),
      ),
    chooseHeads: ({ modelId, heads }: ModelHeads) => {
      send(() => choices.choose(modelId, heads, 'panel'));
      return Promise.resolve();
    },
  };
  choices.onDidChange((modelId, heads, by) => {
    if (by !== 'panel') {
      send(() => shared.take({ modelId, heads }));
    }
  });
  // Of the page's parts only what is used is here.
  const parts = { store, host, ask: (request: Promise<unknown>) => void request };
  const shared = shareHeads(parts as unknown as Parameters<typeof shareHeads>[0]);
  shared.tell();
  return {
    choices,
    sent: () => sent,
    heads: () => state.saved.heads,
    click: (heads: ChosenHeads) => store.update({ saved: { ...state.saved, heads } }),
    chooseModel: (modelId: string) =>
      store.update({ saved: { subject: subject(modelId), heads: undefined } }),
    settle: async () => {
      for (let idle = 0; idle < 3;) {
        idle = wire.length > 0 ? 0 : idle + 1;
        wire.shift()?.();
        await Promise.resolve();
      }
    },
  };
}

const head = (layer: number, index: number) => [{ layer, head: index }];

test('a page that comes back gives its choice to a host that has none', async () => {
  const { choices, settle } = joined(head(4, 9));
  await settle();
  expect(choices.of('bert')).toEqual(head(4, 9));
});

test('a page that begins takes what was chosen in the document', async () => {
  const page = joined(undefined);
  page.choices.choose('bert', head(0, 2), 'caret');
  await page.settle();
  expect(page.heads()).toEqual(head(0, 2));
});

test('a click while the page is asking is what the user wants', async () => {
  const page = joined(undefined);
  page.choices.choose('bert', head(0, 2), 'panel');
  page.click(head(3, 3));
  await page.settle();
  expect(page.heads()).toEqual(head(3, 3));
  expect(page.choices.of('bert')).toEqual(head(3, 3));
});

test('each model has a choice of its own, which is there when it is shown again', async () => {
  const page = joined(undefined);
  await page.settle();
  page.click(head(4, 9));
  await page.settle();
  page.chooseModel('gpt2');
  await page.settle();
  expect(page.heads()).toBeUndefined();
  page.chooseModel('bert');
  await page.settle();
  expect(page.heads()).toEqual(head(4, 9));
  expect(page.choices.of('gpt2')).toBeUndefined();
});

test('of a model with three kinds of attention nothing is shared', async () => {
  const page = joined(head(1, 1), 'encoder-decoder');
  page.click(head(2, 2));
  await page.settle();
  expect(page.sent()).toBe(0);
});

test('whoever chooses, both sides agree in the end, and no choice is answered by another', async () => {
  const choice = fc.option(
    fc.array(fc.record({ layer: fc.nat(2), head: fc.nat(2) }), { maxLength: 2 }),
    { nil: undefined },
  );
  const step = fc.record({ isClick: fc.boolean(), chosen: choice });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async steps => {
      const page = joined(undefined);
      await page.settle();
      const before = page.sent();
      for (const { isClick, chosen } of steps) {
        if (isClick) {
          page.click(chosen);
        } else {
          page.choices.choose('bert', chosen, 'caret');
        }
        // A user has one hand: one side has heard of the other's choice before it makes its own.
        await page.settle();
        expect(isSameChoice(page.heads(), page.choices.of('bert'))).toBe(true);
      }
      expect(page.sent() - before).toBeLessThanOrEqual(steps.length);
    }),
  );
});
