import type { TokensDescription } from '../../src/common/protocol/pages/tokens';
import { causeOf } from '../elements/errorNotice';
import { charactersPerToken } from './chips';
import { markdownOf } from './markdown';
import { momentOf, partsOf } from './player';
import { spellParts } from '../../src/common/text/byteText';
import { isFailed, type TokensState } from './tokensState';
import { litOf, wordsOf } from './words';

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
