/** The look of "Masked or next": the words to choose from, and two guesses side by side. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import { visibleText } from '../../../../src/common/text/tokenText';
import { shortName } from '../../../common/models';
import { focusableIn, moveFocus } from '../../../elements/focusKeys';
import { megabytes, offer } from '../../part/translators';
import {
  type Guess,
  guessOfBoth,
  guessOfLeft,
  hiddenWord,
  type MaskedOrNextState,
  type MaskedRun,
} from './state';
import { percent } from '../../../../src/common/text/percent';
import { duration, thousands } from '../../../common/numbers';

/** The characters of context on either side of the word. */
const maxContext = 120;

export interface MaskedOrNextActions {
  /** Hides another word. */
  choose(word: number): void;
  /** Lets the model that reads the left alone run; undefined where it runs unasked. */
  readonly runLeft: (() => void) | undefined;
}

export function view(
  masked: MaskedRun,
  { work, chosen, scored }: MaskedOrNextState,
  both: Manifest,
  left: Manifest | undefined,
  actions: MaskedOrNextActions,
): TemplateResult {
  const { sentence, word, analysis } = masked;
  const { text, words } = sentence;
  const [ofBoth, ofLeft] = [guessOfBoth(masked), guessOfLeft(masked, scored)];
  const max = Math.max(
    ...[ofBoth, ofLeft].flatMap(guess => guess?.candidates[0]?.probability ?? []),
    Number.MIN_VALUE,
  );
  const mask = word.tokens.map(() => '[MASK]').join(' ');
  return html`${wordChoices(
      words.map(({ characters }) => characters),
      hiddenWord(words, chosen),
      actions,
    )}
    <div class="guesses">
      ${guessView(
        `${shortName(both)} reads both sides`,
        html`${endOf(text.slice(0, word.range.start))}<mark>${mask}</mark>${startOf(text.slice(word.range.end))}`,
        ofBoth,
        max,
        `${both.name} · ${duration(analysis.runMs)}`,
      )}
      ${
        left && ofLeft
          ? guessView(
              `${shortName(left)} reads what is before it`,
              html`${endOf(text.slice(0, ofLeft.start))}<mark>…</mark>`,
              ofLeft,
              max,
              `${left.name} · ${duration(scored?.score.runMs ?? 0)} for the whole sentence`,
            )
          : left && actions.runLeft
            ? offer(
                `${left.name} reads only what is before a word: it predicts the next one. It has ${megabytes(left)}.`,
                'Let It Guess Too',
                work !== undefined,
                actions.runLeft,
              )
            : nothing
      }
    </div>`;
}

const wordChoices = (words: readonly string[], hidden: number, actions: MaskedOrNextActions) =>
  html`<div
    class="translation-line"
    role="toolbar"
    aria-label="The word that is hidden"
    dir="auto"
    @keydown=${(event: KeyboardEvent) =>
      moveFocus(event, focusableIn(event, '.step-word'), 'across')}
  >
    ${words.map(
      (word, index) =>
        html`<button
          class="step-word code"
          tabindex=${index === hidden ? 0 : -1}
          aria-pressed=${index === hidden}
          @click=${() => actions.choose(index)}
        >
          ${word}
        </button>`,
    )}
  </div>`;

/** What a model read, and what it would put in the place. */
function guessView(
  title: string,
  reads: TemplateResult,
  { candidates, token, standing }: Guess,
  maxProbability: number,
  madeBy: string,
): TemplateResult {
  const present = standing && { ...token, ...standing };
  const isListed = candidates.some(({ id }) => id === token.id);
  const rows = [
    ...candidates.map((candidate, index) => ({ ...candidate, rank: index + 1 })),
    ...(present && !isListed ? [present] : []),
  ];
  return html`<section>
    <h3>${title}</h3>
    <p class="code reads" dir="auto">${reads}</p>
    ${
      rows.length === 0
        ? html`<p class="quiet">Nothing stands before it: there is nothing to go on from.</p>`
        : html`<table class="numbers guess" aria-label=${title}>
            <thead>
              <tr>
                <th scope="col">Rank</th>
                <th scope="col">Token</th>
                <td></td>
                <th scope="col" class="number">Probability</th>
                <td></td>
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                ({ id, text, rank, probability }) =>
                  html`<tr class=${id === token.id ? 'pointed' : ''}>
                    <td class="number quiet">${thousands(rank)}</td>
                    <th scope="row" class="code"><bdi>${visibleText(text)}</bdi></th>
                    <td class="bar-cell">
                      <meter max=${maxProbability} .value=${probability} aria-hidden="true"></meter>
                    </td>
                    <td class="number" title=${probability}>${percent(probability)}</td>
                    <td class="quiet nowrap">${id === token.id ? 'stands there' : ''}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    <p class="quiet small">${madeBy}</p>
  </section>`;
}

const endOf = (text: string): string =>
  text.length > maxContext ? `…${text.slice(-maxContext)}` : text;

const startOf = (text: string): string =>
  text.length > maxContext ? `${text.slice(0, maxContext)}…` : text;
