/** The actions of the page of stages. */
import type { StageId, Target } from '../../../src/common/content/lesson';
import type { Remedies } from '../../elements/errorNotice';
import type { LinkOpener } from '../../elements/prose';

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
