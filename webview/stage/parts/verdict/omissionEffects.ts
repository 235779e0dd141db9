/** How the verdict on a text moves when a part of it is left out. */
import type { Classification } from '../../../../src/common/protocol/engine/classify';

/** A part of a text, and how far it moves the probability of the second class. */
export interface OmissionEffect {
  /** What stands between it and the part before. */
  readonly before: string;
  readonly text: string;
  /** The probability without it, 0 to 1. */
  readonly without: number;
  /** Percentage points that the whole text has more than the text without it. */
  readonly points: number;
}

/** The smallest end of the colour scale, in percentage points: a text that nothing moves is not painted as if it were moved. */
const minReach = 1;

/** The effect of every part of the text that was left out once, in order; what was not read is an ellipsis between two. */
export function omissionEffects(
  text: string,
  { probabilities, omissions }: Classification,
): OmissionEffect[] {
  const whole = probabilities[1] ?? 0;
  let end = 0;
  return omissions.map(omission => {
    const part = text.slice(omission.start, omission.end);
    const trimmed = part.trim();
    const start = omission.start + part.indexOf(trimmed);
    const between = text.slice(end, start);
    end = start + trimmed.length;
    const without = omission.probabilities[1] ?? 0;
    return {
      before: between.trim() === '' ? between : ' … ',
      text: trimmed,
      without,
      points: 100 * (whole - without),
    };
  });
}

/** The size of an effect that has the full colour, in percentage points. */
export const reachOf = (effects: readonly OmissionEffect[]): number =>
  effects.reduce((max, { points: moved }) => Math.max(max, Math.abs(moved)), minReach);

/** "+12.3 points", "−0.4 points". */
export function points(amount: number): string {
  const size = Math.abs(amount).toFixed(1);
  const sign = size === '0.0' ? '' : amount < 0 ? '−' : '+';
  return `${sign}${size} points`;
}
