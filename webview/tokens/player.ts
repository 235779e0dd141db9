/** What a word is after each step of its tokenizer, and the words for it. */
import { html, type TemplateResult } from 'lit';
import type { WordPart, WordStep, WordSteps } from '../../src/common/protocol/engine/tokenize';
import { icon } from '../elements/icons';
import { visibleText } from '../../src/common/text/tokenText';
import type { Actions } from './actions';
import { type BytePart, readBytes, spellParts } from '../../src/common/text/byteText';
import type { Played, Row } from './tokensState';
import { count, ordinal, thousands } from '../common/numbers';

/** The word after some steps, and what the last of them did. */
export interface Moment {
  readonly parts: readonly WordPart[];
  /** Undefined before the first step. */
  readonly step: WordStep | undefined;
}

/** @param done how many steps are done; more than there are count as all. */
export function momentOf({ start, steps }: WordSteps, done: number): Moment {
  const step = steps[Math.min(done, steps.length) - 1];
  return { parts: step?.parts ?? start, step };
}

/** A part as it is drawn: of bytes its characters, of WordPiece its spelling. */
export const partsOf = ({ text, bytes }: WordPart, kind: Row['kind']): readonly BytePart[] =>
  kind === 'byte-level' ? readBytes(bytes) : [{ kind: 'text', text: visibleText(text) }];

const spell = (part: WordPart | undefined, kind: Row['kind']) =>
  part ? spellParts(partsOf(part, kind)) : '';

/** What a step did, in words. */
function stepInWords(steps: WordSteps, done: number, kind: Row['kind']): string {
  const { parts, step } = momentOf(steps, done);
  const isLast = done >= steps.steps.length;
  if (kind === 'byte-level') {
    const end = isLast ? ' No two neighbours are a pair that was learned.' : '';
    if (!step) {
      return `The word as ${count(parts.length, 'byte')}.${end}`;
    }
    const before = momentOf(steps, done - 1).parts;
    const [left, right] = [before[step.made], before[step.made + 1]].map(part => spell(part, kind));
    const rank = ordinal(1 + (step.merge?.rank ?? 0));
    return `${left} and ${right} become one: the ${rank} merge that was learned.${end}`;
  }
  if (!step) {
    return 'The whole word, normalized.';
  }
  const made = spell(parts[step.made], kind);
  const isUnknown = parts.length === 1 && done > 0 && isLast && !isPieceOf(steps, parts[0]);
  return isUnknown
    ? `No piece of the vocabulary fits what is left, so the whole word is ${made}.`
    : `${made} is the longest piece of the vocabulary that ${done === 1 ? 'the word' : 'what is left'} begins with.`;
}

/** A piece spells the start of its word; the unknown token does not. */
const isPieceOf = ({ start }: WordSteps, piece: WordPart | undefined) =>
  start[0]?.text.startsWith(piece?.text ?? '') === true;

/** The steps of a word, one at a time. A button that can do nothing keeps the focus, and so the keys. */
export function player(
  { steps, isKnown }: Played,
  { kind }: Row,
  state: { readonly step: number; readonly isPlaying: boolean },
  actions: Actions,
): TemplateResult {
  const total = steps?.steps.length ?? 0;
  const done = Math.min(state.step, total);
  const moment = steps && momentOf(steps, done);
  const close = html`<button
    class="icon-button"
    aria-label="Close the steps"
    title="Close the steps (Escape)"
    @click=${actions.closePlayer}
  >
    ${icon('close')}
  </button>`;
  if (!steps || !moment) {
    return html`<section class="player" aria-label="Steps of the word">
      <p class="quiet">
        ${isKnown ? 'This word has no steps to show: it was added to the vocabulary as a whole, or it is too long.' : ''}
      </p>
      ${close}
    </section>`;
  }
  return html`<section
    class="player"
    aria-label=${kind === 'byte-level' ? 'Merges of the word' : 'Cuts of the word'}
    @keydown=${(event: KeyboardEvent) => onKey(event, done, total, actions)}
  >
    <div class="player-parts code" dir="auto">
      ${moment.parts.map(
        (part, index) =>
          html`<span
            class=${`part${moment.step?.made === index ? ' made' : ''}${isRest(moment, index, kind, done, total) ? ' rest' : ''}`}
            >${partsOf(part, kind).map(
              ({ kind: of, text }) => html`<span class=${of}>${text}</span>`,
            )}</span
          >`,
      )}
    </div>
    <div class="player-bar">
      <button
        class="icon-button"
        aria-label="Previous step"
        title="Previous step (Left arrow)"
        aria-disabled=${done === 0}
        @click=${() => actions.goTo(done - 1)}
      >
        ${icon('chevron-left')}
      </button>
      <button
        class="icon-button play"
        aria-label=${state.isPlaying ? 'Pause' : 'Play the steps'}
        title=${state.isPlaying ? 'Pause' : 'Play the steps'}
        aria-disabled=${total === 0}
        @click=${actions.togglePlaying}
      >
        ${icon(state.isPlaying ? 'pause' : 'play')}
      </button>
      <button
        class="icon-button"
        aria-label="Next step"
        title="Next step (Right arrow)"
        aria-disabled=${done === total}
        @click=${() => actions.goTo(done + 1)}
      >
        ${icon('chevron-right')}
      </button>
      <span class="quiet nowrap"
        >${thousands(done)} of ${count(total, kind === 'byte-level' ? 'merge' : 'cut')}</span
      >
      <span class="player-words" role="status">${stepInWords(steps, done, kind)}</span>
      ${close}
    </div>
  </section>`;
}

/** What WordPiece has not cut yet. */
const isRest = ({ parts }: Moment, index: number, kind: Row['kind'], done: number, total: number) =>
  kind === 'word-piece' && done < total && index === parts.length - 1;

function onKey(event: KeyboardEvent, done: number, total: number, actions: Actions): void {
  const targets: Partial<Record<string, number>> = {
    ArrowLeft: Math.max(0, done - 1),
    ArrowRight: Math.min(total, done + 1),
    Home: 0,
    End: total,
  };
  const target = targets[event.key];
  if (target !== undefined) {
    event.preventDefault();
    actions.goTo(target);
  } else if (event.key === 'Escape') {
    event.preventDefault();
    actions.closePlayer();
  }
}
