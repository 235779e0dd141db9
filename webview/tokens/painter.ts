import { render } from 'lit';
import { createAnnouncer } from '../elements/announcer';
import { memo } from '../common/memo';
import { createPageRoot } from '../common/pageRoot';
import { writeState } from '../common/state';
import type { Store } from '../common/store';
import type { Theme } from '../common/theme';
import type { Actions } from './actions';
import { createRowView, type RowView } from './rowView';
import type { SavedState } from './savedState';
import { template } from './template';
import type { Shown, TokensState } from './tokensState';
import { wordsOf } from './words';

/** Below this width margins shrink and the line of words is two lines, in CSS pixels. */
const narrowBelow = 640;

/** Puts the state on the page. All drawing starts here; calling it twice with the same state changes nothing. */
export function createPainter(store: Store<TokensState>, actions: Actions): (theme: Theme) => void {
  const root = createPageRoot(store);
  const announce = createAnnouncer();
  const keep = memo((saved: SavedState) => writeState(saved));
  const viewsOf = memo((shown: Shown | undefined): readonly RowView[] =>
    (shown?.rows ?? []).map((_, index) => createRowView(index, actions)),
  );

  return theme => {
    const { state } = store;
    const { shown, error } = state;
    root.classList.toggle('narrow', (state.pageWidth ?? root.clientWidth) < narrowBelow);
    const views = viewsOf(shown);
    render(template(state, views, theme, actions), root);
    if (shown && !error) {
      views.forEach((view, index) => {
        const row = shown.rows[index];
        if (row) {
          view.light(row, state);
        }
      });
      if (state.pointed && document.activeElement?.matches('.token:focus-visible')) {
        announce(wordsOf(state));
      }
    }
    keep(state.saved);
  };
}
