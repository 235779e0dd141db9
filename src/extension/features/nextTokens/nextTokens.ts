/** "Show Next Tokens": predicts what follows the text before the caret, or the selection. */
import { nextTokensModel } from '../../modelCatalog/bundledModels';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import { startText } from '../../panels/hostApi';
import type { Panels } from '../../panels/panels';
import type { Purpose } from '../../subject/selection';
import type { SubjectTaker } from '../../subject/subjectTaker';
import type { ErrorReporter } from '../../workbench/errorReporter';
import { insertIntoDocument } from './insertAfter';

const purpose: Purpose = { modelId: nextTokensModel, joining: 'before' };

export interface NextTokensParts {
  readonly models: ModelCatalog;
  readonly panels: Panels<'next'>;
  readonly taker: SubjectTaker;
  readonly reporter: ErrorReporter;
}

/** Serves the page. @returns the command. */
export function createNextTokens({ models, panels, taker, reporter }: NextTokensParts) {
  const show = () => taker.take(purpose, subject => panels.show(subject));
  panels.serve({
    showSelection: show,
    serve: owner => ({
      start: () => startText(models, owner),
      insert: inserted => reporter.attempt(() => insertIntoDocument(owner, inserted)),
    }),
  });
  return show;
}
