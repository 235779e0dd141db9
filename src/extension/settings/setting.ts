/** What a setting is: its name, and how what the user wrote becomes a value. */
/** A setting is declared by the part that it is for; `package.json` describes it to the user. */
export interface Setting<T> {
  /** The name below `lmEvolution.`. */
  readonly name: string;
  /** Makes a value of what the user wrote, which may be anything: what is not allowed counts as the default. */
  readonly parse: (written: unknown) => T;
}

/** A setting that is one of a few words. @param values the default first, as in `package.json`. */
export const choiceSetting = <T extends string>(
  name: string,
  values: readonly [T, ...T[]],
): Setting<T> => ({
  name,
  parse: written => values.find(value => value === written) ?? values[0],
});

/** A setting that is on or off. */
export const switchSetting = (name: string, isOnByDefault: boolean): Setting<boolean> => ({
  name,
  parse: written => (typeof written === 'boolean' ? written : isOnByDefault),
});
