/** What an ablation changes in a prediction: rows for bars, and words. */
import type {
  AblationEffect,
  AblationReport,
  PlacePrediction,
} from '../../../src/common/protocol/engine/ablate';
import type { AttentionHead } from '../../../src/common/protocol/engine/ablation';
import { rankEffects } from '../../../src/common/attention/ablationRanking';
import { percent } from '../../../src/common/text/percent';
import { visibleText } from '../../../src/common/text/tokenText';
import { decimal, ordinal, thousands } from '../../common/numbers';
import type { NamedToken } from './ablationState';

const noBreakSpace = '\u00a0';

/** A candidate before and after. */
export interface CandidateRow extends NamedToken {
  /** Undefined where it is not among those that were returned. */
  readonly before: number | undefined;
  /** Undefined also where nothing is switched off. */
  readonly after: number | undefined;
  readonly isWatched: boolean;
}

/** The most probable candidates before, and those that are so only after, and the watched one wherever it stands. */
export function candidateRows(
  before: PlacePrediction,
  after: PlacePrediction | undefined,
  watched: NamedToken | undefined,
  maxRows: number,
): readonly CandidateRow[] {
  const shown = new Map<number, string>();
  const add = ({ candidates }: PlacePrediction) =>
    candidates.slice(0, maxRows).forEach(({ id, text }) => shown.set(id, visibleText(text)));
  add(before);
  if (after) {
    add(after);
  }
  const { id: watchedId } = before.watched;
  if (!shown.has(watchedId) && watched?.id === watchedId) {
    shown.set(watchedId, watched.text);
  }
  const probability = (id: number, { watched: own, candidates }: PlacePrediction) =>
    id === own.id ? own.probability : candidates.find(each => each.id === id)?.probability;
  return [...shown]
    .map(([id, text]) => ({
      ...{ id, text, isWatched: id === watchedId },
      before: probability(id, before),
      after: after && probability(id, after),
    }))
    .sort((a, b) => (b.before ?? 0) - (a.before ?? 0) || (b.after ?? 0) - (a.after ?? 0));
}

/** The least probable candidate that was returned: all that were not are below it. */
export const leastOf = ({ candidates }: PlacePrediction): number =>
  candidates.at(-1)?.probability ?? 1;

/** The name of a token in the predictions of a report; undefined where none of them has it. */
export function nameIn(
  predictions: readonly (PlacePrediction | undefined)[],
  id: number,
): string | undefined {
  const candidate = predictions
    .flatMap(prediction => prediction?.candidates ?? [])
    .find(each => each.id === id);
  return candidate && visibleText(candidate.text);
}

/** In nats: a change below this is called none, for it is lost in the digits that are shown. */
const least = 0.001;

/** "falls from 64.9 % (1st) to 12.3 % (3rd), 5.3 times less likely". */
export function changeInWords(
  before: PlacePrediction['watched'],
  after: PlacePrediction['watched'],
): string {
  const change = after.logProbability - before.logProbability;
  const place = ({ probability, rank }: PlacePrediction['watched']) =>
    `${percent(probability)} (${ordinal(rank)})`;
  if (Math.abs(change) < least) {
    return `stays at ${place(before)}`;
  }
  const way = change < 0 ? 'falls' : 'rises';
  const ratio = times(Math.exp(Math.abs(change)));
  const by = ratio && `, ${ratio} ${change < 0 ? 'less' : 'more'} likely`;
  return `${way} from ${place(before)} to ${place(after)}${by}`;
}

/** "5.3 times"; empty for what is nearly as much. */
function times(ratio: number): string {
  if (ratio < 1.05) {
    return '';
  }
  return ratio > 1000
    ? 'more than 1,000 times'
    : `${ratio < 10 ? ratio.toFixed(1) : thousands(Math.round(ratio))} times`;
}

/** How far a distribution has moved, D(before || after) in nats, in a word. */
export function sizeOf(klDivergence: number): string {
  return klDivergence < least
    ? 'does not move'
    : klDivergence < 0.05
      ? 'moves a little'
      : klDivergence < 0.5
        ? 'moves clearly'
        : 'moves far';
}

export const sizeExplanation =
  'Kullback-Leibler divergence of the whole distribution after from the one before, in nats; under 0.05 is called a little, from 0.5 on far.';

/**
 * "“Paris” was 3.1 times as likely as “Rome”; now “Rome” is 1.2 times as likely as “Paris”."
 *
 * @param before log p(A) - log p(B) in nats, with all parts.
 * @param after the same without some; undefined where none is switched off.
 */
export function contrastInWords(
  names: readonly [a: string, b: string],
  before: number,
  after: number | undefined,
): string {
  if (after === undefined) {
    return `${oddsInWords(names, before, 'is')}.`;
  }
  return `${oddsInWords(names, before, 'was')}; now ${oddsInWords(names, after, 'is')}.`;
}

function oddsInWords(
  [a, b]: readonly [a: string, b: string],
  logOdds: number,
  verb: 'is' | 'was',
): string {
  const [more, less] = logOdds >= 0 ? [a, b] : [b, a];
  const ratio = times(Math.exp(Math.abs(logOdds)));
  return `“${more}” ${verb} ${ratio || 'about'} as likely as “${less}”`;
}

/** What a head does to what is watched: a row of the sweep. */
export interface HeadEffect {
  readonly head: AttentionHead;
  /** In nats; below 0 where without the head what is watched is less likely. */
  readonly change: number;
  /** "64.9 % → 12.3 %", or the change of the log-odds, or of the sum of log-probabilities. */
  readonly numbers: string;
}

/** All heads by their effect on the watched token, or on the contrast, the largest first whatever its sign. */
export function headEffects({ before, effects }: AblationReport): readonly HeadEffect[] {
  const isContrast = effects.some(({ contrastChange }) => contrastChange !== undefined);
  const by = isContrast ? 'contrastChange' : 'logProbabilityChange';
  const [only] = before.length === 1 ? before : [];
  const numbersOf = ({ after }: AblationEffect, change: number) =>
    only && after[0] && !isContrast
      ? `${percent(only.watched.probability)} → ${percent(after[0].watched.probability)}`
      : signed(change);
  return rankEffects(effects, by).flatMap(effect => {
    const [head] = effect.ablation.heads ?? [];
    const change = effect[by] ?? 0;
    return head ? [{ head, change, numbers: numbersOf(effect, change) }] : [];
  });
}

/** "0.42 nats", "0.004 nats": with as many digits as mean something. */
export const nats = (amount: number): string =>
  `${amount > 0 && amount < least ? `<${least}` : decimal(amount, Math.abs(amount) < 0.1 ? 3 : 2)}${noBreakSpace}nats`;

/** "+0.42 nats". */
export const signed = (change: number): string =>
  `${change > 0 ? '+' : ''}${decimal(change)}${noBreakSpace}nats`;
