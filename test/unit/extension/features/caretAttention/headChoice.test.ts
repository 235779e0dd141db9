import { expect, test } from 'vitest';
import {
  headsOf,
  stepHead,
  stepLayer,
  type HeadChoice,
} from '../../../../../src/extension/features/caretAttention/headChoice';

const counts = { layers: 2, heads: 3 };

/** "all", "2" for layer 2, "2.3" for its head 3: as on screen. */
const written = (choice: HeadChoice) =>
  choice.kind === 'all'
    ? 'all'
    : choice.kind === 'layer'
      ? `${choice.layer + 1}`
      : `${choice.layer + 1}.${choice.head + 1}`;

function read(choice: string): HeadChoice {
  const [layer, head] = choice.split('.').map(Number);
  if (choice === 'all' || layer === undefined) {
    return { kind: 'all' };
  }
  return head === undefined
    ? { kind: 'layer', layer: layer - 1 }
    : { kind: 'head', layer: layer - 1, head: head - 1 };
}

test.each([
  ['all', 'next', '1'],
  ['1', 'next', '2'],
  ['2', 'next', 'all'],
  ['all', 'previous', '2'],
  ['1', 'previous', 'all'],
  ['1.3', 'next', '2.3'],
  ['2.3', 'next', 'all'],
])('from %s the %s layer is %s', (from, way, to) => {
  expect(written(stepLayer(read(from), way === 'next' ? 1 : -1, counts))).toBe(to);
});

test.each([
  ['all', 'next', '1.1'],
  ['all', 'previous', '2.3'],
  ['1', 'next', '1.1'],
  ['1', 'previous', '1.3'],
  ['1.3', 'next', '1'],
  ['1.1', 'previous', '1'],
  ['2.2', 'next', '2.3'],
])('from %s the %s head is %s', (from, way, to) => {
  expect(written(stepHead(read(from), way === 'next' ? 1 : -1, counts))).toBe(to);
});

test.each([
  ['all', 6],
  ['2', 3],
  ['2.1', 1],
])('%s averages %i heads', (choice, expected) => {
  expect(headsOf(read(choice), counts)).toHaveLength(expected);
});
