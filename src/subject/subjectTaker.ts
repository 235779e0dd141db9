import { takeSubject, takeWholeDocument, type EditorInUse, type Purpose } from './selection';
import type { Subject } from '../shared/pageApi';

/** What to do with what was taken. */
type Show = (subject: Subject) => void;

/** Takes what is selected for a view, and the whole document where the person asks for that instead. */
export class SubjectTaker {
  #last: { readonly purpose: Purpose; readonly show: Show } | undefined;

  constructor(private readonly editorInUse: EditorInUse) {}

  /** What is selected, or the sentence at the caret. @throws EngineError as `takeSubject`. */
  take(purpose: Purpose, show: Show): void {
    this.#last = { purpose, show };
    show(takeSubject(this.editorInUse.current, purpose));
  }

  /** For the same view, where the selection was nothing but white space. @throws EngineError as `takeSubject`. */
  takeWholeDocument(): void {
    const document = this.editorInUse.current?.document;
    if (document && this.#last) {
      const { purpose, show } = this.#last;
      show(takeWholeDocument(document, purpose));
    }
  }
}
