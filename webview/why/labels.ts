/** All that the page says of a completion: in words, and in data for the text alternative and for tests. */
import type { Explanation, LayerRank, WhyDescription } from '../../src/common/protocol/pages/why';
import { labelOf, lookedAtTexts, writtenText } from './tokenTexts';
import { chosenOf, weightsOf, type WhyState } from './whyState';
import { withoutSink } from './attentionSink';
import { markdownText } from '../common/escape';
import { causeOf } from '../elements/errorNotice';
import { percent } from '../../src/common/text/percent';
import { ordinal } from '../common/numbers';
import { bitsLabel, describeWhatIf, sweepOf, whatIfMarkdown } from './whatIfLabels';

/** "the most probable of all", "the 3rd", "beyond the 64th". */
const rankInWords = (rank: number | undefined, ranks: number): string =>
  rank === undefined
    ? `beyond the ${ordinal(ranks)}`
    : rank === 1
      ? 'the most probable of all'
      : `the ${ordinal(rank)}`;

/** One sentence on the chosen token. */
export function tokenInWords(explanation: Explanation, chosen: number): string {
  const explained = explanation.tokens[chosen];
  if (!explained) {
    return 'The model wrote nothing here.';
  }
  const { probability, rank } = explained;
  const name = `“${labelOf(writtenText(explanation, explained))}”`;
  return `${name} had a probability of ${percent(probability)}, ${rankInWords(rank, explanation.ranks)}.`;
}

/**
 * From which layer on a token was the first of all, and stayed so.
 *
 * @param ranks after the embedding, which is 0, and after each layer.
 * @returns undefined where it is not the first at the end.
 */
export function decidedAt(ranks: readonly LayerRank[]): number | undefined {
  const lastOther = ranks.findLastIndex(({ rank }) => rank !== 1);
  return lastOther + 1 < ranks.length ? lastOther + 1 : undefined;
}

/** In which layer it was decided, in one sentence. */
export function decisionInWords(ranks: readonly LayerRank[]): string {
  const layers = ranks.length - 1;
  const layer = decidedAt(ranks);
  const last = ranks.at(-1);
  if (layer === undefined) {
    return `No layer puts it first: after the last of ${layers} it is the ${ordinal(last?.rank ?? 0)}.`;
  }
  if (layer === 0) {
    return `Read as if it were the last, already the embedding puts it first, and so do all ${layers} layers.`;
  }
  return layer === layers
    ? `Only the last of ${layers} layers puts it first.`
    : `Layer ${layer} of ${layers} puts it first, and so do all after it.`;
}

/** What it looked at most, in one sentence; the first token is spoken of by itself. */
function lookedInWords(
  explanation: Explanation,
  chosen: number,
  weights: readonly number[],
): string {
  const texts = lookedAtTexts(explanation, chosen);
  const { weights: others, sink } = withoutSink(weights);
  const strongest = others
    .map((weight, index) => ({ weight, text: texts[index] ?? '' }))
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, 3)
    .map(({ weight, text }) => `${percent(weight)} to “${labelOf(text)}”`);
  const most = `Of all attention, ${strongest.join(', ')}.`;
  return sink === undefined
    ? most
    : `${most} ${percent(sink)} rests on the first token, as it mostly does, and is left out of the colours.`;
}

/** The line that is always there: what is pointed at, else what was looked at most. */
export function lineOf(state: WhyState): string {
  const { shown, pointed } = state;
  const chosen = chosenOf(state);
  const weights = weightsOf(state);
  if (!shown || !weights) {
    return '';
  }
  const weight = pointed === undefined ? undefined : weights[pointed];
  if (pointed === undefined || weight === undefined) {
    return lookedInWords(shown.explanation, chosen, weights);
  }
  const text = labelOf(lookedAtTexts(shown.explanation, chosen)[pointed] ?? '');
  const place = 1 + weights.filter(other => other > weight).length;
  const part = sweepOf(state)?.influences.find(
    ({ start, end }) => start <= pointed && pointed < end,
  );
  const effect =
    part?.bits === undefined
      ? ''
      : ` Without “${labelOf(part.text)}” the chosen token changes by ${bitsLabel(part.bits)}.`;
  return `Of all attention, ${percent(weight)} goes to “${text}”, the ${ordinal(place)} of ${weights.length}.${effect}`;
}

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
    prompt: explanation ? lookedAtTexts(explanation, 0).map(text => labelOf(text)) : [],
    weights: explanation && weightsOf(state),
    decidedAt: ranks && decidedAt(ranks),
    whatIf: describeWhatIf(state),
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
    whatIfMarkdown(state),
    '## The prompt',
    '',
    ...(dropped > 0 ? [`Its first ${dropped} tokens were not read.`, ''] : []),
    fence,
    prompt,
    fence,
    '',
  ].join('\n');
}
