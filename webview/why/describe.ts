/** The page in data and in words, for the text alternative and for tests. */
import type { WhyDescription } from '../../src/common/protocol/pages/why';
import { markdownText } from '../common/escape';
import { percent } from '../../src/common/text/percent';
import { causeOf } from '../elements/errorNotice';
import {
  decidedAt,
  labelOf,
  lookedAtTexts,
  lookedInWords,
  rankInWords,
  writtenText,
} from './labels';
import { chosenOf, weightsOf, type WhyState } from './whyState';

/** The page in data and in words; true in every state. */
export function describe(state: WhyState): WhyDescription {
  const { shown, error, work } = state;
  const explanation = error ? undefined : shown?.explanation;
  const chosen = chosenOf(state);
  const ranks = state.ranks.get(chosen);
  return {
    state: error ? 'error' : work ? (shown ? 'running' : 'loading') : shown ? 'ready' : 'empty',
    error: error && { code: error.code, message: error.message },
    paintMs: state.paintMs,
    modelId: explanation?.modelId,
    device: explanation?.device,
    tokens: (explanation?.tokens ?? []).map(explained => ({
      text: explanation ? labelOf(writtenText(explanation, explained)) : '',
      probability: explained.probability,
      rank: explained.rank,
      candidates: explained.candidates.map(({ text }) => labelOf(text)),
    })),
    chosen,
    prompt: explanation ? lookedAtTexts(explanation, 0).map(labelOf) : [],
    weights: explanation && weightsOf(state),
    decidedAt: ranks && decidedAt(ranks),
    markdown: explanation
      ? markdownOf(state)
      : error
        ? `# Why this completion?\n\n${causeOf(error.code)}\n`
        : work
          ? `# Why this completion?\n\n${work.words} …\n`
          : '# Why this completion?\n\nNothing is shown. Let a completion come, and run "Why This Completion?".\n',
  };
}

/** The page in words: each token with its probability, rank and alternatives, what it looked at, and the prompt. */
function markdownOf(state: WhyState): string {
  const { shown } = state;
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
      const known = state.ranks.get(index);
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
