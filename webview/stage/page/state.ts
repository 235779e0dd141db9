import type { EngineError } from '../../../src/common/errors';
import type { Lesson } from '../../../src/common/content/lesson';
import type { StageStart } from '../../../src/common/protocol/pages/stage';
import type { SavedState } from './savedState';

/** A diagram that is drawn, and from what. */
export interface DrawnDiagram {
  readonly lesson: Lesson;
  /** What it was drawn from: stage, theme, direction. */
  readonly key: string;
  readonly element: HTMLElement;
}

export interface StageState {
  readonly saved: SavedState;
  /** Undefined until the host has answered. */
  readonly book: StageStart | undefined;
  readonly error: EngineError | undefined;
  /** The last one drawn; it stays until the next is. */
  readonly diagram: DrawnDiagram | undefined;
  /** Why there is none. */
  readonly diagramError: string | undefined;
  /** Symbol of an equation that is pointed at, as equation and id. */
  readonly symbol: string | undefined;
  /** Of the page, in CSS pixels. */
  readonly pageWidth: number | undefined;
  /** Counts up when the theme has changed. */
  readonly themeVersion: number;
  /** From the page's start to its painted text, in ms. */
  readonly textMs: number | undefined;
}

/** The stage that is shown; undefined until there is one. */
export const lessonOf = ({ book, saved }: StageState): Lesson | undefined =>
  book?.lessons.find(({ id }) => id === saved.stage);

/** What is run: the person's sentence, else the one that the stage offers. */
export const sentenceOf = ({ saved }: StageState, lesson: Lesson): string =>
  saved.sentence.trim() === '' ? lesson.sentence : saved.sentence;
