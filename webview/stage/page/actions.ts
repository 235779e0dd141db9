import type { StageId, Target } from '../../../src/common/content/lesson';
import type { Remedies } from '../../elements/errorNotice';

/** Everything a person can do on the page outside its live parts. */
export interface Actions extends Remedies {
  goTo(stage: StageId): void;
  /** Follows a node of the diagram, or the value of a symbol. */
  follow(target: Target): void;
  /** Runs the live parts on a sentence. */
  run(sentence: string): void;
  answer(choice: number): void;
  /** Lets the person guess again. */
  forgetAnswer(): void;
  openLink(url: string): void;
  pointAtSymbol(symbol: string | undefined): void;
}
