import type { WhyDescription } from '../../src/common/protocol/pages/why';
import { causeOf } from '../elements/errorNotice';
import { decidedAt } from './decided';
import { markdownOf } from './markdown';
import { labelOf, lookedAtTexts, writtenText } from './words';
import { chosenOf, weightsOf, type WhyState } from './whyState';

/** The page in data and in words; true in every state. */
export function describe(state: WhyState): WhyDescription {
  const { shown, error, work } = state;
  const explanation = error ? undefined : shown?.explanation;
  const chosen = chosenOf(state);
  const standings = state.standings.get(chosen);
  return {
    state: error ? 'error' : work ? (shown ? 'running' : 'loading') : shown ? 'ready' : 'empty',
    error: error && { code: error.code, message: error.message },
    paintMs: state.paintMs,
    modelId: explanation?.modelId,
    device: explanation?.device,
    tokens: (explanation?.tokens ?? []).map(explained => ({
      text: explanation ? labelOf(writtenText(explanation, explained)) : '',
      probability: explained.probability,
      rank: explained.rank,
      candidates: explained.candidates.map(({ text }) => labelOf(text)),
    })),
    chosen,
    prompt: explanation ? lookedAtTexts(explanation, 0).map(labelOf) : [],
    weights: explanation && weightsOf(state),
    decidedAt: standings && decidedAt(standings),
    markdown: explanation
      ? markdownOf(state)
      : error
        ? `# Why this completion?\n\n${causeOf(error.code)}\n`
        : work
          ? `# Why this completion?\n\n${work.words} …\n`
          : '# Why this completion?\n\nNothing is shown. Let a completion come, and run "Why This Completion?".\n',
  };
}
