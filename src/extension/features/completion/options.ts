/** The settings of completion, the models that can complete, and in which languages it is on. */
import * as v from 'valibot';
import type { Setting } from '../../settings/setting';

/** The models that can complete, the default first; as in `package.json`. */
export const completionModels = ['smollm2', 'gpt2', 'ulmfit'] as const;
export const defaultModel = completionModels[0];

/** Whether a model with this id can complete. No other id becomes part of a path. */
export const canComplete = (modelId: string): boolean =>
  completionModels.some(id => id === modelId);

/** A number out of range counts as the nearest allowed one, and anything else as the default. */
const integerWithin = (min: number, max: number, standard: number) =>
  v.fallback(
    v.pipe(
      v.number(),
      v.transform(value => Math.round(Math.min(max, Math.max(min, value)))),
    ),
    standard,
  );

/** The same as in `package.json`. A value that is not allowed counts as the default. */
const options = v.object({
  enabled: v.fallback(v.boolean(), false),
  /** May be none of `completionModels`: an unknown id is kept, so that the status bar can name it. */
  model: v.fallback(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(64)), defaultModel),
  when: v.fallback(v.picklist(['asYouType', 'whenAsked']), 'asYouType'),
  /** Whether completion is on, by language; `*` stands for all others. */
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
  /** How long the keys must rest, in ms. */
  delay: integerWithin(0, 2000, 120),
  /** The most tokens of a suggestion of one line. */
  length: integerWithin(1, 64, 16),
  evenWhenSlow: v.fallback(v.boolean(), false),
});

/** The values of the settings, checked. */
export type CompletionOptions = Readonly<v.InferOutput<typeof options>>;

/** Checks the settings as the user wrote them, which may be anything. */
export const completionOptions = (
  given: Readonly<Record<keyof CompletionOptions, unknown>>,
): CompletionOptions => v.parse(options, given);

/** One setting. @param name below `completion.`, if it is not the option's own. */
const setting = <K extends keyof CompletionOptions>(
  option: K,
  name: string = option,
): Setting<CompletionOptions[K]> => ({
  name: `completion.${name}`,
  // The entry of an option parses to the type of that option.
  parse: written => v.parse(options.entries[option], written) as CompletionOptions[K],
});

/** The settings of completion, by the options that they set. */
export const completionSettings = {
  enabled: setting('enabled'),
  model: setting('model'),
  when: setting('when'),
  languages: setting('languages'),
  delay: setting('delay', 'pauseBeforeAsking'),
  length: setting('length', 'longestSuggestion'),
  evenWhenSlow: setting('evenWhenSlow'),
};

/** All settings as they are now. */
export const readOptions = ({
  get,
}: {
  readonly get: <T>(setting: Setting<T>) => T;
}): CompletionOptions => ({
  enabled: get(completionSettings.enabled),
  model: get(completionSettings.model),
  when: get(completionSettings.when),
  languages: get(completionSettings.languages),
  delay: get(completionSettings.delay),
  length: get(completionSettings.length),
  evenWhenSlow: get(completionSettings.evenWhenSlow),
});

export const defaultOptions: CompletionOptions = v.parse(options, {});

/** Whether completion is on for a language: its own entry decides, then that of `*`, as in VS Code's own settings. */
export function isOnFor(languages: Readonly<Record<string, boolean>>, languageId: string): boolean {
  const own = Object.hasOwn(languages, languageId) ? languages[languageId] : undefined;
  return own ?? (Object.hasOwn(languages, '*') ? languages['*'] : undefined) ?? true;
}

/** A model's name without the part in brackets, which distinguishes it from others of its kind. */
export const shortName = (name: string): string => name.replace(/\s*\(.*$/u, '');
