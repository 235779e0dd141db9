/** The parts of a prompt that can be left out: tokens, words or lines. */
import type { Explanation, PromptSpan } from '../../src/common/protocol/pages/why';

export const partKinds = ['word', 'line', 'token'] as const;
export type PartKind = (typeof partKinds)[number];

/** A part of the prompt, by the indices of its tokens. */
export interface PromptPart extends PromptSpan {
  /** As it stands in the prompt. */
  readonly text: string;
}

/** The parts of a prompt, in order; together they are all of its tokens. A line ends with the token of its line break. */
export function partsOf(
  { prompt, promptTokens }: Pick<Explanation, 'prompt' | 'promptTokens'>,
  kind: PartKind,
): readonly PromptPart[] {
  const parts: PromptPart[] = [];
  let start = 0;
  promptTokens.forEach((token, index) => {
    const next = promptTokens[index + 1];
    const text = prompt.slice(token.start, token.end);
    const goesOn =
      next !== undefined &&
      (kind === 'line'
        ? !text.includes('\n')
        : // Tokens of one character belong together, whatever is asked for.
          (next.start === token.start && next.end === token.end) ||
          (kind === 'word' && next.word === token.word && token.word >= 0));
    if (!goesOn) {
      const from = promptTokens[start]?.start ?? 0;
      parts.push({ start, end: index + 1, text: prompt.slice(from, token.end) });
      start = index + 1;
    }
  });
  return parts;
}

/** The number of tokens that must be read to leave out each part alone. @param written number of written tokens. */
export const tokensToRead = (parts: readonly PromptSpan[], written: number): number => {
  const end = parts.at(-1)?.end ?? 0;
  return parts.reduce((sum, part) => sum + end - part.end + written, 0);
};

/** Leaves one more part out, or takes it back where all of it is left out. */
export function toggled(leftOut: readonly PromptSpan[], part: PromptSpan): readonly PromptSpan[] {
  const isOut = (index: number) => leftOut.some(({ start, end }) => start <= index && index < end);
  const tokens = Array.from({ length: part.end - part.start }, (_, place) => part.start + place);
  const takesBack = tokens.every(isOut);
  const last = Math.max(part.end, leftOut.at(-1)?.end ?? 0);
  const spans: { start: number; end: number }[] = [];
  for (let index = 0; index < last; index++) {
    const isOfPart = index >= part.start && index < part.end;
    if (isOfPart ? !takesBack : isOut(index)) {
      const before = spans.at(-1);
      if (before?.end === index) {
        before.end = index + 1;
      } else {
        spans.push({ start: index, end: index + 1 });
      }
    }
  }
  return spans;
}
