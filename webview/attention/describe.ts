/** What the page shows, in data, for commands and tests. */
import type { Manifest } from '../../src/common/protocol/manifest';
import type { AttentionDescription } from '../../src/common/protocol/pages/attention';
import type { PageSettings } from '../../src/common/protocol/pages/page';
import { causeOf } from '../elements/errorNotice';
import type { Figure } from './export/figure';
import { rowsOf } from './export/json';
import { markdownOf } from './export/markdown';
import type { Theme } from '../common/theme';
import type { AttentionState } from './attentionState';
import { comparisonSentence } from './comparisonWords';
import { minShareFor } from '../matrix/lineView';
import { inWords, shownHeads } from '../matrix/heads';
import { shownInWords } from './weights/weightsChoice';
import type { ViewModel } from './viewModel';
import { allSentencesInMarkdown } from './translationMarkdown';
import { unknownIn } from '../matrix/units';

/** What is on the page as data, for exports. */
export function figureOf(
  viewModel: ViewModel,
  {
    models,
    settings,
    saved,
  }: { models: readonly Manifest[]; settings: PageSettings; saved: AttentionState['saved'] },
  theme: Theme,
): Figure {
  const { shown, attention, choice, shownKind, view, summary } = viewModel;
  const { analysis, subject, device } = shown;
  return {
    modelId: analysis.modelId,
    modelName: models.find(({ id }) => id === analysis.modelId)?.name ?? analysis.modelId,
    subject,
    readText: shown.read.text,
    targetText: analysis.targetText,
    unknownCount: unknownIn(analysis),
    rareWords: analysis.rareWords,
    domainShifts: analysis.domainShifts,
    device,
    window: analysis.window,
    dropped: analysis.dropped,
    kind: attention.kind,
    heads: shownHeads(choice, attention.shape),
    headsInWords: shownInWords(shownKind, choice, attention.shape),
    weightKind: shownKind,
    summary: summary && inWords(summary),
    view,
    minShare: saved.minShare ?? minShareFor(Math.max(view.queries.length, view.keys.length)),
    viewKind: saved.view,
    words: viewModel.words,
    rescaled: saved.rescale && view.hiddenShare > 0,
    scale: settings.scale,
    theme,
  };
}

/** The page in data and in words; true in every state. */
export function describe(
  state: AttentionState,
  viewModel: ViewModel | undefined,
  theme: Theme,
): AttentionDescription {
  const { saved, error, device, shown, work } = state;
  const figure = viewModel && !error ? figureOf(viewModel, state, theme) : undefined;
  return {
    state: error ? 'error' : work ? (shown ? 'running' : 'loading') : shown ? 'ready' : 'empty',
    modelId: saved.subject?.modelId,
    device: shown?.device ?? device,
    tokens: figure?.view.queries.map(({ label }) => label) ?? [],
    heads: figure?.heads ?? [],
    isPinned: saved.isPinned,
    view: saved.view,
    matrix: figure && rowsOf(figure.view),
    dropped: figure?.dropped ?? 0,
    comparison: viewModel && !error ? describeComparison(viewModel) : undefined,
    error: error && { code: error.code, message: error.message },
    paintMs: state.paintMs,
    markdown:
      viewModel && figure
        ? markdownOf({
            figure,
            attention: viewModel.attention,
            tokens: viewModel.shown.analysis.source,
            runMs: viewModel.shown.analysis.runMs,
          }) + allSentencesInMarkdown(viewModel.shown, state)
        : error
          ? `# Attention\n\n${causeOf(error.code)}\n`
          : work
            ? `# Attention\n\n${work.words} …\n`
            : '# Attention\n\nNothing is shown. Select some text in an editor and run "Show Attention".\n',
  };
}

function describeComparison(viewModel: ViewModel): AttentionDescription['comparison'] {
  const { comparison } = viewModel;
  return (
    comparison && {
      with: comparison.kind,
      modelId: comparison.other.analysis.modelId,
      heads: shownHeads(comparison.choice, comparison.attention.shape),
      tokens: comparison.views.b.queries.map(({ label }) => label),
      alignedTokens: comparison.difference.view.queries.map(({ label }) => label),
      difference: rowsOf(comparison.difference.view),
      words: comparisonSentence(comparison, viewModel),
    }
  );
}
