/** Reads the values of options. */
import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Reads the value of an option that counts. @throws InvalidArgumentError for anything but digits. */
export function count(value: string): number {
  if (!/^\d{1,9}$/.test(value)) {
    throw new InvalidArgumentError('It is not a count.');
  }
  return Number(value);
}

/** Reads the value of an option. @throws InvalidArgumentError for anything but a decimal number. */
export function decimal(value: string): number {
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i.test(value)) {
    throw new InvalidArgumentError('It is not a number.');
  }
  return Number(value);
}

/** Reads an option that may be given more than once: the values so far, and the next. */
export const each =
  <T>(read: (value: string) => T) =>
  (value: string, before: readonly T[]): readonly T[] => [...before, read(value)];

/** The values of such an option where it is not given. */
export const none: readonly never[] = [];
