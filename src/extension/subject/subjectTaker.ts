import { l10n } from 'vscode';
import { takeSubject, takeWholeDocument, type EditorInUse, type Purpose } from './selection';
import type { Subject } from '../../common/protocol/pages/subject';

/** What to do with what was taken. */
type Show = (subject: Subject) => unknown;

/** A sentence that stands in no document. */
export const sentenceSubject = (modelId: string, text: string): Subject => ({
  ...{ modelId, segments: [{ text }], cutLength: 0 },
  label: l10n.t('a sentence of a stage'),
});

/** Takes what is selected for a view, and the whole document where the person asks for that instead. */
export class SubjectTaker {
  #last: { readonly purpose: Purpose; readonly show: Show } | undefined;

  #sentenceOfStage: (() => Promise<string | undefined>) | undefined;

  constructor(private readonly editorInUse: EditorInUse) {}

  /** @param sentenceOfStage what the page of stages runs on; undefined if none is open. */
  borrowSentence(sentenceOfStage: () => Promise<string | undefined>): void {
    this.#sentenceOfStage = sentenceOfStage;
  }

  /**
   * What is selected, or the sentence at the caret; where no text is open that of the stage.
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

  /** For the same view, where the selection was nothing but white space. @throws EngineError as `takeSubject`. */
  takeWholeDocument(): unknown {
    const document = this.editorInUse.current?.document;
    if (document && this.#last) {
      const { purpose, show } = this.#last;
      return show(takeWholeDocument(document, purpose));
    }
    return undefined;
  }
}
