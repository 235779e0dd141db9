import { expect, test } from 'vitest';
import { noOfferSentences } from '../../../../../src/extension/features/completion/cursorContext';

test('every reason for nothing has a sentence of its own', () => {
  const sentences = Object.values(noOfferSentences(sentence => sentence));
  expect(new Set(sentences).size).toBe(sentences.length);
  for (const sentence of sentences) {
    expect(sentence).toMatch(/^Nothing was offered: [^.]+\.$/u);
  }
});
