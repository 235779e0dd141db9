/** The page of stages in words: for tests, and for a user who cannot see it. */
import { plainWords } from '../../../src/common/content/citations';
import type { StageDescription } from '../../../src/common/protocol/pages/stage';
import { lessonOf, sentenceOf, type StageState } from './state';
import type { PartOfStage } from './partSet';

export function describe(state: StageState, parts: readonly PartOfStage[]): StageDescription {
  const lesson = lessonOf(state);
  const { error, saved } = state;
  return {
    state: error ? 'error' : lesson ? 'ready' : 'loading',
    error: error && { code: error.code, message: error.message },
    paintMs: state.textMs,
    markdown: lesson
      ? [
          `# ${lesson.years} ${lesson.name}: ${lesson.title}`,
          lesson.before,
          ...lesson.idea.map(plainWords),
          ...parts.map(({ part }) => `## ${part.title}\n\n${part.words}`),
          lesson.left,
        ].join('\n\n')
      : '',
    stage: lesson?.id,
    sentence: lesson ? sentenceOf(state, lesson) : '',
    textMs: state.textMs,
    parts: parts.map(({ id, part }) => ({ id, state: part.state, words: part.words })),
    values: Object.assign(
      {},
      ...parts.map(({ part }) => part.values),
    ) as StageDescription['values'], // Each part's values have its own names.
    hasDiagram: lesson !== undefined && state.diagram?.lesson === lesson,
    answer: lesson && saved.answers[lesson.id],
  };
}
