import { markdownText } from '../common/escape';
import { percent } from '../common/numbers';
import { decidedAt } from './decided';
import { labelOf, lookedInWords, rankInWords, writtenText } from './words';
import { chosenOf, weightsOf, type WhyState } from './whyState';

/** The page in words: each token with its probability, rank and alternatives, what it looked at, and the prompt. */
export function markdownOf(state: WhyState): string {
  const { shown, standings } = state;
  if (!shown) {
    return '';
  }
  const { subject, explanation } = shown;
  const { tokens, ranks, isSampled, prompt, dropped } = explanation;
  const chosen = chosenOf(state);
  const weights = weightsOf(state);
  const fence = '`'.repeat(
    3 + (prompt.match(/`+/gu) ?? []).reduce((n, ticks) => Math.max(n, ticks.length), 0),
  );
  return [
    `# Why this completion? ${markdownText(subject.label)}`,
    '',
    isSampled
      ? 'Its tokens were drawn, the more probable ones more often.'
      : 'Each token is the most probable one in its place.',
    '',
    '| Token | Probability | Rank | Decided in layer | Alternatives |',
    '| --- | ---: | ---: | ---: | --- |',
    ...tokens.map((explained, index) => {
      const known = standings.get(index);
      const others = explained.candidates
        .filter(({ id }) => id !== explained.token.id)
        .map(({ text, probability }) => `${markdownText(labelOf(text))} ${percent(probability)}`);
      return `| ${markdownText(labelOf(writtenText(explanation, explained)))} | ${percent(explained.probability)} | ${
        explained.rank ?? rankInWords(undefined, ranks)
      } | ${known ? (decidedAt(known) ?? '') : ''} | ${others.join(', ')} |`;
    }),
    ...(weights ? ['', markdownText(lookedInWords(explanation, chosen, weights)), ''] : ['']),
    '## The prompt',
    '',
    ...(dropped > 0 ? [`Its first ${dropped} tokens were not read.`, ''] : []),
    fence,
    prompt,
    fence,
    '',
  ].join('\n');
}
