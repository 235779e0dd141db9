/** Counts the words that a model cannot spell. */
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import { isUnknown } from '../../src/common/text/tokenText';
import { thousands } from '../common/numbers';

/** How many words of the text the model could not spell. */
export const unknownIn = ({ source }: Analysis): number => source.filter(isUnknown).length;

/** "3 words are unknown to this model: it reads [UNK] in their place." */
export const unknownWords = (unknown: number): string =>
  unknown === 1
    ? '1 word is unknown to this model: it reads [UNK] in its place.'
    : `${thousands(unknown)} words are unknown to this model: it reads [UNK] in their place.`;
