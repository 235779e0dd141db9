/** What a user can do with a comparison. */
import type { AttentionHostApi } from '../../src/common/protocol/pages/attention';
import type { TextPage } from '../common/textPage';
import { headsOfLayer, shownHeads } from '../matrix/heads';
import type { AttentionState, SavedComparison, SavedState } from './attentionState';
import type { ViewModel } from './viewModel';
import { defaultOther } from './comparison';
import type { Comparer } from './comparer';
import type { ComparisonKind } from './comparisonKinds';

export interface ComparisonActions {
  /** Compares the picture with something else; undefined ends it, and the picture is what it was. */
  compareWith(kind: ComparisonKind | undefined): void;
  arrangeComparison(change: Partial<SavedComparison>): void;
  /** Takes the selection of the editor as the second sentence. */
  compareSelection(): void;
}

export function comparisonActions(
  { store, host, ask }: Pick<TextPage<AttentionState, AttentionHostApi>, 'store' | 'host' | 'ask'>,
  viewModel: () => ViewModel | undefined,
  comparer: Pick<Comparer, 'update' | 'soon'>,
): ComparisonActions {
  const arrange = (saved: SavedState) => store.update({ saved, preview: undefined });
  const arrangeComparison: ComparisonActions['arrangeComparison'] = change => {
    const { saved } = store.state;
    if (saved.compare) {
      arrange({ ...saved, compare: { ...saved.compare, ...change } });
      comparer.soon();
    }
  };
  return {
    arrangeComparison,
    compareWith: kind => {
      if (!kind) {
        keepFocus();
      }
      const first = withoutComparison(store.state.saved);
      arrange(kind ? withComparison(first, store.state.saved, kind, viewModel()) : first);
      void comparer.update();
    },
    compareSelection: () =>
      ask(
        host.selectedText({}).then(text => {
          if (text !== undefined) {
            arrangeComparison({ text });
          }
        }),
      ),
  };
}

/** What ends the comparison goes with it: the keyboard stays beside it. */
function keepFocus(): void {
  if (document.activeElement?.closest('.comparison-bar, .compared')) {
    document.querySelector<HTMLElement>('.compare-button')?.focus();
  }
}

/** The picture alone, as it was. */
const withoutComparison = (saved: SavedState): SavedState => ({
  ...saved,
  heads: saved.compare?.with === 'layer' ? saved.compare.before : saved.heads,
  compare: undefined,
});

/** @param before what was compared until now: of that the sentence, the model and the tab stay. */
function withComparison(
  first: SavedState,
  { compare: before }: SavedState,
  kind: ComparisonKind,
  viewModel: ViewModel | undefined,
): SavedState {
  const shape = viewModel?.attention.shape;
  const layer = shape && shownHeads(first.heads ?? viewModel.chosen, shape)[0]?.layer;
  const isLayer = kind === 'layer' && shape && layer !== undefined;
  return {
    ...first,
    heads: isLayer ? headsOfLayer(layer, shape) : first.heads,
    compare: {
      ...{ with: kind, before: first.heads },
      // Kept, or the other head would change with each that the pointer previews.
      heads:
        viewModel && (kind === 'head' || kind === 'layer')
          ? defaultOther(kind, viewModel.chosen, viewModel.shown, viewModel.attention)
          : undefined,
      text: before?.text ?? viewModel?.shown.subject.segments[0].text,
      modelId: before?.modelId,
      pane: before?.pane ?? 'difference',
    },
  };
}

/** Of another attention a head of the same number is another head. */
export const withoutHeads = ({ compare }: SavedState): Pick<SavedState, 'compare'> => ({
  compare: compare && { ...compare, heads: undefined, before: undefined },
});
