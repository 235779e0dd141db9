import { expect, test } from 'vitest';
import { countSetting } from '../../../../src/extension/settings/setting';

test.each([
  [undefined, 5],
  ['7', 5],
  [NaN, 5],
  [7, 7],
  [2.6, 3],
  [0, 1],
  [100, 8],
])('a count that is written as %s is %d', (written, expected) => {
  expect(countSetting('translation.beams', 5, [1, 8]).parse(written)).toBe(expected);
});
