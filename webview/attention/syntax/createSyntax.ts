/** Joins the syntax of the text to the page: reads it when its section is open, and gives the section as a template. */
import type { TemplateResult } from 'lit';
import type { EngineClient } from '../../../src/common/engineClient/engineClient';
import { EngineError } from '../../../src/common/errors';
import type { Store } from '../../common/store';
import type { Theme } from '../../common/theme';
import { SyntaxReader } from './syntaxReader';
import { syntaxSection } from './syntaxSection';
import type { SyntaxActions, SyntaxPicture, SyntaxState } from './syntaxState';
import { createSyntaxViewMaker } from './syntaxView';

export function createSyntax(
  store: Store<SyntaxState>,
  client: () => EngineClient,
  actions: SyntaxActions,
): (viewModel: SyntaxPicture, theme: Theme) => TemplateResult | undefined {
  const reader = new SyntaxReader(store, client);
  const makeView = createSyntaxViewMaker();
  return (viewModel, theme) => {
    const { saved, models, syntax } = store.state;
    const { shown, attention } = viewModel;
    const model = models.find(({ id }) => id === shown.analysis.modelId);
    if (!model?.parser) {
      return undefined;
    }
    const isCurrent = syntax?.shown === shown;
    if (saved.syntax && !isCurrent) {
      // Not while the page is being painted: reading changes its state.
      queueMicrotask(() => void reader.read(shown));
    }
    const read = isCurrent ? syntax.read : undefined;
    const view =
      read && !EngineError.is(read) ? makeView(shown, attention, read, saved.relation) : undefined;
    return syntaxSection(viewModel, view, model.parser, store.state, theme, actions);
  };
}
