/** Everything a user can do on the page of next tokens. */
import type { TextActions } from '../common/textPage';
import type { ControlName } from './distribution';
import type { LayersActions } from './gridReader';
import type { StrategyName } from './nextState';
import type { Coloring } from './textScores';

export type NextExport = 'csv' | 'json';

/** Everything a user can do on the page; the templates call nothing else. */
export interface Actions extends TextActions {
  chooseModel(modelId: string): void;
  /** Points at a bar by its place; undefined ends it. */
  point(place: number | undefined): void;
  /** Appends a token of the vocabulary to the text, and looks at what follows. */
  append(id: number): void;
  back(): void;
  forward(): void;
  /** Goes to a node of the branches; -1 is the end of the text. */
  goTo(node: number): void;
  clearBranches(): void;
  /** Looks at what was expected in the place of a token of the text; undefined goes back to the caret. */
  look(place: number | undefined): void;
  setColoring(coloring: Coloring): void;
  /** Looks at what follows the text without its last UTF-16 units; 0 is its end. */
  lookFrom(held: number): void;
  /** Writes what was appended into the document. */
  insert(): void;
  setControl(name: ControlName, value: number): void;
  resetControls(): void;
  openSampling(isOpen: boolean): void;
  setStrategy(strategy: StrategyName): void;
  setNumber(name: 'length' | 'seed' | 'beams', value: number): void;
  write(): void;
  /** Ends the writing; what was written stays. */
  stop(): void;
  /** Makes a way of the beam search a branch, and goes to its end. */
  adopt(beamNode: number): void;
  /** Follows a token through the layers; undefined: the most probable. */
  watch(id: number | undefined): void;
  toggleLens(): void;
  readonly layers: LayersActions;
  toggleTree(): void;
  /** Masks a token of the text, or no longer. */
  toggleMask(index: number): void;
  clearMasks(): void;
  /** Puts a piece of the vocabulary in the place of a mask. */
  fill(index: number, piece: string): void;
  /** The sentence as it was, with the word at the caret masked. */
  undoFills(): void;
  showMore(): void;
  exportAs(format: NextExport): void;
}
