/** Words under masks, and what a model would put there. */
import { html, nothing, type TemplateResult } from 'lit';
import { focusableIn, moveFocus } from '../elements/focusKeys';
import type { Candidate, Token } from '../../src/common/protocol/engine/types';
import { visibleText } from '../../src/common/text/tokenText';
import type { Actions } from './actions';
import type { ShownMasks } from './nextState';
import { percent } from '../../src/common/text/percent';

/** A mask and what the model would put in its place. */
export interface MaskedToken {
  readonly index: number;
  /** What stands in the text there. */
  readonly characters: string;
  readonly candidates: readonly Candidate[];
}

/** The masks in reading order. */
export function maskedTokens({ analysis, masked, subject }: ShownMasks): readonly MaskedToken[] {
  return masked
    .toSorted((a, b) => a - b)
    .flatMap(index => {
      const token = analysis.source[index];
      return token
        ? [
            {
              index,
              characters: visibleText(subject.segments[0].text.slice(token.start, token.end)),
              candidates: analysis.candidates[index] ?? [],
            },
          ]
        : [];
    });
}

/** The text as tokens, each of which can be masked, and the candidates for each mask. */
export function maskView(shown: ShownMasks, actions: Actions): TemplateResult {
  const { analysis, masked, subject } = shown;
  const text = subject.segments[0].text;
  const isMasked = new Set(masked);
  const fills = maskedTokens(shown);
  const first = analysis.source.findIndex(({ isSpecial }) => !isSpecial);
  return html`<p class="spoken-words quiet">
      ${
        fills.length === 0
          ? 'Double-click a token, or press Enter on it, to mask it and see what the model would put there.'
          : 'What the model would put in the place of each mask; it reads all the others.'
      }
    </p>
    <div class="mask-row code" role="toolbar" aria-label="Tokens" dir="auto" @keydown=${onKey}>
      ${analysis.source.map((token, index) =>
        token.isSpecial && !isMasked.has(index)
          ? nothing
          : tokenButton(token, index, text, isMasked.has(index), index === first, actions),
      )}
    </div>
    ${
      fills.length > 0
        ? html`<button class="text-button clear-masks" @click=${actions.clearMasks}>
            Unmask All
          </button>`
        : nothing
    }
    <div class="fills">${fills.map(fill)}</div>`;
}

function tokenButton(
  token: Token,
  index: number,
  text: string,
  isMasked: boolean,
  isStop: boolean,
  actions: Actions,
): TemplateResult {
  const characters = visibleText(text.slice(token.start, token.end));
  return html`<button
    class=${`token${isMasked ? ' masked' : ''}`}
    tabindex=${isStop ? 0 : -1}
    aria-pressed=${isMasked}
    title=${isMasked ? `“${characters}” is masked` : 'Double-click masks it'}
    @dblclick=${() => actions.toggleMask(index)}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        actions.toggleMask(index);
      }
    }}
  >
    ${isMasked ? '[MASK]' : characters || visibleText(token.text)}
  </button>`;
}

/** Probabilities are the model's own; of one mask all on one scale. */
function fill({ characters, candidates }: MaskedToken): TemplateResult {
  const top = candidates[0]?.probability ?? 1;
  return html`<section class="fill" aria-label=${`In the place of ${characters}`}>
    <h2>In the place of <bdi class="code">${characters}</bdi></h2>
    <ol class="bar-list">
      ${candidates.map(
        ({ text, probability }, place) =>
          html`<li class="bar-row">
            <div class="bar" title=${String(probability)}>
              <span class="rank quiet">${place + 1}</span>
              <span class="name code"><bdi>${visibleText(text)}</bdi></span>
              <span class="track" style=${`--own: ${(probability / top).toFixed(4)}`}
                ><span class="own"></span
              ></span>
              <span class="share">${percent(probability)}</span>
            </div>
          </li>`,
      )}
    </ol>
  </section>`;
}

function onKey(event: KeyboardEvent): void {
  moveFocus(event, focusableIn(event, '.token'), 'across');
}
