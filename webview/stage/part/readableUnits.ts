/** Tokens as words are read. */
import type { Token } from '../../../src/common/protocol/engine/types';
import { tokenUnits, type Side, type Unit } from '../../matrix/units';

/** Tokens by the characters they stand for, without the space before a word: lessons are about words, not vocabularies. */
export const readableUnits = (
  tokens: readonly Token[],
  text: string,
  side: Side,
): readonly Unit[] =>
  tokenUnits({ tokens, texts: [text], side, spelling: 'characters' }).map(unit => ({
    ...unit,
    label: unit.label.replace(/^·(?=.)/u, ''),
  }));
