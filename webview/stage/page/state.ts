/** The state of the page of stages: what is kept across a reload, what follows from it, and what changes it. */
import * as v from 'valibot';
import type { EngineError } from '../../../src/common/errors';
import {
  type Lesson,
  type StageId,
  stageIds,
  type Target,
} from '../../../src/common/content/lesson';
import type { StageStart } from '../../../src/common/protocol/pages/stage';
import { savedSubject, type Subject } from '../../../src/common/protocol/pages/subject';
import type { Remedies } from '../../elements/errorNotice';
import type { LinkOpener } from '../../elements/prose';

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

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The longest sentence that goes through the stages, in UTF-16 units: about 150 words. */
export const maxSentenceLength = 1000;

/** A place on the page, by the heading above it. */
const place = v.object({
  /** The id of the heading; empty above the first. */
  anchor: v.pipe(v.string(), v.maxLength(100)),
  /** How far below the heading, in CSS pixels. */
  down: v.pipe(v.number(), v.minValue(0)),
});

export type ScrollPlace = v.InferOutput<typeof place>;

const saved = v.object({
  subject: v.fallback(v.optional(savedSubject), undefined),
  stage: v.fallback(v.picklist(stageIds), stageIds[0]),
  /** The user's own, which goes with them through all stages; empty where each stage offers one. */
  sentence: v.fallback(v.pipe(v.string(), v.maxLength(maxSentenceLength)), ''),
  /** UTF-16 units of the user's text that were left out. */
  cut: v.fallback(index, 0),
  /** The choice that was made in the question of each stage. */
  answers: v.fallback(v.record(v.picklist(stageIds), v.optional(index)), {}),
  /** How far the page is scrolled; absent at its top. */
  place: v.fallback(v.optional(place), undefined),
  /** What each live part is set to; the part checks it. */
  parts: v.fallback(v.record(v.string(), v.unknown()), {}),
});

/** What survives a reload of the window: where the user is and what is set; never results. */
export interface SavedState {
  readonly subject: Subject | undefined;
  readonly stage: StageId;
  readonly sentence: string;
  readonly cut: number;
  readonly answers: Readonly<Partial<Record<StageId, number | undefined>>>;
  readonly place: ScrollPlace | undefined;
  readonly parts: Readonly<Record<string, unknown>>;
}

/** Reads what an earlier page has left, field by field: a field that is not as expected becomes its default. */
export function parseState(value: unknown): SavedState {
  const {
    subject,
    place: kept,
    ...rest
  } = v.parse(saved, typeof value === 'object' && value !== null ? value : {});
  return { ...rest, subject, place: kept };
}

/** Everything the user can do on the page outside its live parts. */
export interface Actions extends Remedies, LinkOpener {
  goTo(stage: StageId): void;
  /** Follows a node of the diagram, or the value of a symbol. */
  follow(target: Target): void;
  /** Runs the live parts on a sentence. */
  run(sentence: string): void;
  answer(choice: number): void;
  /** Lets the user guess again. */
  forgetAnswer(): void;
  pointAtSymbol(symbol: string | undefined): void;
}
