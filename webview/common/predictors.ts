/** The models that predict a next token, by name. */
import type { Manifest } from '../../src/common/protocol/manifest';

/** It reads a text and tells what comes next. */
export const writesOn = ({ family }: Manifest): boolean => family === 'decoder-only';

/** It tells what stands in the place of a mask. */
export const fillsMasks = ({ family, tokens }: Manifest): boolean =>
  family === 'encoder-only' && tokens?.mask !== undefined;

/** The models that this page can show, the oldest first. */
export const predictors = (models: readonly Manifest[]): readonly Manifest[] =>
  models.filter(model => writesOn(model) || fillsMasks(model)).toSorted((a, b) => a.year - b.year);

/** The model of an id where it can be shown, else one that writes on, else any that can be shown. */
export function modelFor(models: readonly Manifest[], modelId: string): Manifest | undefined {
  const possible = predictors(models);
  return possible.find(({ id }) => id === modelId) ?? possible.findLast(writesOn) ?? possible[0];
}

/** "GPT-2": for sentences. */
export const shortName = ({ name }: Manifest): string => name.replace(/ \(.*\)$/, '');
