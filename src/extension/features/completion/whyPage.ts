/** Serves the page that explains a completion. */
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import { startText } from '../../panels/hostApi';
import type { Panels } from '../../panels/panels';
import type { Explainer } from './explainer';

/** @param why explains the completion at the caret, or the last one that was taken. */
export function serveWhyPage(
  panels: Panels<'why'>,
  explainer: Explainer,
  models: ModelCatalog,
  why: () => unknown,
): void {
  panels.serve({
    showSelection: why,
    serve: owner => ({
      start: () => startText(models, owner),
      explain: (_, signal) => explainer.explain(owner.subject, signal),
      attentionOf: question => explainer.attentionOf(question),
      rankByLayer: (question, signal) => explainer.rankByLayer(question, signal),
    }),
  });
}
