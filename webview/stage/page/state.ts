/** The state of the page of stages, and what follows from it. */
import type { EngineError } from '../../../src/common/errors';
import type { Lesson } from '../../../src/common/content/lesson';
import type { StageStart } from '../../../src/common/protocol/pages/stage';
import type { SavedState } from './savedState';

/** A drawn diagram and what it was drawn from. */
interface DrawnDiagram {
  readonly lesson: Lesson;
  /** Stage, theme and direction. */
  readonly key: string;
  readonly element: HTMLElement;
}

export interface StageState {
  readonly saved: SavedState;
  /** Undefined until the host has answered. */
  readonly book: StageStart | undefined;
  readonly error: EngineError | undefined;
  /** The last one drawn; it stays until the next is drawn. */
  readonly diagram: DrawnDiagram | undefined;
  /** Why it could not be drawn. */
  readonly diagramError: string | undefined;
  /** The symbol under the pointer, as equation and id. */
  readonly symbol: string | undefined;
  /** In CSS pixels. */
  readonly pageWidth: number | undefined;
  /** Counts up when the theme has changed. */
  readonly themeVersion: number;
  /** From the page's start to its painted text, in ms. */
  readonly textMs: number | undefined;
}

export const initialState = (saved: SavedState): StageState => ({
  saved,
  book: undefined,
  error: undefined,
  diagram: undefined,
  diagramError: undefined,
  symbol: undefined,
  pageWidth: undefined,
  themeVersion: 0,
  textMs: undefined,
});

/** The stage on the page; undefined until the host has answered. */
export const lessonOf = ({ book, saved }: StageState): Lesson | undefined =>
  book?.lessons.find(({ id }) => id === saved.stage);

/** What the live parts run on: the user's sentence, or the one that the stage offers. */
export const sentenceOf = ({ saved }: StageState, lesson: Lesson): string =>
  saved.sentence.trim() === '' ? lesson.sentence : saved.sentence;
