import * as fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JsonTokenizer } from '../../../../../src/engine/tokenizer/tokenizer';
import { bundledModels } from '../../../../../src/extension/modelCatalog/bundledModels';
import { splitText } from '../../../../../src/extension/features/tokens/spans';
import { anyText } from '../../../engine/anyText';
import { readBuffer, root } from '../../../engine/modelFolder';

describe.each(bundledModels)('the tokens of %s', id => {
  const tokenizer = new JsonTokenizer(readBuffer(join(root, 'models', id, 'tokenizer.json')));
  const count = (text: string) => tokenizer.encode(text).tokens.length;

  test('of the parts of a text are those of the whole', () => {
    const words = fc.array(
      fc.oneof(anyText, fc.constantFrom('it’s', 'a\n\nb', '1,234', 'cat', '…')),
      {
        minLength: 5,
        maxLength: 30,
      },
    );
    let exact = 0;
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 40 }), (all, longest) => {
        const text = all.join(' ');
        const { parts, isExact } = splitText(text, longest);
        expect(parts.join('')).toBe(text);
        expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(longest);
        if (isExact) {
          expect(parts.reduce((sum, part) => sum + count(part), 0)).toBe(count(text));
          exact++;
        }
      }),
      { numRuns: 200, examples: [[['the', 'cat', 'sat', 'on', 'the', 'mat'], 8]] },
    );
    expect(exact).toBeGreaterThan(0);
  });
});

test('a text without a space is parted nevertheless, but not within a character', () => {
  const { parts, isExact } = splitText('🦜'.repeat(20), 7);
  expect(isExact).toBe(false);
  expect(parts.slice(0, -1).every(part => part === '🦜🦜🦜')).toBe(true);
  expect(parts.join('')).toBe('🦜'.repeat(20));
});

test('a short text is one part', () => {
  expect(splitText('The cat sat.')).toEqual({ parts: ['The cat sat.'], isExact: true });
});
