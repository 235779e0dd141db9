/** The type of a setting: its name, and how the value that the user wrote is read. */

/** A setting. The part that uses it declares it; `package.json` describes it to the user. */
export interface Setting<T> {
  /** The name below `lmEvolution.`. */
  readonly name: string;
  /** Reads the value that the user wrote, which may be anything: what is not allowed counts as the default. */
  readonly parse: (written: unknown) => T;
}

/** Declares a setting with a few allowed values. @param values the default first, as in `package.json`. */
export const choiceSetting = <T extends string>(
  name: string,
  values: readonly [T, ...T[]],
): Setting<T> => ({
  name,
  parse: written => values.find(value => value === written) ?? values[0],
});

/** Declares a setting that counts. A number out of range counts as the nearest allowed one. */
export const countSetting = (
  name: string,
  standard: number,
  [min, max]: readonly [min: number, max: number],
): Setting<number> => ({
  name,
  parse: written =>
    typeof written === 'number' && Number.isFinite(written)
      ? Math.round(Math.min(max, Math.max(min, written)))
      : standard,
});

/** Declares a setting that is on or off. */
export const switchSetting = (name: string, isOnByDefault: boolean): Setting<boolean> => ({
  name,
  parse: written => (typeof written === 'boolean' ? written : isOnByDefault),
});
