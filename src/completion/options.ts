import * as v from 'valibot';

/** The settings of completion, checked. */
export interface CompletionOptions {
  readonly enabled: boolean;
  readonly model: string;
  /** By language; `*` stands for all others. */
  readonly languages: Readonly<Record<string, boolean>>;
  /** How long the keys must rest, in ms. */
  readonly delay: number;
  /** Tokens of a suggestion of one line at most. */
  readonly length: number;
  readonly evenWhenSlow: boolean;
}

export const defaultModel = 'smollm2';

/** A number that is none, or out of range, is the nearest that is allowed; one that is no number the default. */
const within = (least: number, most: number, standard: number) =>
  v.fallback(
    v.pipe(
      v.number(),
      v.transform(value => Math.round(Math.min(most, Math.max(least, value)))),
    ),
    standard,
  );

/** As in `package.json`. What is none of the allowed values counts as the default. */
const options = v.object({
  enabled: v.fallback(v.boolean(), false),
  model: v.fallback(v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/)), defaultModel),
  languages: v.pipe(
    v.fallback(v.record(v.string(), v.unknown()), {}),
    v.transform(map =>
      Object.fromEntries(
        Object.entries(map).filter(
          (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
        ),
      ),
    ),
  ),
  delay: within(0, 2000, 120),
  length: within(1, 64, 16),
  evenWhenSlow: v.fallback(v.boolean(), false),
});

/** Reads settings as they come, which may be anything. */
export const completionOptions = (
  given: Readonly<Record<keyof CompletionOptions, unknown>>,
): CompletionOptions => v.parse(options, given);
