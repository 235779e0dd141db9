/** Puts the state on the page. */
import { render } from 'lit';
import type { Attention } from '../../src/common/protocol/engine/types';
import type { Scale } from '../../src/common/math/strength';
import { memo } from '../common/memo';
import type { PageView } from '../common/page';
import type { Store } from '../common/store';
import type { Theme } from '../common/theme';
import { headsInWords } from '../matrix/heads';
import { thumbnails, type Thumbnails } from '../matrix/thumbnails';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import { linkSentence } from './labels';
import { strongLinks } from './links';
import { thumbnailGap } from './navigator';
import { createPictureArea } from './picture';
import { template } from './template';
import type { ViewModel } from './viewModel';

/** From here on thumbnails grow with the page, in CSS pixels. */
export const wideFrom = 1000;
const wideThumbnail = 22;
const mediumThumbnail = 15;
/** Of a model of few heads, where there is room for more. */
const maxThumbnail = 44;
/** BERT's; a grid of fewer is as wide. */
const usualHeads = 12;
const rowTitle = 20;
const labelsAndLegend = 120;

/** @param announce has a screen reader say something. */
export function createRenderer(
  store: Store<AttentionState>,
  actions: Actions,
  announce: (words: string) => void,
): (viewModel: ViewModel | undefined, view: PageView) => void {
  const table = document.createElement('div');
  table.className = 'unseen';
  const picture = createPictureArea(actions);
  const watchBox = createBoxWatcher(store);
  let drawn: Thumbnails | undefined;
  const thumbnailsOf = memo((attention: Attention, theme: Theme, scale: Scale, side: number) => {
    drawn?.stop();
    drawn = thumbnails(attention, { theme, scale, size: side, gap: thumbnailGap });
    return drawn.element;
  });
  const fillTable = memo((view: ViewModel['view'], heads: string) => {
    requestIdleCallback(() => render(strongLinks(view, heads), table));
  });

  return (viewModel, { root, theme, width, layout }) => {
    const { state } = store;
    let pictures: HTMLCanvasElement | undefined;
    if (viewModel) {
      const { attention } = viewModel;
      const heads = attention.shape[1];
      const side = thumbnailSide(layout, width, heads);
      root.style.setProperty('--thumbnail', `${side}px`);
      root.style.setProperty('--heads', String(heads));
      pictures = thumbnailsOf(attention, theme, state.settings.scale, side);
    }
    const parts = { picture, thumbnails: pictures, table, theme };
    render(template(state, viewModel, parts, actions), root);
    watchBox(root);
    if (viewModel && !state.error) {
      picture.light(viewModel);
      if (!state.preview) {
        fillTable(viewModel.view, headsInWords(viewModel.choice, viewModel.attention.shape));
      }
    }
    const isSpoken = !state.error && document.activeElement?.matches(':focus-visible');
    // What is no longer so must not stand there to be read.
    announce(viewModel?.link && isSpoken ? linkSentence(viewModel, viewModel.link) : '');
    if (performance.getEntriesByName('head-repaint-start', 'mark').length > 0) {
      performance.measure('head-repaint', 'head-repaint-start');
      performance.clearMarks('head-repaint-start');
    }
  };
}

/** Has the state know how much room there is for the picture. */
function createBoxWatcher(store: Store<AttentionState>): (root: HTMLElement) => void {
  let watched: Element | null = null;
  let isFolded = false;
  const measure = () => {
    if (watched) {
      const { box } = store.state;
      const room = roomIn(watched, isFolded);
      if (room.width !== box?.width || room.height !== box.height) {
        store.update({ box: room });
      }
    }
  };
  const observer = new ResizeObserver(measure);
  return root => {
    const wasFolded = isFolded;
    isFolded = root.classList.contains('narrow');
    const box = root.querySelector('.picture-box');
    if (box !== watched) {
      observer.disconnect();
      watched = box;
      if (box) {
        observer.observe(box);
      }
      measure();
    } else if (isFolded !== wasFolded) {
      measure();
    }
  };
}

/** Where the page is folded it scrolls: there the picture's width alone decides its size. */
function roomIn({ clientWidth, clientHeight }: Element, isFolded: boolean) {
  const height = isFolded ? clientWidth + labelsAndLegend : clientHeight;
  return { width: clientWidth, height };
}

function thumbnailSide(layout: PageView['layout'], width: number, heads: number): number {
  if (layout !== 'narrow') {
    // They grow by half of what the page grows: the picture beside them gets no smaller for it.
    const growth = Math.floor(Math.max(0, width - wideFrom) / (2 * usualHeads));
    const usual = Math.min(wideThumbnail, mediumThumbnail + growth);
    return Math.min(maxThumbnail, Math.floor((usual * usualHeads) / Math.min(heads, usualHeads)));
  }
  const free = Math.floor((width - 32 - rowTitle) / heads) - thumbnailGap;
  return Math.max(12, Math.min(28, free));
}
