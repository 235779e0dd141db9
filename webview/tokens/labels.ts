/** The words of the page of tokens. */
import { html, type TemplateResult } from 'lit';
import { elide } from '../../src/common/text/tokenText';
import { hexadecimal } from '../../src/common/text/byteText';
import { type Chip, chipsAt } from './chips';
import { isFailed, type PointedAt, type Row, shortNameOf, type TokensState } from './tokensState';
import { count } from '../common/numbers';

const maxNameLength = 28;
/** Bytes that are named; a chip of many spaces has more. */
const maxBytes = 16;

/** The token that is spoken of: the one pointed at, or where the document is pointed at that of the first row. */
function spokenOf({ shown, pointed }: TokensState): { row: Row; chip: Chip } | undefined {
  const rows = shown?.rows ?? [];
  const candidates = pointed?.chip ? [rows[pointed.chip.row]] : rows;
  for (const row of candidates) {
    if (row && !isFailed(row) && pointed) {
      const index = pointed.chip?.index ?? chipsAt(row.chips, pointed.range)[0];
      const chip = index === undefined ? undefined : row.chips[index];
      if (chip) {
        return { row, chip };
      }
    }
  }
  return undefined;
}

/** What is known of a token, in a few words each: id, place, bytes, what it stands for. */
function facts({ row, chip }: { row: Row; chip: Chip }): readonly string[] {
  const { token, bytes, characters } = chip;
  const model = shortNameOf(row.tokenizer);
  const id = `id ${token.id}`;
  if (token.isSpecial) {
    return [id, 'stands for no character: the tokenizer adds it', model];
  }
  const told = hexadecimal(bytes.slice(0, maxBytes));
  return [
    id,
    characters === ''
      ? 'a space that the tokenizer puts before the text'
      : `UTF-16 ${token.start} to ${token.end}`,
    `${bytes.length === 1 ? 'byte' : 'bytes'} ${told}${bytes.length > maxBytes ? ` … (${bytes.length})` : ''}`,
    ...(chip.isUnknown ? [`for ${elide(characters, maxNameLength)}, which it cannot spell`] : []),
    model,
  ];
}

/** The same as a sentence: for a screen reader, and for tests. */
export function wordsOf(state: TokensState): string {
  const spoken = spokenOf(state);
  return spoken
    ? `${elide(spoken.chip.label, maxNameLength)}: ${facts(spoken).join(', ')}.`
    : 'Point at a token to read its id, its place in the text and its bytes; click it to see how it came to be.';
}

/** The line that is always there. */
export function words(state: TokensState): TemplateResult {
  const spoken = spokenOf(state);
  return html`<p class="words" title=${wordsOf(state)}>
    ${
      spoken
        ? html`<bdi class="code spoken">${elide(spoken.chip.label, maxNameLength)}</bdi>${facts(
              spoken,
            ).map(fact => html`<span class="quiet fact">${fact}</span>`)}`
        : html`<span class="quiet fact">${wordsOf(state)}</span>`
    }
  </p>`;
}

/** Places of the tokens of a row that are lit. */
export function litOf(
  row: Row,
  rowIndex: number,
  pointed: PointedAt | undefined,
): readonly number[] {
  if (!pointed) {
    return [];
  }
  // Tokens that share a character are told apart only where one of them is pointed at itself.
  return pointed.chip?.row === rowIndex
    ? [pointed.chip.index]
    : pointed.chip && pointed.range.start === pointed.range.end
      ? []
      : chipsAt(row.chips, pointed.range);
}

/** "9 tokens", and how many were added around them. */
export function countOf({ chips }: Row): { readonly tokens: string; readonly added: string } {
  const added = chips.filter(({ isSpecial }) => isSpecial).length;
  return {
    tokens: count(chips.length - added, 'token'),
    added: added === 0 ? '' : `+ ${added} special`,
  };
}
