/** The settings of completion, the models that can complete, and in which languages it is on. */

import * as v from 'valibot';

/** The settings of completion, checked. */
export interface CompletionOptions {
  readonly enabled: boolean;
  /** As it was set: it may be none of `completionModels`. */
  readonly model: string;
  readonly when: 'asYouType' | 'whenAsked';
  /** By language; `*` stands for all others. */
  readonly languages: Readonly<Record<string, boolean>>;
  /** How long the keys must rest, in ms. */
  readonly delay: number;
  /** Tokens of a suggestion of one line at most. */
  readonly length: number;
  readonly evenWhenSlow: boolean;
}

/** The models that can complete, the default first; as in `package.json`. */
export const completionModels = ['smollm2', 'gpt2', 'ulmfit'] as const;
export const defaultModel = completionModels[0];

/** Whether a model of that id can complete. No other id becomes part of a path. */
export const canComplete = (modelId: string): boolean =>
  completionModels.some(id => id === modelId);

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
  // One that there is not is kept: the person is told of it by its name.
  model: v.fallback(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(64)), defaultModel),
  when: v.fallback(v.picklist(['asYouType', 'whenAsked']), 'asYouType'),
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

/** What holds where nobody has set anything. */
export const defaultOptions: CompletionOptions = v.parse(options, {
  enabled: undefined,
  when: undefined,
  model: undefined,
  languages: undefined,
  delay: undefined,
  length: undefined,
  evenWhenSlow: undefined,
});

/** Whether completion is on for a language, as VS Code's own maps by language say it: its own entry, else that of `*`. */
export function isOnFor(languages: Readonly<Record<string, boolean>>, languageId: string): boolean {
  const own = Object.hasOwn(languages, languageId) ? languages[languageId] : undefined;
  return own ?? (Object.hasOwn(languages, '*') ? languages['*'] : undefined) ?? true;
}

/** A model's name without what tells it from others of its kind, which stands in brackets. */
export const shortName = (name: string): string => name.replace(/\s*\(.*$/u, '');
