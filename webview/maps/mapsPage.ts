/** The page of maps: it runs no model. */
import { render } from 'lit';
import { asEngineError } from '../../src/common/errors';
import type { MapsHostApi, MapsPageApi } from '../../src/common/protocol/pages/maps';
import { createStore, memo, type Store } from '../common/store';
import { openPage, type Page, pictureRoom } from '../common/page';
import type { Theme } from '../common/theme';
import { createDiagramDrawer, layoutStep } from '../diagram/diagramDrawer';
import { registerControls } from '../elements/controls';
import { describe, initialState, type MapsState } from './state';
import { type MapsActions, template } from './template';

/** Builds the page and keeps it joined to the host. Text is painted first; charts come after it. */
export function startMapsPage(): void {
  registerControls();
  const page: Page<Store<MapsState>, MapsHostApi> = openPage<
    Store<MapsState>,
    MapsHostApi,
    MapsPageApi
  >({
    api: {
      show: () => undefined, // Maps show no text of the user's.
      configure: () => undefined,
      release: () => undefined,
      textChanged: () => undefined,
      pointAt: () => undefined,
      describe: () => describe(page.store.state),
    },
    createStore: onChange => createStore(initialState, onChange),
    paint: ({ root, theme, width }) => {
      render(template(store.state, actions), root);
      if (store.state.paintMs !== undefined) {
        draw(layoutStep(pictureRoom(width)), theme);
      }
    },
  });
  const { store, host, ask } = page;
  const begin = () => {
    store.update({ error: undefined });
    host.start({}).then(
      start => {
        store.update({ start });
        requestAnimationFrame(() => setTimeout(() => store.update({ paintMs: performance.now() })));
      },
      (cause: unknown) => store.update({ error: asEngineError(cause) }),
    );
  };
  const actions: MapsActions = {
    ...page.actions,
    follow: target => ask(host.follow({ target })),
    goTo: id => {
      const heading = document.getElementById(`map-${id}`);
      heading?.scrollIntoView({ block: 'start' });
      heading?.focus({ preventScroll: true });
    },
    retry: begin,
  };
  const drawDiagram = createDiagramDrawer();
  const drawCharts = async (theme: Theme) => {
    const room = pictureRoom(store.state.pageWidth ?? 0);
    for (const map of store.state.start?.maps ?? []) {
      if (map.kind === 'chart') {
        const drawn = await drawDiagram(map.chart, theme, room, actions.follow).catch(String);
        store.update({ charts: { ...store.state.charts, [map.id]: drawn } });
      }
    }
  };
  const draw = memo((_layout: number, theme: Theme) => void drawCharts(theme));
  begin();
}
