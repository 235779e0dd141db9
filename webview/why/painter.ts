import { render } from 'lit';
import { createAnnouncer } from '../elements/announcer';
import { memo } from '../common/memo';
import { createPageRoot } from '../common/pageRoot';
import { writeState } from '../common/state';
import type { Store } from '../common/store';
import type { Theme } from '../common/theme';
import type { Actions } from './actions';
import { createRows } from './rows';
import type { SavedState } from './savedState';
import { template } from './template';
import type { WhyState } from './whyState';
import { lineOf } from './words';

/** Below this width margins shrink and what stands side by side stands below each other, in CSS pixels. */
const narrowBelow = 640;

/** Puts the state on the page. All drawing starts here; calling it twice with the same state changes nothing. */
export function createPainter(store: Store<WhyState>, actions: Actions): (theme: Theme) => void {
  const root = createPageRoot(store);
  const announce = createAnnouncer();
  const keep = memo((saved: SavedState) => writeState(saved));
  const rows = createRows(actions);

  return theme => {
    const { state } = store;
    root.classList.toggle('narrow', (state.pageWidth ?? root.clientWidth) < narrowBelow);
    const drawn = rows.of(state, theme);
    render(template(state, drawn, actions), root);
    if (drawn && !state.error) {
      rows.light(drawn, state);
      if (state.pointed !== undefined && document.activeElement?.matches('.token:focus-visible')) {
        announce(lineOf(state));
      }
    }
    keep(state.saved);
  };
}
