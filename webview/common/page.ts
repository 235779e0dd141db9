/** The shell of every page: its link to the host, its element, its theme, what it says to a screen reader, and when it is painted. */
import type { DevicePreference } from '../../src/common/protocol/engine/types';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Contract, Handlers, Remote } from '../../src/common/protocol/rpc';
import { memo, onceATask, type Store } from './store';
import { joinHost } from './host';
import { onThemeChange, readTheme, type Theme } from './theme';

/** What the state of every page has. */
export interface PageState {
  /** Of the page, in CSS pixels. */
  readonly pageWidth: number | undefined;
  /** Counts up when the theme has changed. */
  readonly themeVersion: number;
}

/** What a page is painted into and with. */
export interface PageView {
  readonly root: HTMLElement;
  readonly theme: Theme;
  /** In CSS pixels. */
  readonly width: number;
  readonly layout: 'narrow' | 'medium' | 'wide';
}

/** What a user can do on every page; the host does it. */
export interface HostActions {
  setDevice(device: DevicePreference): void;
  showSelection(): void;
  showLog(): void;
  openLink(url: string): void;
}

export interface PageOptions<S, H extends Contract<H>, P extends Contract<P>> {
  /** What the page offers to the host. */
  readonly api: Handlers<P>;
  /** @param onChange is to be called after every change of the state. */
  readonly createStore: (onChange: () => void, host: Remote<H>) => S;
  /** Puts the state on the page; doing it twice with the same state changes nothing. All drawing starts here. */
  readonly paint: (view: PageView) => void;
  /** From this width on the layout is wide, in CSS pixels. */
  readonly wideFrom?: number | undefined;
  /** Below this width the page is narrow; 640 by default. */
  readonly narrowBelow?: number | undefined;
}

export interface Page<S, H extends Contract<H>> {
  readonly store: S;
  readonly host: Remote<H>;
  readonly actions: HostActions;
  /** Asks something of the host on behalf of the user. Of a refusal the host tells; here nothing is left to do. */
  readonly ask: (request: Promise<unknown>) => void;
  /** Has a screen reader say something. */
  readonly announce: (words: string) => void;
  /** The theme of this moment. */
  readonly theme: () => Theme;
  /** Has the page painted at the end of this task, once. */
  readonly repaint: () => void;
}

/** Joins a page to the host and paints it whenever its state, its width or the theme has changed. */
export function openPage<
  S extends Store<PageState>,
  H extends HostApi & Contract<H>,
  P extends Contract<P>,
>({ api, createStore, paint, ...widths }: PageOptions<S, H, P>): Page<S, H> {
  const host = joinHost<H, P>(api);
  const anyHost: Remote<HostApi> = host;
  const themeOf = memo((_version: number) => readTheme());
  const theme = () => themeOf(store.state.themeVersion);
  let root: HTMLElement | undefined;
  const repaint = onceATask(() => {
    if (!root) {
      root = createRoot(store);
      return; // The width, which is known now, has it painted.
    }
    const width = store.state.pageWidth ?? root.clientWidth;
    const { narrowBelow: narrow = narrowBelow, wideFrom = narrow } = widths;
    const layout = width < narrow ? 'narrow' : width < wideFrom ? 'medium' : 'wide';
    root.className = `page ${layout}`;
    paint({ root, theme: theme(), width, layout });
  });
  const store = createStore(repaint, host);
  const ask = (request: Promise<unknown>) => void request.catch(() => undefined);
  onThemeChange(() => store.update({ themeVersion: store.state.themeVersion + 1 }));
  repaint();
  return {
    store,
    host,
    actions: {
      setDevice: device => ask(anyHost.setDevice({ device })),
      showSelection: () => ask(anyHost.showSelection({})),
      showLog: () => ask(anyHost.showLog({})),
      openLink: url => ask(anyHost.openLink({ url })),
    },
    ask,
    announce: createAnnouncer(),
    theme,
    repaint,
  };
}

/** The element that a page is drawn into; the state is told of its width. */
function createRoot(store: Store<Pick<PageState, 'pageWidth'>>): HTMLElement {
  const root = document.createElement('div');
  root.className = 'page';
  document.body.append(root);
  const measure = () => {
    if (root.clientWidth !== store.state.pageWidth) {
      store.update({ pageWidth: root.clientWidth });
    }
  };
  measure();
  new ResizeObserver(measure).observe(root);
  return root;
}

/** What a page says to a screen reader. */
/** A screen reader is told of the last of several quick moves only. */
const announceMs = 200;

/** Puts a place on the page that nobody sees and a screen reader reads out. @returns what says something there. */
function createAnnouncer(): (words: string) => void {
  const voice = document.createElement('div');
  voice.className = 'unseen';
  voice.setAttribute('role', 'status');
  document.body.append(voice);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return words => {
    clearTimeout(timer);
    timer = setTimeout(() => (voice.textContent = words), announceMs);
  };
}

/** Below this width a page is narrow: its margins are smaller, and what stood side by side stands in one column. */
const narrowBelow = 640;

/** The room for a picture on a page of text: the page without its margins, and no wider than pictures gain from. */
export const pictureRoom = (pageWidth: number): number =>
  Math.max(240, Math.min(pageWidth - (pageWidth < narrowBelow ? 32 : 48) - 12, 960));
