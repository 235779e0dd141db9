/** The rows and columns of an attention, and its sink. */
import type { Attention } from '../../../src/common/protocol/engine/types';
import type { Axes } from '../../matrix/matrixView';
import { readUnits, tokenUnits, type Unit, wordUnits } from '../../matrix/units';
import type { Shown } from './shown';

/** Every unit that could be seen, hidden or not. */
export interface AllUnits extends Axes {
  /** Rows of the attention: the tokens that look. */
  readonly queries: readonly Unit[];
  /** Its columns: the tokens looked at. */
  readonly keys: readonly Unit[];
  /** Whether a query may look at nothing that was read after it. */
  readonly looksBack: boolean;
  /** The text and, of an encoder-decoder, what it has written, in reading order. */
  readonly text: readonly Unit[];
  readonly sink: Sink | undefined;
}

/** What heads look at that find nothing to look for: a special token, or the first token of a model that only looks back. */
export interface Sink {
  readonly label: string;
  readonly isSpecial: boolean;
  /** Share of the weight of all heads that goes there, as a mean over the tokens of the text. */
  readonly share: number;
}

/** What stands at the rows and columns of one kind of attention, as tokens or merged to words. */
export function allUnits(
  { analysis, read: { texts } }: Shown,
  kind: Attention['kind'],
  words: boolean,
): AllUnits {
  const make = words ? wordUnits : tokenUnits;
  const { source, target, targetText } = analysis;
  // Only WordPiece spells tokens as people can read them; byte-level tokens speak by their characters.
  const spelling = kind === 'encoder' && target.length === 0 ? 'vocabulary' : 'characters';
  const read = make({ tokens: source, texts, side: 'source', spelling });
  const attention = analysis.attentions.find(each => each.kind === kind);
  const looksBack = kind === 'decoder';
  if (target.length === 0) {
    const sink = attention && sinkOf(attention, read, read);
    const units = marked(read, sink);
    return { queries: units, keys: units, looksBack, text: units, sink };
  }
  const written = make({
    tokens: target,
    texts: [targetText ?? ''],
    side: 'target',
    spelling: 'characters',
  });
  const [queries, keys] =
    kind === 'encoder' ? [read, read] : [written, kind === 'cross' ? read : readUnits(written)];
  const sink = attention && sinkOf(attention, queries, keys);
  const markedKeys = marked(keys, sink);
  return {
    queries: queries === keys ? markedKeys : queries,
    keys: markedKeys,
    ...{ looksBack, text: [...read, ...written], sink },
  };
}

/**
 * The sink of an attention: of its special tokens the one that all heads together give most, or the first token of a model
 * that only looks back and has no special one there.
 *
 * @see Clark et al., arXiv:1906.04341, section 3.2, on separators; Xiao et al., "Efficient Streaming Language Models with
 *   Attention Sinks", arXiv:2309.17453, section 3.1, on the first token
 */
function sinkOf(
  { kind, shape, weights }: Attention,
  queries: readonly Unit[],
  keys: readonly Unit[],
): Sink | undefined {
  const [layers, heads, rows, columns] = shape;
  const looking = queries.flatMap(({ isSpecial, tokens }) => (isSpecial ? [] : tokens));
  const shares = new Map<string, Sink>();
  keys.forEach((unit, place) => {
    if (unit.isSpecial || (kind === 'decoder' && place === 0)) {
      let sum = 0;
      for (let head = 0; head < layers * heads; head++) {
        for (const query of looking) {
          for (const token of unit.tokens) {
            sum += weights[(head * rows + query) * columns + token] ?? 0;
          }
        }
      }
      const { label, isSpecial } = unit;
      const before = shares.get(label)?.share ?? 0;
      const share = before + sum / (layers * heads * Math.max(1, looking.length));
      shares.set(label, { label, isSpecial, share });
    }
  });
  const [largest] = [...shares.values()].sort((a, b) => b.share - a.share);
  return largest;
}

/** The units with those marked that are the sink. */
function marked(units: readonly Unit[], sink: Sink | undefined): readonly Unit[] {
  const isSink = (unit: Unit, place: number) =>
    unit.label === sink?.label && (unit.isSpecial || place === 0);
  return units.map((unit, place) => (isSink(unit, place) ? { ...unit, isSink: true } : unit));
}
