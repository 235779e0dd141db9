/** "Show Tokens": shows how the tokenizers of all models cut one text. */
import { attentionModel } from '../../modelCatalog/bundledModels';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import { startText } from '../../panels/hostApi';
import type { Panels } from '../../panels/panels';
import type { Purpose } from '../../subject/selection';
import type { SubjectTaker } from '../../subject/subjectTaker';

/** The page shows the tokenizers of all models, whichever model this names. */
const purpose: Purpose = { modelId: attentionModel, joining: 'one' };

export interface ShowTokensParts {
  readonly models: ModelCatalog;
  readonly panels: Panels<'tokens'>;
  readonly taker: SubjectTaker;
}

/** Serves the page. @returns the command. */
export function createShowTokens({ models, panels, taker }: ShowTokensParts) {
  const show = () => taker.take(purpose, subject => panels.show(subject));
  panels.serve({
    showSelection: show,
    serve: owner => ({ start: () => startText(models, owner) }),
  });
  return show;
}
