import { expect, test } from 'vitest';
import { allHeads } from '../../../../../src/common/attention/attention';
import { type ChosenHeads, kindOf } from '../../../../../src/common/attention/chosenHeads';
import {
  stepHead,
  stepLayer,
} from '../../../../../src/extension/features/caretAttention/headSteps';

const counts = { layers: 2, heads: 3 };
const telling = { layer: 0, head: 1 };

/** "telling", "all", "2" for layer 2, "2.3" for its head 3: as on screen. */
function written(chosen: ChosenHeads): string {
  const kind = kindOf(chosen, counts);
  return 'head' in kind
    ? `${kind.layer + 1}.${kind.head + 1}`
    : 'layer' in kind
      ? `${kind.layer + 1}`
      : kind.kind;
}

function read(choice: string): ChosenHeads {
  if (choice === 'telling') {
    return undefined;
  }
  const heads = allHeads([counts.layers, counts.heads]);
  return choice === 'all'
    ? []
    : heads.filter(({ layer, head }) =>
        choice.split('+').some(one => [`${layer + 1}`, `${layer + 1}.${head + 1}`].includes(one)),
      );
}

test.each([
  ['telling', 'next', 'all'],
  ['all', 'next', '1'],
  ['1', 'next', '2'],
  ['2', 'next', 'telling'],
  ['telling', 'previous', '2'],
  ['all', 'previous', 'telling'],
  ['1', 'previous', 'all'],
  ['1.3', 'next', '2.3'],
  ['2.3', 'next', 'telling'],
  ['1.2+2.1', 'next', '2.2'],
])('from %s the %s layer is %s', (from, way, to) => {
  expect(written(stepLayer(read(from), way === 'next' ? 1 : -1, counts))).toBe(to);
});

test.each([
  ['telling', 'next', '1.3'],
  ['telling', 'previous', '1.1'],
  ['all', 'next', '1.1'],
  ['all', 'previous', '2.3'],
  ['1', 'next', '1.1'],
  ['1', 'previous', '1.3'],
  ['1.3', 'next', '1'],
  ['1.1', 'previous', '1'],
  ['2.2', 'next', '2.3'],
  ['1.2+2.1', 'next', '1.3'],
])('from %s the %s head is %s', (from, way, to) => {
  expect(written(stepHead(read(from), way === 'next' ? 1 : -1, counts, telling))).toBe(to);
});

test('where no head tells anything, the next head is the first of all', () => {
  expect(stepHead(undefined, 1, counts, undefined)).toEqual([{ layer: 0, head: 0 }]);
});

test.each([
  ['1', 'layer'],
  ['2.1', 'head'],
  ['1.2+2.1', 'several'],
  ['1.2+1.3', 'several'],
  ['1+2', 'all'],
])('%s is of the kind "%s"', (choice, kind) => {
  expect(kindOf(read(choice), counts).kind).toBe(kind);
});
