/** Puts the state on the page. */
import { render } from 'lit';
import { hex } from '../charts/colorScale';
import { rankChart } from '../charts/rankChart';
import { memo } from '../common/memo';
import type { PageView } from '../common/page';
import type { Theme } from '../common/theme';
import type { Actions } from './actions';
import { wordsOf } from './labels';
import type { LensView } from './lens';
import type { NextState } from './nextState';
import { template } from './template';
import { spelled } from './tokenLabels';
import type { ViewModel } from './viewModel';

/** From here on, branches and layers stand beside the bars, in CSS pixels. */
export const wideFrom = 900;
/** The width of the column beside the bars, in CSS pixels. */
const sideWidth = 336;
const margin = 32;

/** @param announce has a screen reader say something. */
export function createRenderer(
  actions: Actions,
  announce: (words: string) => void,
): (state: NextState, viewModel: ViewModel | undefined, view: PageView) => void {
  const chartOf = memo((lens: LensView, label: string, width: number, theme: Theme) =>
    lens.layers.every(({ trackedRank }) => trackedRank)
      ? rankChart(lens.layers, { vocabSize: lens.vocabSize, label }, width, theme)
      : undefined,
  );
  /** A new place: the end of the text comes into view, and the first bar has the focus that a bar had. */
  const arrive = memo((root: HTMLElement, _: ViewModel['shown'] | undefined) => {
    const caret = root.querySelector<HTMLElement>('.caret');
    const box = caret?.parentElement?.closest('.so-far');
    if (caret && box) {
      // Of the box alone: the page stays where the user has scrolled it.
      box.scrollTop = caret.offsetTop + caret.offsetHeight + 4 - box.clientHeight;
    }
    if (document.activeElement?.matches('.bar')) {
      root.querySelector<HTMLElement>('.bar')?.focus();
    }
  });

  return (state, viewModel, { root, theme, width, layout }) => {
    root.style.setProperty('--second', hex(theme.second));
    const chart =
      viewModel?.lens &&
      chartOf(
        viewModel.lens,
        spelled(state.spellings, viewModel.lens.watched).label,
        layout === 'wide' ? sideWidth : Math.max(240, Math.min(560, width - margin)),
        theme,
      );
    render(template(state, viewModel, { chart }, actions), root);
    arrive(root, viewModel?.shown);
    if (viewModel && state.pointed !== undefined && document.activeElement?.matches('.bar')) {
      announce(wordsOf(state, viewModel));
    }
    if (performance.getEntriesByName('control-repaint-start', 'mark').length > 0) {
      performance.measure('control-repaint', 'control-repaint-start');
      performance.clearMarks('control-repaint-start');
    }
  };
}
