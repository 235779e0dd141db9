import { render } from 'lit';
import type { Attention } from '../../src/common/protocol/engine/types';
import { createAnnouncer } from '../elements/announcer';
import type { Scale } from '../charts/colorScale';
import { memo } from '../common/memo';
import { writeState } from '../common/state';
import type { Store } from '../common/store';
import type { Theme } from '../common/theme';
import { thumbnails, type Thumbnails } from '../matrix/thumbnails';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import { headsInWords } from '../matrix/heads';
import { thumbnailGap } from './navigator';
import type { SavedState } from './savedState';
import type { Scene } from './scene';
import { createStage } from './stage';
import { strongLinks } from './strongLinks';
import { template } from './template';
import { linkSentence } from './words';

/** Layouts by the page's width, in CSS pixels: below the first the navigator folds away. */
const foldBelow = 640;
const wideFrom = 1000;
const wideThumbnail = 22;
const mediumThumbnail = 15;
/** Of a model of few heads, where there is room for more. */
const largestThumbnail = 44;
/** BERT's; a grid of fewer is as wide. */
const usualHeads = 12;
const rowTitle = 20;
const labelsAndLegend = 120;

/** Puts the state on the page. All drawing starts here; calling it twice with the same state changes nothing. */
export function createPainter(
  store: Store<AttentionState>,
  actions: Actions,
): (scene: Scene | undefined, theme: Theme) => void {
  const root = document.createElement('div');
  root.className = 'page';
  const table = document.createElement('div');
  table.className = 'unseen';
  document.body.append(root);

  const stage = createStage(actions);
  const size = new ResizeObserver(() => measure());
  size.observe(root);
  let observedBox: Element | null = null;
  let drawn: Thumbnails | undefined;
  const thumbnailsOf = memo((attention: Attention, theme: Theme, scale: Scale, side: number) => {
    drawn?.stop();
    drawn = thumbnails(attention, { theme, scale, size: side, gap: thumbnailGap });
    return drawn.element;
  });
  const keep = memo((saved: SavedState) => writeState(saved));
  const announce = createAnnouncer();
  const fillTable = memo((view: Scene['view'] | undefined, heads: string) => {
    requestIdleCallback(() => render(view ? strongLinks(view, heads) : undefined, table));
  });

  function measure(): void {
    const pageWidth = root.clientWidth;
    const box = root.querySelector('.picture-box');
    if (box !== observedBox) {
      if (observedBox) {
        size.unobserve(observedBox);
      }
      if (box) {
        size.observe(box);
      }
      observedBox = box;
    }
    const room = box ? roomIn(box, pageWidth) : store.state.box;
    const { box: known, pageWidth: knownWidth } = store.state;
    if (
      pageWidth !== knownWidth ||
      room?.width !== known?.width ||
      room?.height !== known?.height
    ) {
      store.update({ pageWidth, box: room });
    }
  }

  return (scene, theme) => {
    const { state } = store;
    const width = state.pageWidth ?? root.clientWidth;
    const layout = width < foldBelow ? 'narrow' : width < wideFrom ? 'medium' : 'wide';
    root.className = `page ${layout}`;
    let pictures: HTMLCanvasElement | undefined;
    if (scene) {
      const heads = scene.attention.shape[1];
      const side = thumbnailSide(layout, width, heads);
      root.style.setProperty('--thumbnail', `${side}px`);
      root.style.setProperty('--heads', String(heads));
      pictures = thumbnailsOf(scene.attention, theme, state.settings.scale, side);
    }
    render(template(state, scene, { stage, thumbnails: pictures, table, theme }, actions), root);
    if (root.querySelector('.picture-box') !== observedBox) {
      measure();
    }
    if (scene && !state.error) {
      stage.light(scene);
      if (!state.preview) {
        fillTable(scene.view, headsInWords(scene.choice, scene.attention.shape));
      }
    }
    const isSpoken = !state.error && document.activeElement?.matches(':focus-visible');
    // What is no longer so must not stand there to be read.
    announce(scene?.link && isSpoken ? linkSentence(scene, scene.link) : '');
    keep(state.saved);
    if (performance.getEntriesByName('head-repaint-start', 'mark').length > 0) {
      performance.measure('head-repaint', 'head-repaint-start');
      performance.clearMarks('head-repaint-start');
    }
  };
}

/** Where the page is folded it scrolls: there the picture's width alone decides its size. */
function roomIn({ clientWidth, clientHeight }: Element, pageWidth: number) {
  const height = pageWidth < foldBelow ? clientWidth + labelsAndLegend : clientHeight;
  return { width: clientWidth, height };
}

function thumbnailSide(layout: 'narrow' | 'medium' | 'wide', width: number, heads: number): number {
  if (layout !== 'narrow') {
    // They grow by half of what the page grows: the picture beside them gets no smaller for it.
    const growth = Math.floor(Math.max(0, width - wideFrom) / (2 * usualHeads));
    const usual = Math.min(wideThumbnail, mediumThumbnail + growth);
    return Math.min(
      largestThumbnail,
      Math.floor((usual * usualHeads) / Math.min(heads, usualHeads)),
    );
  }
  const free = Math.floor((width - 32 - rowTitle) / heads) - thumbnailGap;
  return Math.max(12, Math.min(28, free));
}
