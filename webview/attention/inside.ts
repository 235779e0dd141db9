/** Looking inside a head: joins its view to the page, keeps it clear of the cell, and brings the focus back when it closes. */
import type { AttentionHostApi } from '../../src/common/protocol/pages/attention';
import type { PageView } from '../common/page';
import type { TextPage } from '../common/textPage';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import type { ViewModel } from './viewModel';
import { placeIn } from './inside/cell';
import { InsideLayers } from './insideLayers';
import { createInsideView, type InsideTemplate, insideWidth } from './insideView';

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
      return view(now, state, page, isCovered(now, state, page));
    },
  };
}

const pictureElement = () => document.querySelector<HTMLElement>('.picture');

/** Whether the view would cover the cell: in the lower half of the page, or where it stands beside the picture at its right. */
function isCovered({ view }: ViewModel, { inside }: AttentionState, page: PageView): boolean {
  const place = inside && placeIn(view, inside);
  const box = pictureElement()?.getBoundingClientRect();
  if (!place || !box) {
    return false;
  }
  if (page.layout === 'wide') {
    const columns = view.keys.length - place.key - 1;
    const edge = box.right - (columns / view.keys.length) * Math.max(0, box.width - rowLabels);
    return edge > page.width - insideWidth(page);
  }
  const rows = view.queries.length - (place.queries[0] ?? 0) - 1;
  const foot = box.bottom - (rows / view.queries.length) * Math.max(0, box.height - columnLabels);
  return foot > window.innerHeight * lowerHalf;
}

/** About the room of the labels at a picture's edges, in CSS pixels. */
const [rowLabels, columnLabels] = [64, 48];
/** Where the view begins, as a share of the page's height; `inside.css` has the same. */
const lowerHalf = 0.48;
