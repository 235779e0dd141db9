/** The bars of the most probable tokens. */
import { html, nothing, type TemplateResult } from 'lit';
import { focusableIn, moveFocus } from '../elements/focusKeys';
import type { Actions } from './actions';
import type { Bent, Candidate } from './distribution';
import { maxBars } from './nextState';
import { drawnName, inSentence, type SpelledToken } from './tokenLabels';
import { percent } from '../../src/common/text/percent';
import { count, ordinal } from '../common/numbers';

export interface Bar {
  readonly candidate: Candidate;
  readonly token: SpelledToken;
  /** It is what stands in the text at the place that is looked at. */
  readonly isOwn: boolean;
}

/** A token as it is drawn. By text, so that nothing is ever read as HTML. */
export function drawn(token: SpelledToken): TemplateResult {
  const name = drawnName(token);
  return name
    ? html`<span class="white-space">${name}</span>`
    : html`<bdi class=${token.isSpecial ? 'special' : ''}
        >${token.parts.map(({ kind, text }) => html`<span class=${kind}>${text}</span>`)}</bdi
      >`;
}

/** Four digits mean something; more do not fit. */
export const logitText = (logit: number): string => logit.toFixed(2);

/**
 * The most probable tokens, the best first; each is a button that appends it.
 *
 * One stop of the tab key: the arrow keys move.
 */
export function bars(
  shown: readonly Bar[],
  { kept, filtered }: Bent,
  { isOwn, vocabSize }: { readonly isOwn: boolean; readonly vocabSize: number },
  actions: Actions,
): TemplateResult {
  // Of what is drawn the largest; both bars of a token are on one scale.
  const top = Math.max(
    ...shown.map(({ candidate }) => Math.max(candidate.probability, candidate.filtered)),
    Number.MIN_VALUE,
  );
  return html`<section class="bars" aria-label="Next tokens">
    <div class="bars-head" aria-hidden="true">
      <span></span>
      <span>Token</span>
      <span></span>
      <span title="The model's own, over the whole vocabulary">Probability</span>
      <span class="after" title="After temperature and filters">${isOwn ? '' : 'After'}</span>
      <span title="What the model gives before the softmax">Logit</span>
    </div>
    <ol
      class=${`bar-list${isOwn ? '' : ' bent'}`}
      @keydown=${(event: KeyboardEvent) => onKey(event, actions)}
      @pointerleave=${() => actions.point(undefined)}
      @focusout=${() => actions.point(undefined)}
    >
      ${shown.map((bar, place) => row(bar, place, { top, kept: filtered.kept, isOwn }, actions))}
    </ol>
    <p class="quiet more">
      ${
        kept.count < vocabSize
          ? html`${count(kept.count, 'token')} of ${count(vocabSize, 'token')} are left.`
          : html`${count(vocabSize, 'token')} in all.`
      }
      ${
        shown.length < Math.min(maxBars, vocabSize)
          ? html`<button class="text-button" @click=${actions.showMore}>Show More</button>`
          : nothing
      }
    </p>
  </section>`;
}

function row(
  { candidate, token, isOwn: isText }: Bar,
  place: number,
  { top, kept, isOwn }: { top: number; kept: number; isOwn: boolean },
  actions: Actions,
): TemplateResult {
  const { id, probability, filtered, logit, rank, cutBy } = candidate;
  const own = (probability / top).toFixed(4);
  const after = (filtered / top).toFixed(4);
  return html`<li
    class=${`bar-row${cutBy ? ' cut-off' : ''}${place === kept && place > 0 ? ' first-cut' : ''}${isText ? ' in-text' : ''}`}
  >
    <button
      class="bar"
      data-place=${place}
      tabindex=${place === 0 ? 0 : -1}
      title=${`${inSentence(token)}: ${probability.toPrecision(6)}, logit ${logit.toPrecision(6)}, id ${id}`}
      @click=${() => actions.append(id)}
      @pointerenter=${() => actions.point(place)}
      @focus=${(event: FocusEvent) => {
        if (event.target instanceof Element && event.target.matches(':focus-visible')) {
          actions.point(place);
        }
      }}
    >
      <span class="rank quiet">${rank}</span>
      <span class="name code"
        >${drawn(token)}${isText ? html`<span class="unseen">, as in the text</span>` : nothing}</span
      >
      <span class="track" style=${`--own: ${own}; --after: ${after}`}>
        <span class="own"></span>${isOwn ? nothing : html`<span class="after-bar"></span>`}
      </span>
      <span class="share">${percent(probability)}</span>
      <span class="share after">${isOwn ? '' : (cutBy ?? percent(filtered))}</span>
      <span class="logit quiet"><span class="unseen">logit </span>${logitText(logit)}</span>
    </button>
  </li>`;
}

/** "“·cat”: 2nd, 12.3 %, logit 9.12; after the filters 15.0 %". */
export function barInWords(
  { candidate: { probability, rank, logit, filtered, cutBy }, token }: Bar,
  isOwn: boolean,
): string {
  const after = isOwn
    ? ''
    : cutBy
      ? `; cut by ${cutBy}`
      : `; after temperature and filters ${percent(filtered)}`;
  const end = token.isSpecial ? ', a token that stands for no character' : '';
  return `${inSentence(token)}: ${ordinal(rank)}, ${percent(probability)}, logit ${logitText(logit)}${after}${end}`;
}

function onKey(event: KeyboardEvent, actions: Actions): void {
  if (moveFocus(event, focusableIn(event, '.bar'), 'down')) {
    return;
  }
  if (event.key === 'ArrowRight') {
    event.preventDefault();
    actions.forward();
  } else if (event.key === 'ArrowLeft' || event.key === 'Backspace') {
    event.preventDefault();
    actions.back();
  }
}
