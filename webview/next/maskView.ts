/** Words under masks, and what a model would put there. */
import { html, nothing, type TemplateResult } from 'lit';
import { focusableIn, moveFocus } from '../elements/focusKeys';
import type { Candidate, Token } from '../../src/common/protocol/engine/types';
import { visibleText } from '../../src/common/text/tokenText';
import type { Actions } from './actions';
import type { MaskChange, ShownMasks } from './nextState';
import type { TokenRank } from '../../src/common/protocol/engine/predict';
import { ordinal } from '../common/numbers';
import { percent } from '../../src/common/text/percent';

/** A mask and what the model would put in its place. */
export interface MaskedToken {
  readonly index: number;
  /** What stands in the text there. */
  readonly characters: string;
  readonly candidates: readonly Candidate[];
  /** Of what stands in the text there. */
  readonly own: TokenRank | undefined;
}

/** The masks in reading order. */
export function maskedTokens({ analysis, masked, text }: ShownMasks): readonly MaskedToken[] {
  return masked
    .toSorted((a, b) => a - b)
    .flatMap(index => {
      const token = analysis.source[index];
      return token
        ? [
            {
              index,
              characters: visibleText(text.slice(token.start, token.end)),
              candidates: analysis.candidates[index] ?? [],
              own: analysis.maskedRanks?.[masked.indexOf(index)],
            },
          ]
        : [];
    });
}

/** The text as tokens, each of which can be masked, and the candidates for each mask. */
export function maskView(shown: ShownMasks, actions: Actions): TemplateResult {
  const { analysis, masked, text, change, subject } = shown;
  const isFilled = text !== (subject.sentence?.text ?? subject.segments[0].text);
  const isMasked = new Set(masked);
  const fills = maskedTokens(shown);
  const first = analysis.source.findIndex(({ isSpecial }) => !isSpecial);
  return html`<p class="spoken-words quiet">
      ${
        fills.length === 0
          ? 'Click a token to mask it and see what the model would put there.'
          : 'The model reads the whole sentence but the masks. Click a bar to fill it in.'
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
    ${
      isFilled
        ? html`<button class="text-button clear-masks" @click=${actions.undoFills}>
            Undo the Fills
          </button>`
        : nothing
    }
    ${change ? changes(change, shown) : nothing}
    <div class="fills">${fills.map(each => fill(each, actions))}</div>`;
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
    title=${isMasked ? `“${characters}” is masked` : 'Click masks it'}
    @click=${() => actions.toggleMask(index)}
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

/** More changes are too small to be read. */
const maxChanges = 6;

/** What the last fill changed elsewhere: of masks the best word, of words how sure the model is of them. */
function changes({ index, places }: MaskChange, { text, analysis }: ShownMasks): TemplateResult {
  const at = (place: number) => {
    const token = analysis.source[place];
    return token ? visibleText(text.slice(token.start, token.end)) : '';
  };
  return html`<section class="mask-changes" aria-label="What the fill changed">
    <h2>What “${at(index)}” changed elsewhere</h2>
    ${
      places.length === 0
        ? html`<p class="quiet">Nothing by as much as 0.1 %.</p>`
        : html`<ul>
            ${places
              .slice(0, maxChanges)
              .map(
                ({ index: place, before, after }) =>
                  html`<li>
                    <bdi class="code">${at(place)}</bdi>:
                    ${before.text === after.text ? '' : html`<bdi class="code">${before.text}</bdi>`}
                    ${percent(before.probability)} →
                    ${before.text === after.text ? '' : html`<bdi class="code">${after.text}</bdi>`}
                    ${percent(after.probability)}
                  </li>`,
              )}
          </ul>`
    }
  </section>`;
}

/** Probabilities are the model's own; of one mask all on one scale. */
function fill(
  { index, characters, candidates, own }: MaskedToken,
  actions: Actions,
): TemplateResult {
  const top = candidates[0]?.probability ?? 1;
  return html`<section class="fill" aria-label=${`In the place of ${characters}`}>
    <h2>In the place of <bdi class="code">${characters}</bdi></h2>
    ${
      own
        ? html`<p class="own-rank">
            <bdi class="code">${characters}</bdi>: ${ordinal(own.rank)}, ${percent(own.probability)}
          </p>`
        : nothing
    }
    <ol class="bar-list">
      ${candidates.map(
        ({ text, probability }, place) =>
          html`<li class="bar-row">
            <button
              class="bar"
              title=${`${String(probability)}; a click fills it in`}
              @click=${() => actions.fill(index, text)}
            >
              <span class="rank quiet">${place + 1}</span>
              <span class="name code"><bdi>${visibleText(text)}</bdi></span>
              <span class="track" style=${`--own: ${(probability / top).toFixed(4)}`}
                ><span class="own"></span
              ></span>
              <span class="share">${percent(probability)}</span>
            </button>
          </li>`,
      )}
    </ol>
  </section>`;
}

function onKey(event: KeyboardEvent): void {
  moveFocus(event, focusableIn(event, '.token'), 'across');
}
