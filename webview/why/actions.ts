import type { Remedies } from '../elements/errorNotice';

/** Everything a person can do on the page; the templates call nothing else. */
export interface Actions extends Remedies {
  /** A token of the completion is explained. */
  choose(index: number): void;
  chooseLayer(layer: number | undefined): void;
  chooseHead(head: number | undefined): void;
  /** The pointer or the focus is on something that was looked at. */
  point(index: number | undefined): void;
  /** Brings a token of the prompt into view in the editor. */
  reveal(index: number): void;
  cancel(): void;
  copyMarkdown(): void;
  openText(): void;
}
