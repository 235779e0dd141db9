/** The distribution over the next token, ranked once and then filtered for each position of the controls, and the controls' bounds. */
import {
  type FilteredTokens,
  type FilterName,
  filterTokens,
  type SamplingSettings,
} from '../../src/common/math/sampling';

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

/** The most probable tokens, the best first, and one more that is shown however low it stands. */
export function candidatesOf(
  distribution: Distribution,
  { filtered }: Bent,
  count: number,
  wanted?: number,
): readonly Candidate[] {
  const ids = [...distribution.ids.subarray(0, count)];
  const isBelow = wanted !== undefined && !ids.includes(wanted);
  return [...ids, ...(isBelow ? [wanted] : [])].map((id, place) => ({
    id,
    rank: (place < count ? place : distribution.ids.indexOf(id)) + 1,
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

/** How the distribution is bent and cut; what a user sets. */
export interface Controls {
  /** 1 is the model's own distribution. */
  readonly temperature: number;
  /** 0 keeps all. */
  readonly topK: number;
  /** 1 keeps all. */
  readonly topP: number;
  /** 0 keeps all. */
  readonly minP: number;
}

export type ControlName = keyof Controls;

/** The model's own distribution, whole. */
export const ownDistribution: Controls = { temperature: 1, topK: 0, topP: 1, minP: 0 };

export interface ControlLimits {
  readonly name: ControlName;
  readonly title: string;
  readonly meaning: string;
  /** What cuts; the temperature only bends. */
  readonly filter: FilterName | undefined;
  readonly least: number;
  readonly most: number;
  /** Of the number field. */
  readonly step: number;
  readonly isWhole: boolean;
  /** Digits after the point. */
  readonly digits: number;
}

export const controls: readonly ControlLimits[] = [
  {
    name: 'temperature',
    title: 'Temperature',
    meaning:
      'Logits are divided by it before the softmax: below 1 the probable becomes more probable, above 1 less.',
    filter: undefined,
    least: 0.01,
    most: 5,
    step: 0.05,
    isWhole: false,
    digits: 2,
  },
  {
    name: 'topK',
    title: 'Top-k',
    meaning: 'Keeps so many of the most probable tokens; 0 keeps all (Fan et al. 2018).',
    filter: 'top-k',
    least: 0,
    most: 2 ** 22,
    step: 1,
    isWhole: true,
    digits: 0,
  },
  {
    name: 'topP',
    title: 'Top-p',
    meaning:
      'Keeps the most probable tokens that have this much of the probability together; 1 keeps all (Holtzman et al. 2019).',
    filter: 'top-p',
    least: 0.01,
    most: 1,
    step: 0.01,
    isWhole: false,
    digits: 2,
  },
  {
    name: 'minP',
    title: 'Min-p',
    meaning:
      'Keeps tokens with at least this share of the probability of the first; 0 keeps all (Nguyen et al. 2024).',
    filter: 'min-p',
    least: 0,
    most: 1,
    step: 0.01,
    isWhole: false,
    digits: 2,
  },
];

/** A value within the limits; undefined for what is no number or outside them. */
export function allowed(
  { least, most, isWhole }: ControlLimits,
  value: number,
): number | undefined {
  const isAllowed =
    Number.isFinite(value) &&
    value >= least &&
    value <= most &&
    (!isWhole || Number.isInteger(value));
  return isAllowed ? value : undefined;
}

/** As the engine and `filterTokens` take them. */
export const settingsOf = ({ temperature, topK, topP, minP }: Controls): SamplingSettings => ({
  temperature,
  ...(topK > 0 && { topK }),
  ...(topP < 1 && { topP }),
  ...(minP > 0 && { minP }),
});

export const isOwn = (one: Controls): boolean =>
  controls.every(({ name }) => one[name] === ownDistribution[name]);

/** Steps of a slider. */
export const sliderSteps = 200;

/** The hottest temperature that a slider reaches; the number field goes further. */
const hottest = 2;

/**
 * Where a value is on its slider, 0 to {@link sliderSteps}. Top-k is on a logarithmic scale, and its right end keeps
 * all; on every slider but that of min-p the right end is the loosest.
 */
export function placeOf(name: ControlName, value: number, vocabSize: number): number {
  switch (name) {
    case 'temperature':
      return Math.round((Math.min(value, hottest) / hottest) * sliderSteps);
    case 'topK':
      return value <= 0 || value >= vocabSize
        ? sliderSteps
        : Math.round((Math.log(value) / Math.log(vocabSize)) * sliderSteps);
    case 'topP':
    case 'minP':
      return Math.round(value * sliderSteps);
  }
}

/** The value at a place of a slider; the other way round than {@link placeOf}, within the limits. */
export function valueAt(name: ControlName, place: number, vocabSize: number): number {
  const share = place / sliderSteps;
  switch (name) {
    case 'temperature':
      return Math.max(0.05, Number((share * hottest).toFixed(2)));
    case 'topK':
      return share >= 1 ? 0 : Math.max(1, Math.round(vocabSize ** share));
    case 'topP':
      return Math.max(0.01, Number(share.toFixed(3)));
    case 'minP':
      return Number(share.toFixed(3));
  }
}

/** What a control is called where it cuts nothing; undefined where it is a number. */
export function offName(name: ControlName, value: number, vocabSize: number): string | undefined {
  switch (name) {
    case 'temperature':
      return undefined;
    case 'topK':
      return value === 0 || value >= vocabSize ? 'all' : undefined;
    case 'topP':
      return value === 1 ? 'off' : undefined;
    case 'minP':
      return value === 0 ? 'off' : undefined;
  }
}

/** As a number field shows it. */
export const fieldText = ({ digits }: ControlLimits, value: number): string =>
  String(Number(value.toFixed(Math.max(digits, 3))));
