/** The units of all texts of an analysis. */
import type { Attention } from '../../src/common/protocol/engine/types';
import type { Shown } from './attentionState';
import { readUnits, tokenUnits, wordUnits, type Unit } from '../matrix/units';

/** Every unit that could be seen, hidden or not. */
export interface AllUnits {
  /** Rows of the attention: the tokens that look. */
  readonly queries: readonly Unit[];
  /** Its columns: the tokens looked at. */
  readonly keys: readonly Unit[];
  /** Whether a query may look at nothing that was read after it. */
  readonly looksBack: boolean;
  /** The text and, of an encoder-decoder, what it has written, in reading order. */
  readonly text: readonly Unit[];
}

/** What stands at the rows and columns of one kind of attention, as tokens or merged to words. */
export function allUnits(
  { subject, analysis }: Shown,
  kind: Attention['kind'],
  words: boolean,
): AllUnits {
  const make = words ? wordUnits : tokenUnits;
  const { source, target, targetText } = analysis;
  // Only WordPiece spells tokens as people can read them; byte-level tokens speak by their characters.
  const spelling = kind === 'encoder' && target.length === 0 ? 'vocabulary' : 'characters';
  const texts = subject.segments.map(({ text }) => text);
  const read = make({ tokens: source, texts, side: 'source', spelling });
  if (target.length === 0) {
    const units = kind === 'decoder' ? withFirstAsSink(read) : read;
    return { queries: units, keys: units, looksBack: kind === 'decoder', text: units };
  }
  const written = make({
    tokens: target,
    texts: [targetText ?? ''],
    side: 'target',
    spelling: 'characters',
  });
  const text = [...read, ...written];
  switch (kind) {
    case 'encoder':
      return { queries: read, keys: read, looksBack: false, text };
    case 'cross':
      return { queries: written, keys: read, looksBack: false, text };
    case 'decoder':
      return { queries: written, keys: readUnits(written), looksBack: true, text };
  }
}

/**
 * What all later tokens can see, whatever it is, is the sink of a model that only looks back.
 *
 * @see Xiao et al., "Efficient Streaming Language Models with Attention Sinks", arXiv:2309.17453, section 3.1
 */
const withFirstAsSink = ([first, ...later]: readonly Unit[]): readonly Unit[] =>
  first ? [{ ...first, isSink: true }, ...later] : [];
