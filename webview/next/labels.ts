/** The words of the page of next tokens. */
import { count } from '../common/numbers';
import { percent } from '../../src/common/text/percent';
import { barInWords } from './bars';
import { filterNames } from '../../src/common/math/sampling';
import { isOwn } from './controls';
import type { NextState, ShownPrediction } from './nextState';
import type { ViewModel } from './viewModel';

/**
 * What was appended, as text. Bytes at its end that are no whole character are left out; special tokens spell nothing.
 */
export const writtenText = ({ prediction, subject }: ShownPrediction): string =>
  prediction.text.slice(subject.segments[0].text.length).replace(/\ufffd+$/u, '');

/** The line that is always there: the bar that is pointed at, else the whole in one sentence. */
export function wordsOf({ saved, pointed }: NextState, viewModel: ViewModel | undefined): string {
  const own = isOwn(saved.controls);
  const bar = pointed === undefined ? undefined : viewModel?.bars[pointed];
  if (bar) {
    return `${barInWords(bar, own)}.`;
  }
  const [first] = viewModel?.bars ?? [];
  if (!viewModel || !first) {
    return '';
  }
  const { probability } = first.candidate;
  const what = `${first.token.label} is the most probable of all: ${percent(probability)}.`;
  const { kept, cuts } = viewModel.bent;
  const isCut = filterNames.some(name => cuts[name].count > 0);
  return isCut
    ? `${what} ${count(kept.count, 'token')} ${kept.count === 1 ? 'is' : 'are'} left, ${percent(kept.mass)} together.`
    : what;
}
