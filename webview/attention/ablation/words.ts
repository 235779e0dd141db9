/** What an ablation changes, in whole sentences. */
import type { AblationReport } from '../../../src/common/protocol/engine/ablate';
import type { Manifest } from '../../../src/common/protocol/manifest';
import type { Token } from '../../../src/common/protocol/engine/types';
import { percent } from '../../../src/common/text/percent';
import { elide, visibleText } from '../../../src/common/text/tokenText';
import { count, ordinal } from '../../common/numbers';
import type { Measured, Question } from './ablationState';
import { changeInWords, contrastInWords, nameIn, nats, signed, sizeOf } from './effect';
import { isNone, partsInWords } from './parts';

/** Of a name in a sentence, in characters. */
const maxNameLength = 28;

/** A token as it stands in a text: its characters, or where it stands for none its own name. */
function tokenName(token: Token | undefined, text: string | undefined): string {
  const characters = token && !token.isSpecial ? text?.slice(token.start, token.end) : undefined;
  return elide(visibleText(characters?.trim() || (token?.text ?? '')), maxNameLength);
}

/** The token of the text or of the translation that a question is about; undefined where it is about none. */
export function placeName(
  { of: { read }, place }: Question,
  { source, target, targetText }: Pick<AblationReport, 'source' | 'target' | 'targetText'>,
): string | undefined {
  if (place === undefined) {
    return undefined;
  }
  if (target.length > 0) {
    return tokenName(target[place], targetText);
  }
  const token = source[place];
  return tokenName(token, token?.segment === 1 ? read.textPair : read.text);
}

/** The watched token, as its candidates spell it. */
export function watchedName({ question, report }: Measured): string {
  const { before, effects, places, target, targetText } = report;
  const id = before[0]?.watched.id ?? -1;
  const named =
    question.watched?.id === id
      ? question.watched.text
      : nameIn([before[0], ...effects.map(({ after }) => after[0])], id);
  const [place = -1] = places;
  return named ?? tokenName(target[place], targetText);
}

/** What is watched, without the parts and with them: for the eye and for a screen reader. */
export function summary(model: Manifest, measured: Measured): string {
  const { question, report } = measured;
  const [effect] = report.effects;
  const [a, b] = question.contrast;
  const first = report.before[0];
  const contrast =
    a && b && first?.contrast !== undefined
      ? ` ${contrastInWords([a.text, b.text], first.contrast, effect?.after[0]?.contrast)}`
      : '';
  const name = watchedName(measured);
  const isWhole = model.family === 'encoder-decoder' && question.place === undefined;
  if (!effect || !first || isNone(measured.parts)) {
    return isWhole
      ? 'Nothing is switched off: the translation is the model’s own.'
      : `Nothing is switched off: “${name}” is at ${percent(first?.watched.probability ?? 0)}, ${ordinal(first?.watched.rank ?? 1)} of ${count(model.vocabSize, 'token')}.${contrast}`;
  }
  const off = `Without ${partsInWords(model, measured.parts)},`;
  const divergence = `KL divergence ${nats(effect.klDivergence)}`;
  const after = effect.after[0];
  if (isWhole) {
    return `${off} ${translationInWords(measured)} ${divergence}, summed over ${count(report.places.length, 'token')}; log-probability of the old translation ${signed(effect.logProbabilityChange)}.`;
  }
  const change = after ? changeInWords(first.watched, after.watched) : '';
  return `${off} “${name}” ${change}. The whole prediction ${sizeOf(effect.klDivergence)}: ${divergence}.${contrast}`;
}

function translationInWords({ translation, report }: Measured): string {
  return translation === report.targetText
    ? 'the translation stays the same.'
    : translation?.trim() === ''
      ? 'it writes nothing.'
      : 'it translates otherwise.';
}

/** What every number here can and cannot say. */
export const limits =
  'Switched off means that its output is set to zero. The other parts never learned to do without it, so this is not the same as a model that never had it. The picture still shows the whole model.';
