/** Numbers as a user reads them. */
import { memo } from './store';

const noBreakSpace = '\u00a0';

// Made when they are first used: of what a page does before its text stands, they would be a good part.
const plural = memo(() => new Intl.PluralRules('en', { type: 'ordinal' }));
const grouped = memo(() => new Intl.NumberFormat('en'));
const ending: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** 1st, 2nd, 3rd, 11th. */
export const ordinal = (place: number): string =>
  `${place}${ending[plural().select(place)] ?? 'th'}`;

/** "1 token", "1,340 tokens". */
export const count = (amount: number, noun: string): string =>
  `${grouped().format(amount)} ${noun}${amount === 1 ? '' : 's'}`;

/** −0.95: with a minus as wide as a plus, so that columns of numbers stay columns; what is not known yet is `…`. */
export const decimal = (value: number | undefined, digits = 2): string =>
  value?.toFixed(digits).replace('-', '−') ?? '…';

/** 1,340. */
export const thousands = (amount: number): string => grouped().format(amount);

/** A duration with as many digits as mean something: `8.4 ms`, `41 ms`, `1.3 s`. */
export function duration(ms: number): string {
  if (ms >= 1000) {
    return `${(ms / 1000).toFixed(1)}${noBreakSpace}s`;
  }
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)}${noBreakSpace}ms`;
}

/** Nine digits name every float32 exactly. */
export const shortest = (value: number): number => Number(value.toPrecision(9));
