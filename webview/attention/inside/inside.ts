/** Looking inside a head: joins its view to the page, keeps it clear of the cell, and brings the focus back when it closes. */
import type { AttentionHostApi } from '../../../src/common/protocol/pages/attention';
import type { TextPage } from '../../common/textPage';
import type { Actions } from '../actions';
import type { AttentionState } from '../attentionState';
import type { ViewModel } from '../viewModel';
import { placeIn } from './cell';
import { InsideLayers } from './insideLayers';
import { createInsideView, type InsideTemplate } from './insideView';

export interface Inside {
  readonly template: InsideTemplate;
  /** Closes the view; the cell is lit, and has the focus. */
  close(): void;
}

export function createInside(
  { store, engine, repaint }: TextPage<AttentionState, AttentionHostApi>,
  actions: Actions,
  viewModel: () => ViewModel | undefined,
): Inside {
  const layers = new InsideLayers(engine, repaint);
  const close = () => {
    const { inside } = store.state;
    const now = viewModel();
    const place = inside && now && placeIn(now.view, inside);
    layers.cancel();
    actions.lookInside(undefined);
    pictureElement()?.focus();
    if (place) {
      actions.point({ ...place, from: 'keys' });
    }
  };
  const view = createInsideView(layers, { ...actions, close });
  return {
    close,
    template: (now, state, page) => {
      // The shell sets the classes of the page anew before each painting.
      page.root.classList.toggle('has-inside', state.inside !== undefined);
      return view(now, state, page, isLow(now, state));
    },
  };
}

const pictureElement = () => document.querySelector<HTMLElement>('.picture');

/** Whether the cell lies in the lower half of the page, which the view would cover. */
function isLow({ view }: ViewModel, { inside }: AttentionState): boolean {
  const place = inside && placeIn(view, inside);
  const box = pictureElement()?.getBoundingClientRect();
  if (!place || !box) {
    return false;
  }
  // Above the rows stand the labels of the columns.
  const rows = view.queries.length - (place.queries[0] ?? 0) - 1;
  const foot = box.bottom - (rows / view.queries.length) * Math.max(0, box.height - labels);
  return foot > window.innerHeight * lowerHalf;
}

/** About the height of slanted labels, in CSS pixels. */
const labels = 48;
/** Where the view begins, as a share of the page's height; `inside.css` has the same. */
const lowerHalf = 0.48;
