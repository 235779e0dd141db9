import * as fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JsonTokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { parseModelJson } from '../../../../src/common/protocol/manifest';
import { anyText } from '../anyText';
import { readBuffer, root } from '../modelFolder';

// What a person types is text, whatever is spelled in it. Only BERT's mask may be typed.

const folders = ['models', 'test/fixtures'].flatMap(parent =>
  readdirSync(join(root, parent), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`),
);
const own = new Map(
  folders.map(folder => {
    const bytes = readBuffer(join(root, folder, 'tokenizer.json'));
    // Of our own models; the tokenizer checks it.
    const { added_tokens: added } = parseModelJson(bytes, 'tokenizer.json') as {
      readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
    };
    return [folder, { tokenizer: new JsonTokenizer(bytes), added }] as const;
  }),
);
const spellings = [
  ...new Set([...own.values()].flatMap(({ added }) => added.map(({ content }) => content))),
];
/** Spellings whole, in parts and inside one another, among any text. */
const typed = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...spellings) },
      fc
        .tuple(fc.constantFrom(...spellings), fc.nat(12))
        .map(([spelling, cut]) => spelling.slice(0, cut)),
      fc.constantFrom(' ', '\n', '<', '|', '>', '[', ']', 'user\n', 'x'),
      anyText,
    ),
    { maxLength: 10 },
  )
  .map(parts => parts.join(''));

describe.each(folders)('%s', folder => {
  const { tokenizer, added } = own.get(folder)!; // Of every folder.
  const special = new Set(added.map(({ id }) => id));

  test('no text gives a special token but what may be typed', () => {
    fc.assert(
      fc.property(typed, text => {
        for (const { id, start, end } of tokenizer.encode(text).tokens) {
          const isUnknownWord = id === tokenizer.unknownId && text.slice(start, end) !== '[UNK]';
          const isTypedMask =
            tokenizer.kind === 'word-piece' && text.slice(start, end) === '[MASK]';
          expect(
            !special.has(id) || isUnknownWord || isTypedMask,
            `${id} of ${text.slice(start, end)}`,
          ).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('each spelling alone is text that covers itself', () => {
    for (const { content, id } of added) {
      const { tokens } = tokenizer.encode(content);
      const isMask = tokenizer.kind === 'word-piece' && content === '[MASK]';
      expect(tokens.some(token => token.id === id)).toBe(isMask);
      expect([tokens[0]?.start, tokens.at(-1)?.end]).toEqual([0, content.length]);
      expect(tokens.length > 1).toBe(!isMask);
    }
  });

  test('a prompt has the special tokens of its template, and those alone', () => {
    const name = added[0]!.content; // Every tokenizer has some.
    fc.assert(
      fc.property(typed, text => {
        const prompt = tokenizer.encodePrompt([{ special: name }, { text }, { special: name }]);
        const alone = tokenizer.encode(text);
        expect(prompt.text).toBe(name + text + name);
        expect(prompt.tokens.map(({ id }) => id)).toEqual([
          added[0]?.id,
          ...alone.tokens.map(({ id }) => id),
          added[0]?.id,
        ]);
        expect(prompt.tokens.map(({ start }) => start)).toEqual([
          0,
          ...alone.tokens.map(({ start }) => start + name.length),
          name.length + text.length,
        ]);
        expect(prompt.words).toEqual([undefined, ...alone.words, undefined]);
        expect(prompt.tokens.at(-1)?.word).toBe(prompt.words.length - 1);
      }),
      { numRuns: 100 },
    );
  });
});
