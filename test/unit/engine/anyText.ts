import * as fc from 'fast-check';

/** Text as it is found in files and worse: all scripts, marks, surrogates with and without partner, added tokens. */
export const anyText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'binary' }) },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme' }) },
      { weight: 2, arbitrary: fc.lorem({ maxCount: 3 }) },
      fc.integer({ min: 0xd800, max: 0xdfff }).map(unit => String.fromCharCode(unit)),
      fc.constantFrom(
        '[MASK]',
        '[SEP]',
        '</s>',
        '\u1161',
        ' ',
        '\r\n',
        '\0',
        '\u0301',
        '\u200d',
        '\ufe0f',
        '\ud55c',
        '\u{20000}',
      ),
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''));
