/** Takes a subject for a view, and remembers the view. */
import { l10n } from 'vscode';
import { takeSubject, takeWholeDocument, type EditorInUse, type Purpose } from './selection';
import type { Subject } from '../../common/protocol/pages/subject';

/** Shows the subject that was taken. */
type Show = (subject: Subject) => unknown;

/** Makes a subject of a sentence that is in no document. */
export const sentenceSubject = (modelId: string, text: string): Subject => ({
  ...{ modelId, segments: [{ text }], cutLength: 0 },
  label: l10n.t('a sentence of a stage'),
});

/** Takes what is selected for a view, or the whole document if the user asks for that instead. */
export class SubjectTaker {
  #last: { readonly purpose: Purpose; readonly show: Show } | undefined;

  #sentenceOfStage: (() => Promise<string | undefined>) | undefined;

  constructor(private readonly editorInUse: EditorInUse) {}

  /** @param sentenceOfStage what the page of stages runs on; undefined if none is open. */
  borrowSentence(sentenceOfStage: () => Promise<string | undefined>): void {
    this.#sentenceOfStage = sentenceOfStage;
  }

  /**
   * Takes what is selected, or the sentence at the caret; if no text is open, the sentence of the stage.
   *
   * @throws EngineError as `takeSubject`.
   */
  async take(purpose: Purpose, show: Show): Promise<void> {
    this.#last = { purpose, show };
    const { current } = this.editorInUse;
    const sentence = current ? undefined : await this.#sentenceOfStage?.();
    await show(
      sentence ? sentenceSubject(purpose.modelId, sentence) : takeSubject(current, purpose),
    );
  }

  /** Takes the whole document for the view of the last call. @throws EngineError as `takeSubject`. */
  takeWholeDocument(): unknown {
    const document = this.editorInUse.current?.document;
    if (document && this.#last) {
      const { purpose, show } = this.#last;
      return show(takeWholeDocument(document, purpose));
    }
    return undefined;
  }
}
