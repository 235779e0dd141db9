/** The distribution over the next token: ranked once, then filtered for each position of the controls. */
import { filterTokens, type FilterName, type FilteredTokens } from '../../src/common/math/sampling';
import { settingsOf, type Controls } from './controls';

/** A token of the vocabulary that could be next. */
export interface Candidate {
  readonly id: number;
  /** By the model's own distribution; 1 is the most probable. */
  readonly rank: number;
  /** The model's own, of the whole vocabulary. */
  readonly probability: number;
  readonly logit: number;
  /** After temperature and filters; 0 for one that was cut. */
  readonly filtered: number;
  /** What cut it; undefined for one that is left. */
  readonly cutBy: FilterName | undefined;
}

/** What a filter cut that was there before it. */
export interface Cut {
  readonly count: number;
  /** Probability of those tokens together, by the model's own distribution. */
  readonly mass: number;
}

/** The model's own distribution, ranked once for all positions of the controls. */
export interface Distribution {
  /** [V] */
  readonly logits: Float32Array;
  /** [V], ids by logit, the largest first; of equal ones the lower id. */
  readonly ids: Uint32Array;
  /** [V + 1]: probability of the `n` most probable tokens together. */
  readonly massOf: Float64Array;
  /** A logit less this is the natural logarithm of the probability. */
  readonly logSum: number;
}

/** The distribution as the controls leave it. */
export interface Bent {
  readonly filtered: FilteredTokens;
  readonly cuts: Readonly<Record<FilterName, Cut>>;
  /** How many tokens are left, at least one, and their probability together by the model's own distribution. */
  readonly kept: Cut;
}

/** @param logits [V], the model's. */
export function distributionOf(logits: Float32Array): Distribution {
  const ids = sortedIds(logits);
  const largest = logits[ids[0] ?? 0] ?? 0;
  const massOf = new Float64Array(ids.length + 1);
  for (let rank = 0; rank < ids.length; rank++) {
    massOf[rank + 1] = massOf[rank]! + Math.exp(logits[ids[rank]!]! - largest);
  }
  const sum = massOf[ids.length]!;
  for (let rank = 0; rank <= ids.length; rank++) {
    massOf[rank]! /= sum;
  }
  return { logits, ids, massOf, logSum: largest + Math.log(sum) };
}

/** The model's own probability of a token. */
export const probabilityOf = ({ logits, logSum }: Distribution, id: number): number =>
  Math.exp((logits[id] ?? -Infinity) - logSum);

/**
 * Bends and cuts it, with no run of a model.
 *
 * A temperature keeps the order and each filter leaves a beginning of it, so what a filter cut is a stretch of the
 * ranking.
 */
export function bend({ logits, massOf }: Distribution, controls: Controls): Bent {
  const filtered = filterTokens(logits, settingsOf(controls));
  const size = massOf.length - 1;
  let left = size;
  const cut = (name: FilterName): Cut => {
    const from = left;
    left -= filtered.cut[name];
    return { count: filtered.cut[name], mass: (massOf[from] ?? 0) - (massOf[left] ?? 0) };
  };
  const cuts = { 'top-k': cut('top-k'), 'top-p': cut('top-p'), 'min-p': cut('min-p') };
  return { filtered, cuts, kept: { count: left, mass: massOf[left] ?? 0 } };
}

/** The most probable tokens, the best first. */
export function candidatesOf(
  distribution: Distribution,
  { filtered }: Bent,
  count: number,
): readonly Candidate[] {
  return Array.from(distribution.ids.subarray(0, count), (id, place) => ({
    id,
    rank: place + 1,
    probability: probabilityOf(distribution, id),
    logit: distribution.logits[id] ?? 0,
    filtered: filtered.probabilities[id] ?? 0,
    cutBy: filtered.cutBy(id),
  }));
}

/**
 * Ids by logit, the largest first; of equal ones the lower id.
 *
 * A vocabulary is sorted while a user waits, and a comparing function takes ten times as long: numbers that hold
 * the logit's bits before the id's are sorted by the browser itself.
 *
 * @param logits [V], no NaN; V at most 2 ** 20.
 */
export function sortedIds(logits: Float32Array): Uint32Array {
  const size = logits.length;
  // Plus 0, so that -0 is 0.
  const bits = new Uint32Array(logits.map(logit => logit + 0).buffer);
  const keys = new Float64Array(size);
  for (let id = 0; id < size; id++) {
    const word = bits[id]!;
    // IEEE 754: as unsigned integers positive numbers rise, negative ones fall. The largest shall be the smallest key.
    const falling = word >>> 31 === 0 ? 0x7fffffff - word : word;
    keys[id] = falling * idPlaces + id;
  }
  keys.sort();
  return Uint32Array.from(keys, key => key % idPlaces);
}

/** 32 bits of a logit and 20 of an id are whole numbers of a double. */
const idPlaces = 2 ** 20;
