/** A text that stands on the page before its model is there. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Token } from '../../src/common/protocol/engine/types';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { visibleText } from '../../src/common/text/tokenText';
import { count, thousands } from '../common/numbers';

/** A text as its model reads it. */
export interface Tokenized {
  readonly subject: Subject;
  readonly tokens: readonly Token[];
}

/** Of a text, in UTF-16 units and in tokens: the rest is below the fold. */
const maxLength = 600;
const maxTokens = 150;

/**
 * Before a model has run: the text, and as soon as the tokenizer is there its tokens with their ids.
 *
 * @param from which end of it counts.
 */
export function textToCome(
  subject: Subject | undefined,
  tokenized: Tokenized | undefined,
  from: 'start' | 'end',
): TemplateResult {
  // Of either kind a part is of the same kind.
  const part = <T extends string | readonly unknown[]>(whole: T, most: number) =>
    (from === 'start' ? whole.slice(0, most) : whole.slice(-most)) as T;
  if (!subject || !tokenized || !isOf(tokenized, subject)) {
    const text = subject?.segments.map(segment => segment.text).join(' ') ?? '';
    return html`<p class=${`text-to-come ${from} code quiet`} dir="auto">
      <span>${visibleText(part(text, maxLength)).replaceAll('·', ' ')}</span>
    </p>`;
  }
  const { tokens } = tokenized;
  const charactersOf = ({ isSpecial, segment, start, end, text }: Token) =>
    isSpecial ? text : visibleText(subject.segments[segment]?.text.slice(start, end) ?? text);
  return html`<p class="tokens-to-come code" dir="auto">
      ${part(tokens, maxTokens).map(
        token =>
          html`<ruby class=${token.isSpecial ? 'special' : nothing}
            >${charactersOf(token)}<rt>${token.id}</rt></ruby
          > `,
      )}
    </p>
    <p class="quiet">
      ${count(tokens.length, 'token')}, each with its number in the
      vocabulary${tokens.length > maxTokens ? `; ${thousands(maxTokens)} are shown` : ''}.
    </p>`;
}

const isOf = (tokenized: Tokenized, { modelId, segments }: Subject) =>
  tokenized.subject.modelId === modelId &&
  segments.every(({ text }, index) => tokenized.subject.segments[index]?.text === text);
