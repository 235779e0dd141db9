/** The page in data and in words, for the text alternative and for tests. */
import type { TokensDescription } from '../../src/common/protocol/pages/tokens';
import { hexadecimal, spellParts } from '../../src/common/text/byteText';
import { markdownText } from '../common/escape';
import { causeOf } from '../elements/errorNotice';
import { charactersPerToken, type Chip } from './chips';
import { momentOf, partsOf } from './player';
import { kindName } from './rowView';
import {
  type FailedRow,
  isFailed,
  namesOf,
  type Row,
  type Shown,
  type TokensState,
} from './tokensState';
import { countOf, litOf, wordsOf } from './labels';
import { count, thousands } from '../common/numbers';

/** The page in data and in words; true in every state. */
export function describe(state: TokensState): TokensDescription {
  const { shown, error, work, pointed } = state;
  const rows = error ? [] : (shown?.rows ?? []).flatMap(row => (isFailed(row) ? [] : [row]));
  return {
    state: error ? 'error' : work ? (shown ? 'running' : 'loading') : shown ? 'ready' : 'empty',
    error: error && { code: error.code, message: error.message },
    paintMs: state.paintMs,
    rows: rows.map(({ tokenizer, kind, chips }) => {
      const tokens = chips.map(({ token }) => token);
      return {
        modelIds: tokenizer.models.map(({ id }) => id),
        kind,
        tokens,
        chips: chips.map(({ label }) => label),
        charactersPerToken: charactersPerToken(shown?.text ?? '', tokens),
      };
    }),
    lit: (shown?.rows ?? []).map((row, index) =>
      isFailed(row) || error ? [] : litOf(row, index, pointed),
    ),
    words: wordsOf(state),
    player: playerOf(state),
    markdown:
      shown && !error
        ? markdownOf(shown)
        : error
          ? `# Tokens\n\n${causeOf(error.code)}\n`
          : work
            ? `# Tokens\n\n${work.words} …\n`
            : '# Tokens\n\nNothing is shown. Select some text in an editor and run "Show Tokens".\n',
  };
}

function playerOf({ played, shown, saved, error }: TokensState): TokensDescription['player'] {
  const row = played && shown?.rows[played.row];
  if (!played?.steps || !row || isFailed(row) || error) {
    return undefined;
  }
  const step = Math.min(saved.step, played.steps.steps.length);
  const { parts } = momentOf(played.steps, step);
  return { row: played.row, step, parts: parts.map(part => spellParts(partsOf(part, row.kind))) };
}

/** Nobody reads more. */
const maxTableRows = 2000;

/** The page in words: for each tokenizer its tokens with their ids, places and bytes. */
function markdownOf({ subject, text, rows }: Shown): string {
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
  const shown = row.chips.slice(0, maxTableRows);
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
