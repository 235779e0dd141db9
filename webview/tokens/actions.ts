import type { Remedies } from '../elements/errorNotice';
import type { PointedAt } from './tokensState';

/** Everything a person can do on the page; the templates call nothing else. */
export interface Actions extends Remedies {
  point(at: PointedAt | undefined): void;
  /** A click on a token: its word is played; of the word that is played already, no longer. */
  play(row: number, index: number): void;
  /** Shows the word after so many steps. */
  goTo(step: number): void;
  /** Lets the steps follow each other, or stops them. */
  togglePlaying(): void;
  closePlayer(): void;
  /** Brings a token's characters into view in the editor. */
  reveal(row: number, index: number): void;
  toggleIds(): void;
  showMore(): void;
  cancel(): void;
  copyMarkdown(): void;
  openText(): void;
}
