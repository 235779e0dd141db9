import { markdownText } from '../common/escape';
import { count, thousands } from '../common/numbers';
import { hexadecimal } from '../../src/common/text/byteText';
import { charactersPerToken, type Chip } from './chips';
import { kindName } from './rowView';
import { namesOf } from './tokenizers';
import { isFailed, type FailedRow, type Row, type Shown } from './tokensState';
import { countOf } from './words';

/** Rows of a table; nobody reads more. */
const longestTable = 2000;

/** The page in words: for each tokenizer its tokens with their ids, places and bytes. */
export function markdownOf({ subject, text, rows }: Shown): string {
  return [
    `# Tokens of ${markdownText(subject.label)}`,
    '',
    `- Text: ${count([...text].length, 'character')}`,
    ...(subject.cutLength > 0
      ? [
          `- The selection was too long to take whole: its last ${count(subject.cutLength, 'character')} were left out`,
        ]
      : []),
    ...rows.flatMap(row => section(row, text)),
    '',
  ].join('\n');
}

function section(row: Row | FailedRow, text: string): readonly string[] {
  const title = ['', `## ${markdownText(namesOf(row.tokenizer))}`, ''];
  if (isFailed(row)) {
    return [...title, markdownText(row.error.message)];
  }
  const { tokens, added } = countOf(row);
  const perToken = charactersPerToken(
    text,
    row.chips.map(({ token }) => token),
  );
  const shown = row.chips.slice(0, longestTable);
  return [
    ...title,
    [
      `${kindName(row.kind)}, ${thousands(row.tokenizer.models[0].vocabSize)} entries: ${[tokens, added].filter(Boolean).join(' ')}`,
      ...(perToken === undefined ? [] : [`${perToken.toFixed(1)} characters a token`]),
    ].join(', '),
    '',
    '| Token | Id | UTF-16 | Bytes |',
    '| --- | ---: | --- | --- |',
    ...shown.map(line),
    ...(shown.length < row.chips.length
      ? ['', `The first ${thousands(shown.length)} of ${count(row.chips.length, 'token')}.`]
      : []),
  ];
}

const line = ({ label, token, bytes }: Chip) =>
  `| ${markdownText(label)} | ${token.id} | ${token.isSpecial ? '' : `${token.start} to ${token.end}`} | ${hexadecimal(bytes)} |`;
