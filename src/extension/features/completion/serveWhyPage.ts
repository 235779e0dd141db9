/** Serves the page that explains a completion. */
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import { type PageOwner, startText } from '../../panels/hostApi';
import type { Panels } from '../../panels/panels';
import type { ErrorReporter } from '../../workbench/errorReporter';
import type { Subject } from '../../../common/protocol/pages/subject';
import type { Explainer } from './explainer';
import { takeAlternative } from './takeAlternative';

export interface WhyPageParts {
  readonly panels: Panels<'why'>;
  readonly explainer: Explainer;
  readonly models: ModelCatalog;
  readonly reporter: ErrorReporter;
  /** Explains the completion at the caret, or the last one that was taken. */
  readonly why: () => unknown;
}

export function serveWhyPage({ panels, explainer, models, reporter, why }: WhyPageParts): void {
  panels.serve({
    showSelection: why,
    serve: owner => ({
      start: () => startText(models, owner),
      explain: (_, signal) => explainer.explain(owner.subject, signal),
      attentionOf: question => explainer.attentionOf(question),
      rankByLayer: (question, signal) => explainer.rankByLayer(question, signal),
      leaveOut: (question, signal) => explainer.leaveOut(question, signal),
      writeFrom: (question, signal) => explainer.writeFrom(question, signal),
      take: ({ id }) => reporter.attempt(() => take(owner, explainer, id)),
    }),
  });
}

/** Puts the last alternative into the document; from then on that is what the page explains. */
async function take(
  owner: PageOwner,
  explainer: Explainer,
  id: string,
): Promise<Subject | undefined> {
  const { subject, anchor } = owner;
  const alternative = explainer.alternativeToTake(id);
  if (!subject || !anchor || !alternative) {
    return undefined;
  }
  const taken = await takeAlternative(subject, anchor, alternative, owner.documentColumn);
  if (!taken) {
    owner.onStaleUse();
    return undefined;
  }
  const { request, place, offer } = alternative;
  explainer.remember({ ...request, subject: taken, place: { ...place, offered: offer } });
  owner.onLonger(taken);
  return taken;
}
