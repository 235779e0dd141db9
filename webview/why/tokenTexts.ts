/** The tokens of a completion and of its prompt as they are drawn. */
import type { ExplainedToken, Explanation } from '../../src/common/protocol/pages/why';
import { elide, visibleText } from '../../src/common/text/tokenText';

const maxTokenLength = 24;

/** A token as it is drawn: of the prompt or of the text. */
export const labelOf = (text: string): string => elide(visibleText(text), maxTokenLength);

/** A written token's own text. */
export const writtenText = ({ text }: Explanation, { token }: ExplainedToken): string =>
  token.isSpecial || token.start === token.end ? token.text : text.slice(token.start, token.end);

/** All that can be looked at, in order: the prompt's tokens, and those written before the chosen one. */
export function lookedAtTexts(explanation: Explanation, chosen: number): readonly string[] {
  return [
    ...explanation.promptTokens.map(({ start, end, text, isSpecial }) =>
      isSpecial ? text : explanation.prompt.slice(start, end),
    ),
    ...explanation.tokens.slice(0, chosen).map(token => writtenText(explanation, token)),
  ];
}
