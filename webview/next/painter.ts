import { render } from 'lit';
import { createAnnouncer } from '../elements/announcer';
import { hex } from '../charts/colorScale';
import { memo } from '../common/memo';
import { createPageRoot } from '../common/pageRoot';
import { writeState } from '../common/state';
import type { Store } from '../common/store';
import type { Theme } from '../common/theme';
import type { Actions } from './actions';
import type { LensView } from './lens';
import type { NextState } from './nextState';
import { rankChart } from '../charts/rankChart';
import type { SavedState } from './savedState';
import type { Scene } from './scene';
import { spelled } from './spelling';
import { template } from './template';
import { wordsOf } from './words';

/** Layouts by the page's width, in CSS pixels: from the second on, branches and layers stand beside the bars. */
const narrowBelow = 640;
const wideFrom = 900;
/** Of the column beside the bars, in CSS pixels. */
const sideWidth = 336;
const margin = 32;

/** Puts the state on the page. All drawing starts here; calling it twice with the same state changes nothing. */
export function createPainter(
  store: Store<NextState>,
  actions: Actions,
): (scene: Scene | undefined, theme: Theme) => void {
  const root = createPageRoot(store);
  const announce = createAnnouncer();
  const keep = memo((saved: SavedState) => writeState(saved));
  const chartOf = memo((lens: LensView, label: string, width: number, theme: Theme) =>
    lens.layers.every(({ trackedRank: watched }) => watched)
      ? rankChart(lens.layers, { vocabSize: lens.vocabSize, label }, width, theme)
      : undefined,
  );
  /** A new place: the end of the text comes into view, and the first bar has the focus that a bar had. */
  const arrive = memo((_: Scene['shown'] | undefined) => {
    const caret = root.querySelector<HTMLElement>('.caret');
    const box = caret?.parentElement?.closest('.so-far');
    if (caret && box) {
      // Of the box alone: the page stays where the person has scrolled it.
      box.scrollTop = caret.offsetTop + caret.offsetHeight + 4 - box.clientHeight;
    }
    if (document.activeElement?.matches('.bar')) {
      root.querySelector<HTMLElement>('.bar')?.focus();
    }
  });

  return (scene, theme) => {
    const { state } = store;
    const width = state.pageWidth ?? root.clientWidth;
    const layout = width < narrowBelow ? 'narrow' : width < wideFrom ? 'medium' : 'wide';
    root.className = `page ${layout}`;
    root.style.setProperty('--second', hex(theme.second));
    const chart =
      scene?.lens &&
      chartOf(
        scene.lens,
        spelled(state.spellings, scene.lens.watched).label,
        layout === 'wide' ? sideWidth : Math.max(240, Math.min(560, width - margin)),
        theme,
      );
    render(template(state, scene, { chart }, actions), root);
    arrive(scene?.shown);
    if (scene && state.pointed !== undefined && document.activeElement?.matches('.bar')) {
      announce(wordsOf(state, scene));
    }
    keep(state.saved);
    if (performance.getEntriesByName('control-repaint-start', 'mark').length > 0) {
      performance.measure('control-repaint', 'control-repaint-start');
      performance.clearMarks('control-repaint-start');
    }
  };
}
