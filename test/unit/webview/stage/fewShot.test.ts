import { expect, test } from 'vitest';
import { isAccepted } from '../../../../webview/stage/parts/fewShot/part';

test.each([
  ['young', ['young', 'new'], true],
  ['New, I think', ['young', 'new'], true],
  [' “Short”.', ['short', 'small'], true],
  ['newer', ['young', 'new'], false],
  ['not young', ['young', 'new'], false],
  ['', ['young'], false],
  ['7', ['young'], false],
])('the answer %j to a question with the answers %j is right: %j', (answer, accepted, isRight) => {
  expect(isAccepted(answer, accepted)).toBe(isRight);
});
