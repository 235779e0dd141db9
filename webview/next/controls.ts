/** The values of the controls, and their bounds. */
import { type FilterName, type SamplingSettings } from '../../src/common/math/sampling';

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

/** As a number field shows it. */
export const fieldText = ({ digits }: ControlLimits, value: number): string =>
  String(Number(value.toFixed(Math.max(digits, 3))));
