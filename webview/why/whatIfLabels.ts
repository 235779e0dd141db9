/** All that is said of "what if", in words and in data. */
import type { Explanation, WhatIfDescription } from '../../src/common/protocol/pages/why';
import { percent } from '../../src/common/text/percent';
import { visibleText } from '../../src/common/text/tokenText';
import { markdownText } from '../common/escape';
import { count, decimal, duration } from '../common/numbers';
import { labelOf, writtenText } from './tokenTexts';
import { chosenOf, weightsOf, type WhyState } from './whyState';
import type { PartKind } from './promptParts';
import {
  type Agreement,
  agreementOf,
  bitsLost,
  influencesOf,
  type PartInfluence,
  remainingMs,
  type Sweep,
} from './whatIfState';

/** "−3.2 bits" of a token that is less probable, "+0.4 bits" of one that is more so. */
export function bitsLabel(lost: number | undefined): string {
  if (lost === undefined) {
    return '–';
  }
  const change = Number((-lost).toFixed(1));
  return `${change > 0 ? '+' : ''}${decimal(change === 0 ? 0 : change, 1)} bits`;
}

const noun: Record<PartKind, string> = { word: 'word', line: 'line', token: 'token' };

/** What is left out, each stretch as it is drawn. */
const leftOutTexts = (
  { prompt, promptTokens }: Explanation,
  { whatIf: { leftOut } }: Pick<WhyState, 'whatIf'>,
): readonly string[] =>
  leftOut.map(({ start, end }) =>
    labelOf(prompt.slice(promptTokens[start]?.start ?? 0, promptTokens[end - 1]?.end ?? 0)),
  );

/** What leaving something out changes, in one sentence. */
export function effectInWords(state: WhyState): string {
  const { shown, whatIf } = state;
  if (!shown || whatIf.leftOut.length === 0) {
    return '';
  }
  const { explanation } = shown;
  const names = leftOutTexts(explanation, state).map(text => `“${text}”`);
  const without = `Without ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  if (!whatIf.effect) {
    return `${without} …`;
  }
  const { probabilities } = whatIf.effect;
  if (whatIf.leftOut[0]?.end === explanation.promptTokens.length && whatIf.leftOut[0].start === 0) {
    return 'Without all of the prompt nothing is left that could predict the first token.';
  }
  const kept = explanation.tokens.filter(
    ({ probability }, index) => (probabilities[index] ?? 0) >= probability / 2,
  ).length;
  const all = explanation.tokens.length;
  return `${without}, ${kept === all ? `all ${count(all, 'token')} keep` : `${kept} of ${count(all, 'token')} keep`} at least half of their probability.`;
}

/** How far a sweep is. */
export function sweepInWords({ shown }: WhyState, sweep: Sweep): string {
  const { kind, parts, effects, isRunning } = sweep;
  const done = `${effects.size} of ${count(parts.length, noun[kind])} left out, each alone`;
  if (!isRunning) {
    return effects.size < parts.length ? `${done}; ended before the others.` : `${done}.`;
  }
  const left = remainingMs(sweep, shown?.explanation.tokens.length ?? 0);
  return left === undefined ? `${done} …` : `${done}; about ${duration(left)} more.`;
}

/** How far attention and effect agree, in plain words. */
export function agreementInWords(
  sweep: Sweep,
  influences: readonly PartInfluence[],
  agreement: Agreement | undefined,
): string {
  const one = noun[sweep.kind];
  if (!agreement) {
    return influences.some(({ bits }) => bits === undefined) &&
      sweep.effects.size < sweep.parts.length
      ? ''
      : `There are too few ${one}s to compare their order by attention with that by effect.`;
  }
  const { tau, alike, parts, isWithoutSink } = agreement;
  return `Of two ${one}s, the one with more attention also changes the probability more in ${percent(alike)} of all pairs; chance would give 50 %. Kendall’s τ is ${decimal(tau)}, over ${count(parts, one)}${isWithoutSink ? ` without the first, on which attention rests whatever it is` : ''}.`;
}

/** Of the chosen token; undefined before a sweep. */
export function sweepOf(state: WhyState) {
  const { shown, whatIf } = state;
  if (!shown || !whatIf.sweep) {
    return undefined;
  }
  const weights = weightsOf(state);
  const influences = influencesOf(shown.explanation, whatIf.sweep, chosenOf(state), weights);
  return { sweep: whatIf.sweep, influences, agreement: agreementOf(influences, weights) };
}

/** The largest effects first; those that are not known are left out. */
export const rankedInfluences = (influences: readonly PartInfluence[]): readonly PartInfluence[] =>
  influences
    .filter(({ bits }) => bits !== undefined)
    .toSorted((a, b) => Math.abs(b.bits ?? 0) - Math.abs(a.bits ?? 0));

export function describeWhatIf(state: WhyState): WhatIfDescription {
  const { shown, whatIf } = state;
  const sweep = sweepOf(state);
  return {
    alternative: whatIf.alternative?.text,
    without:
      shown && whatIf.leftOut.length > 0
        ? {
            texts: leftOutTexts(shown.explanation, state),
            probabilities: whatIf.effect?.probabilities,
          }
        : undefined,
    sweep: (sweep?.influences ?? []).map(({ text, bits, attention }) => ({
      text,
      bits,
      attention,
    })),
    agreement: sweep?.agreement?.tau,
  };
}

/** The questions and their answers as Markdown; empty where nothing was asked. */
export function whatIfMarkdown(state: WhyState): string {
  const { shown, whatIf } = state;
  if (!shown) {
    return '';
  }
  const { explanation } = shown;
  const { asked, alternative, effect } = whatIf;
  const sweep = sweepOf(state);
  return [
    ...(asked && alternative
      ? [
          `## From “${markdownText(labelOf(asked.text))}” on`,
          '',
          markdownText(visibleText(alternative.tokens.map(({ text }) => text).join(''))),
          '',
        ]
      : []),
    ...(effect
      ? [
          `## ${markdownText(effectInWords(state))}`,
          '',
          '| Token | Probability | Without | Change |',
          '| --- | ---: | ---: | ---: |',
          ...explanation.tokens.map((token, index) => {
            const after = effect.probabilities[index];
            return `| ${markdownText(labelOf(writtenText(explanation, token)))} | ${percent(token.probability)} | ${after === undefined ? '–' : percent(after)} | ${bitsLabel(bitsLost(explanation, effect, index))} |`;
          }),
          '',
        ]
      : []),
    ...(sweep
      ? [
          '## Each part of the prompt left out alone',
          '',
          markdownText(sweepInWords(state, sweep.sweep)),
          markdownText(agreementInWords(sweep.sweep, sweep.influences, sweep.agreement)),
          '',
          '| Part | Change without it | Attention |',
          '| --- | ---: | ---: |',
          ...rankedInfluences(sweep.influences).map(
            ({ text, bits, attention }) =>
              `| ${markdownText(labelOf(text))} | ${bitsLabel(bits)} | ${attention === undefined ? '' : percent(attention)} |`,
          ),
          '',
        ]
      : []),
  ].join('\n');
}
