/** What the document lights of the page, and the page of the document. */
import type { LitRange } from '../../src/common/protocol/pages/host';
import type { TextRange } from '../../src/common/protocol/pages/subject';
import type { Store } from '../common/store';
import { unitAt } from '../matrix/units';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import { rangesOf, type ViewModel } from './viewModel';

/**
 * What of the page the document shows too: the sentence that is pointed at, else the tokens, else those that are kept.
 * What the document points at is seen there, and a picture that is not of its text, or stands dimmed under an error,
 * lights nothing.
 */
export function litInDocument(state: AttentionState, viewModel: ViewModel): readonly LitRange[] {
  const { pointed, pointedSentence, saved, error, shown } = state;
  const sentence = shown?.read.sentence?.all[pointedSentence ?? -1];
  if (error || shown?.subject.segments !== saved.subject?.segments) {
    return [];
  }
  if (sentence) {
    const { segment, start, end } = sentence;
    return [{ segment, start, end, strength: 0.5 }];
  }
  const isLit = pointed ? pointed.from !== 'document' : viewModel.locked.length > 0;
  return isLit ? rangesOf(viewModel, viewModel.lit) : [];
}

const isWithin = (range: TextRange, { segment, start, end }: TextRange) =>
  range.segment === segment && start <= range.start && range.start <= end;

/** Points at what the caret or the pointer is on in the document, and shows the sentence that it is in. */
export function pointFromDocument(
  range: TextRange | undefined,
  store: Store<AttentionState>,
  viewModel: () => ViewModel | undefined,
  { chooseSentence }: Actions,
): void {
  const { all, index } = store.state.shown?.read.sentence ?? {};
  const sentence = range && all?.findIndex(one => isWithin(range, one));
  if (sentence !== undefined && sentence >= 0 && sentence !== index) {
    chooseSentence(sentence);
  }
  const view = viewModel()?.view;
  const query = range && view && unitAt(view.queries, range);
  if (query !== undefined) {
    store.update({ pointed: { queries: [query], from: 'document' } });
  } else if (store.state.pointed?.from === 'document') {
    store.update({ pointed: undefined });
  }
}
