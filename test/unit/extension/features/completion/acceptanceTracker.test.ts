import { expect, test, vi } from 'vitest';
import {
  acceptedLength,
  AcceptanceTracker,
  remainderOf,
  type ShownCompletion,
} from '../../../../../src/extension/features/completion/acceptanceTracker';

const listeners = vi.hoisted((): { change: (event: unknown) => void } => ({
  change: () => undefined,
}));
vi.mock('vscode', () => ({
  commands: { registerCommand: () => ({ dispose: () => undefined }) },
  workspace: {
    onDidChangeTextDocument: (listener: (event: unknown) => void) => {
      listeners.change = listener;
      return { dispose: () => undefined };
    },
  },
}));

const offer = { uri: 'a', offset: 7, text: ' sat on the mat.' };

test.each([
  [[{ rangeOffset: 7, rangeLength: 0, text: ' sat on the mat.' }], 16],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' sat' }], 4],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' ' }], 0],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' ran' }], 0],
  [[{ rangeOffset: 9, rangeLength: 0, text: ' sat' }], 0],
  [[{ rangeOffset: 4, rangeLength: 3, text: 'cat sat' }], 4],
  [[{ rangeOffset: 4, rangeLength: 0, text: 'cat sat' }], 0],
  [
    [
      { rangeOffset: 7, rangeLength: 0, text: ' sat' },
      { rangeOffset: 1, rangeLength: 0, text: 'x' },
    ],
    0,
  ],
  [[], 0],
])('the change %j accepts %i units of the completion', (changes, taken) => {
  expect(acceptedLength(changes, offer)).toBe(taken);
});

test('the remainder of a completion begins further on', () => {
  expect(remainderOf(offer, 4)).toEqual({ uri: 'a', offset: 11, text: ' on the mat.' });
  expect(remainderOf(offer, 16)).toBeUndefined();
});

test('one text of the cache in two documents is two completions, and the one that was taken is told', () => {
  let shown = 0;
  const statistics = {
    update: (change: (now: { shown: number }) => { shown: number }) => {
      ({ shown } = change({ shown }));
    },
  };
  const tracker = new AcceptanceTracker(statistics as never);
  const request = {};
  const documentOf = (name: string) => ({ uri: { toString: () => name } });
  const plain = documentOf('plain');
  const story = documentOf('story');
  const completion = (document: object, offset: number, text: string, typedSince = 0) =>
    ({ suggestion: { text, request, typedSince }, document, offset }) as unknown as ShownCompletion;

  tracker.show([completion(plain, 7, ' sat on the mat.')]);
  const inStory = completion(story, 7, ' sat on the mat.');
  tracker.show([inStory]);
  expect(tracker.last).toBe(inStory);
  tracker.show([completion(story, 8, 'sat on the mat.', 1)]); // Typed along.
  expect(tracker.last).toBe(inStory);
  expect(shown).toBe(2);
  listeners.change({
    document: story,
    contentChanges: [{ rangeOffset: 8, rangeLength: 0, text: 'sat on the mat.' }],
  });
  expect(tracker.accepted).toBe(inStory);
  // The same text further down.
  const below = completion(story, 40, ' sat on the mat.');
  tracker.show([below]);
  expect(tracker.last).toBe(below);
});
