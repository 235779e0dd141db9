/** The text as tokens: each can be looked at, and all can be coloured by how far they were expected. */
import { html, nothing, type TemplateResult } from 'lit';
import { focusableIn, moveFocus } from '../elements/focusKeys';
import { segmented } from '../elements/choices';
import type { Token } from '../../src/common/protocol/engine/types';
import { visibleText, withPlace } from '../../src/common/text/tokenText';
import { whiteSpaceName } from '../../src/common/text/whiteSpaceName';
import { ordinal } from '../common/numbers';
import type { Actions } from './actions';
import { bitsOf, type Coloring, levelOf, type ReadTokens, type TextScores } from './textScores';
import { spelled, type Spellings } from './tokenLabels';

const levelNames = {
  bits: ['below 3 bits', '3 to 7', '7 to 12', 'above'],
  rank: ['first 10', 'to 100', 'to 1,000', 'beyond'],
} as const;

/** What colours the text, and what the colours mean. */
export const coloringRow = (coloring: Coloring, isKnown: boolean, actions: Actions) =>
  html`<div class="coloring">
    <span class="quiet" title="By how far the model expected each token">Colour</span>
    ${segmented(
      'Colour the text by',
      [
        { value: 'off', title: 'Off' },
        { value: 'bits', title: 'Bits' },
        { value: 'rank', title: 'Rank' },
      ],
      coloring,
      actions.setColoring,
    )}
    ${
      coloring === 'off'
        ? nothing
        : isKnown
          ? html`<span class="levels small"
              >${levelNames[coloring].map(
                (name, level) => html`<span class="level" data-level=${level}>${name}</span> `,
              )}</span
            >`
          : html`<span class="quiet small">Reading the text …</span>`
    }
  </div>`;

/** "2nd, 3.1 bits". */
const scoreInWords = (bits: number | undefined, rank: number | undefined) =>
  bits === undefined || rank === undefined ? '' : `: ${ordinal(rank)}, ${bits.toFixed(1)} bits`;

/** A text as it reads, but for what has no look. */
export const readableText = (text: string): string =>
  text
    .split(/\r\n|\r|\n/u)
    .map(line => line.split(' ').map(visibleText).join(' '))
    .join('\n');

/** The same, with its line breaks in sight: they are tokens too. */
const drawnText = (text: string) =>
  text
    .split(/(\r\n|\r|\n)/u)
    .map((part, index) =>
      index % 2 === 0 ? readableText(part) : html`<span class="quiet line-break">↵</span>${'\n'}`,
    );

export interface TextTokensView {
  readonly read: ReadTokens;
  readonly scores: TextScores | undefined;
  readonly coloring: Coloring;
  /** Index of the token that is looked at. */
  readonly place: number | undefined;
  readonly spellings: Spellings;
  /** UTF-16 offset of the text from which on it is drawn. */
  readonly from: number;
}

/** One stop of the tab key: the arrow keys walk, and what they come to is looked at. */
export function textTokens(view: TextTokensView, actions: Actions): TemplateResult {
  const { read, scores, coloring, place, spellings, from } = view;
  const { tokens, dropped, subject } = read;
  const [{ text }] = subject.segments;
  const first = tokens.findIndex(({ end }) => end > from);
  const stop = place ?? tokens.length - 1;
  const token = ({ id, start, end }: Token, index: number) => {
    const logProbability = scores?.logProbabilities[index + dropped];
    const bits = logProbability === undefined ? undefined : bitsOf(logProbability);
    const rank = scores?.ranks[index + dropped];
    const characters = text.slice(start, end);
    // A character that is cut into tokens is drawn once, and its further parts by their places in it.
    const parts = tokens.filter(each => each.start === start && each.end === end);
    const part = parts.length > 1 ? parts.indexOf(tokens[index]!) + 1 : undefined;
    const bytes = part && spelled(spellings, id).label;
    const name = part
      ? `${bytes}, part ${part} of ${parts.length} of “${visibleText(characters)}”`
      : (whiteSpaceName(characters) ?? `“${visibleText(characters)}”`);
    const words =
      index === 0 ? `${name}: nothing stands before it` : `${name}${scoreInWords(bits, rank)}`;
    return html`<span
      class="text-token"
      role="button"
      tabindex=${index === stop ? 0 : -1}
      data-token=${index}
      data-level=${levelOf(coloring, bits, rank) ?? nothing}
      aria-pressed=${index === place}
      aria-disabled=${index === 0}
      aria-label=${words}
      title=${words}
      @click=${() => actions.look(index)}
      >${part && part > 1 ? withPlace('', part) : drawnText(characters)}</span
    >`;
  };
  return html`<span
    class="text-tokens"
    role="toolbar"
    aria-label="Tokens of the text"
    @keydown=${(event: KeyboardEvent) => onKey(event, actions)}
    >${tokens.map((each, index) => (index < first ? nothing : token(each, index)))}</span
  >`;
}

function onKey(event: KeyboardEvent, actions: Actions): void {
  const at = (target: EventTarget | null) =>
    target instanceof HTMLElement ? Number(target.dataset['token']) : NaN;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    actions.look(at(event.target));
  } else if (event.key === 'End') {
    event.preventDefault();
    actions.look(undefined);
  } else if (moveFocus(event, focusableIn(event, '.text-token'), 'across')) {
    actions.look(at(document.activeElement));
  }
}
