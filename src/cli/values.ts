import { EngineError } from '../common/errors';

/** @throws EngineError `input-invalid` for anything but digits. */
export function countOf(option: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) {
    throw invalid(`${option} ${value} is not a count`);
  }
  return Number(value);
}

/** @throws EngineError `input-invalid` for anything but digits. */
export const optionalCountOf = (option: string, value: string | undefined): number | undefined =>
  value === undefined ? undefined : countOf(option, value);

/** @throws EngineError `input-invalid` for anything but a decimal number. */
export function numberOf(option: string, value: string): number {
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i.test(value)) {
    throw invalid(`${option} ${value} is not a number`);
  }
  return Number(value);
}

/** @throws EngineError `input-invalid` for anything but `on` and `off`. */
export function switchOf(option: string, value: string | undefined): boolean | undefined {
  if (value !== undefined && value !== 'on' && value !== 'off') {
    throw invalid(`${option} ${value} is not on or off`);
  }
  return value && value === 'on';
}

/** What is wrong with the command line; the usage is added where it is read. */
export const invalid = (what: string): EngineError => new EngineError('input-invalid', what);
