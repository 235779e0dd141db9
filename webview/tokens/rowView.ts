/** The row of one tokenizer. */
import { html, nothing, type TemplateResult } from 'lit';
import { causeOf } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import { memo } from '../common/store';
import { tokenRow, type TokenRow } from '../elements/tokenRow';
import type { Theme } from '../common/theme';
import type { Actions } from './actions';
import { charactersPerToken, type Chip, drawParts } from './chips';
import { player } from './player';
import {
  type FailedRow,
  isFailed,
  namesOf,
  type Row,
  shortNameOf,
  type TokenizerOfModels,
  type TokensState,
} from './tokensState';
import { countOf, litOf } from './labels';
import { count, thousands } from '../common/numbers';

const kinds: Readonly<Record<Row['kind'], { readonly name: string; readonly meaning: string }>> = {
  'byte-level': {
    name: 'byte-level BPE',
    meaning:
      'Byte-pair encoding: a word begins as its bytes, and the pair that was learned first is merged first, again and again (Sennrich et al. 2016; over bytes, Radford et al. 2019).',
  },
  'word-piece': {
    name: 'WordPiece',
    meaning:
      'Cuts from a word the longest piece that the vocabulary has, then the longest of what is left, and so on; ## marks a piece that goes on (Wu et al. 2016).',
  },
};

export const kindName = (kind: Row['kind']): string => kinds[kind].name;

export interface RowView {
  template(row: Row | FailedRow, state: TokensState, theme: Theme): TemplateResult;
  light(row: Row | FailedRow, state: TokensState): void;
}

/** One tokenizer: whose it is, how many tokens it needs, the text in its tokens, a word of it step by step. */
export function createRowView(rowIndex: number, actions: Actions): RowView {
  let current: TokenRow | undefined;
  const rowOfChips = memo(
    (chips: readonly Chip[], maxChips: number, ids: boolean, theme: Theme) => {
      const shown = chips.length <= maxChips ? chips : chips.slice(0, maxChips);
      return tokenRow(
        shown,
        {
          theme,
          scale: 'linear',
          names: [],
          label: 'Tokens',
          fill: (button, index) => {
            const chip = shown[index];
            if (chip) {
              fillChip(button, chip, ids);
            }
          },
        },
        {
          onPoint: index => {
            const chip = index === undefined ? undefined : shown[index];
            actions.point(
              chip && index !== undefined
                ? { range: chip.range, chip: { row: rowIndex, index } }
                : undefined,
            );
          },
          onChoose: index => actions.play(rowIndex, index),
          onReveal: index => actions.reveal(rowIndex, index),
        },
      );
    },
  );

  return {
    template(row, state, theme) {
      if (isFailed(row)) {
        current = undefined;
        return failed(row);
      }
      const { saved, maxChips, played, shown } = state;
      const tokens = rowOfChips(row.chips, maxChips, saved.ids, theme);
      current = tokens;
      const perToken = charactersPerToken(
        shown?.text ?? '',
        row.chips.map(({ token }) => token),
      );
      const { tokens: amount, added } = countOf(row);
      return html`<section class="tokenizer" aria-label=${namesOf(row.tokenizer)}>
        <div class="tokenizer-head">
          ${title(row.tokenizer)}
          <span class="quiet kind" title=${kinds[row.kind].meaning}>${kinds[row.kind].name}</span>
          <span class="counts">
            <strong class="nowrap">${amount}</strong>
            ${added ? html`<span class="quiet nowrap">${added}</span>` : nothing}
            ${
              perToken === undefined
                ? nothing
                : html`<span
                    class="quiet nowrap"
                    title="Unicode characters of the text for each token, special ones not counted"
                    >${perToken.toFixed(1)} characters a token</span
                  >`
            }
          </span>
        </div>
        ${tokens.element}
        ${
          row.chips.length > maxChips
            ? html`<p class="more quiet">
                The first ${thousands(maxChips)} of ${count(row.chips.length, 'token')} are shown.
                <button class="text-button" @click=${actions.showMore}>Show More</button>
              </p>`
            : nothing
        }
        ${
          played?.row === rowIndex
            ? player(played, row, { step: saved.step, isPlaying: state.isPlaying }, actions)
            : nothing
        }
      </section>`;
    },
    light(row, { pointed, played }) {
      if (!current || isFailed(row)) {
        return;
      }
      current.light({
        weights: undefined,
        pointed: litOf(row, rowIndex, pointed),
        locked:
          played?.row === rowIndex
            ? row.chips.flatMap(({ token }, index) => (token.word === played.word ? [index] : []))
            : [],
      });
    },
  };
}

function title(tokenizer: TokenizerOfModels): TemplateResult {
  const [first] = tokenizer.models;
  const entries = `${thousands(first.vocabSize)} entries`;
  return html`<h2 title=${`${namesOf(tokenizer)}, ${entries}`}>
    ${tokenizer.models.map(
      ({ name, year }, index) =>
        html`${index > 0 ? html`<span class="quiet">, </span>` : nothing}<bdi>${name}</bdi>&nbsp;<span
            class="quiet year"
            >${year}</span
          >`,
    )}
  </h2>`;
}

/** Beside rows that did not fail. */
const failed = ({ tokenizer, error }: FailedRow) =>
  html`<section class="tokenizer" aria-label=${namesOf(tokenizer)}>
    <div class="tokenizer-head">${title(tokenizer)}</div>
    <p class="cause" role="alert" title=${error.message}>
      ${icon('error')}${shortNameOf(tokenizer)}: ${causeOf(error.code)}
    </p>
  </section>`;

function fillChip(button: HTMLButtonElement, { parts, token }: Chip, hasId: boolean): void {
  button.replaceChildren(...drawParts(parts));
  if (hasId) {
    // Drawn by the stylesheet: it is no part of what the token reads as.
    button.dataset['id'] = String(token.id);
    button.ariaLabel = `${button.ariaLabel ?? ''}, id ${token.id}`;
  }
}
