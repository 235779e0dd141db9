/** The page of maps: it runs no model. */
import { render } from 'lit';
import { asEngineError } from '../../src/common/errors';
import type { MapsHostApi, MapsPageApi } from '../../src/common/protocol/pages/maps';
import { onceATask } from '../common/batchUpdates';
import { memo } from '../common/memo';
import { joinHost } from '../common/host';
import { createRoot } from '../common/page';
import { createStore } from '../common/store';
import { narrowBelow, pictureRoom } from '../common/textWidth';
import { onThemeChange, readTheme, type Theme } from '../common/theme';
import { createDiagramDrawer } from '../diagram/diagramDrawer';
import { layoutStep } from '../diagram/diagramPlace';
import { registerControls } from '../elements/controls';
import { describe } from './describe';
import type { MapsState } from './state';
import { template, type MapsActions } from './template';

/** Builds the page and keeps it joined to the host. Text is painted first; charts come after it. */
export function startMapsPage(): void {
  registerControls();
  const themeOf = memo((_version: number) => readTheme());
  const store = createStore<MapsState>(
    {
      ...{ start: undefined, error: undefined, charts: {}, pageWidth: undefined },
      ...{ themeVersion: 0, paintMs: undefined },
    },
    onceATask(() => paint()),
  );
  const host = joinHost<MapsHostApi, MapsPageApi>({
    show: () => undefined, // Maps show no text of the user's.
    configure: () => undefined,
    release: () => undefined,
    pointAt: () => undefined,
    describe: () => describe(store.state),
  });
  const root = createRoot(store);
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
    follow: target => ask(host.follow({ target })),
    openLink: url => ask(host.openLink({ url })),
    goTo: id => {
      const heading = document.getElementById(`map-${id}`);
      heading?.scrollIntoView({ block: 'start' });
      heading?.focus({ preventScroll: true });
    },
    retry: begin,
    setDevice: device => ask(host.setDevice({ device })),
    showSelection: () => ask(host.showSelection({})),
    showLog: () => ask(host.showLog({})),
  };
  const drawDiagram = createDiagramDrawer();
  const drawCharts = async (theme: Theme) => {
    const room = pictureRoom(store.state.pageWidth ?? root.clientWidth);
    for (const map of store.state.start?.maps ?? []) {
      if (map.kind === 'chart') {
        const drawn = await drawDiagram(map.chart, theme, room, actions.follow).catch(String);
        store.update({ charts: { ...store.state.charts, [map.id]: drawn } });
      }
    }
  };
  const draw = memo((_layout: number, theme: Theme) => void drawCharts(theme));
  const paint = () => {
    const { state } = store;
    const width = state.pageWidth ?? root.clientWidth;
    root.classList.toggle('narrow', width < narrowBelow);
    render(template(state, actions), root);
    if (state.paintMs !== undefined) {
      draw(layoutStep(pictureRoom(width)), themeOf(state.themeVersion));
    }
  };

  onThemeChange(() => store.update({ themeVersion: store.state.themeVersion + 1 }));
  begin();
}

/** The host reports by itself what it cannot do. */
const ask = (answer: Promise<unknown>): void => void answer.catch(() => undefined);
