/** The shell of every page that shows a text of the user's: how it starts, what it keeps, and when it runs. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError, EngineError } from '../../src/common/errors';
import type { DeviceReport } from '../../src/common/protocol/engine/types';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { TextHostApi } from '../../src/common/protocol/pages/host';
import type {
  PageApi,
  PageDescription,
  PageSettings,
  PageStart,
} from '../../src/common/protocol/pages/page';
import type { Subject, TextRange } from '../../src/common/protocol/pages/subject';
import type { Contract, Handlers, Remote } from '../../src/common/protocol/rpc';
import { writeState } from './host';
import { slowMs, type Work } from './progress';
import { memo, type Store, throttle } from './store';
import { type HostActions, openPage, type Page, type PageState, type PageView } from './page';
import type { createPageEngine } from './pageEngine';
import { type RunState, RunStore } from './runStore';

const highlightMs = 50;

/** What the state of every page of a text has. */
export interface TextPageState extends PageState, RunState {
  readonly saved: { readonly subject?: Subject | undefined };
  readonly models: readonly Manifest[];
  readonly settings: PageSettings;
  /** False until the host has answered. */
  readonly isStarted: boolean;
  /** Whether the subject's text has changed in its document since it was taken. */
  readonly isStale: boolean;
  /** Of the page's engine; known before its first run ends. */
  readonly device: DeviceReport | undefined;
  /** From being told what to show to its painted picture, in ms. */
  readonly paintMs: number | undefined;
}

/** How every page of a text begins. */
export const notStarted: Omit<TextPageState, 'saved'> = {
  models: [],
  settings: { device: 'auto', scale: 'sqrt', beams: 5 },
  isStarted: false,
  isStale: false,
  work: undefined,
  error: undefined,
  device: undefined,
  pageWidth: undefined,
  themeVersion: 0,
  paintMs: undefined,
};

/** What a user can do on every page of a text. */
export interface TextActions extends HostActions {
  /** Runs again; where the host could not say what there is, or a model was damaged, the page starts again. */
  retry(): void;
  cancel(): void;
  copyMarkdown(): void;
  openText(): void;
}

/** All in which one page of a text differs from another. */
export interface TextPageOptions<S extends TextPageState, P extends Contract<P>> {
  readonly initial: S;
  /** Makes the page's engine, where it has one. */
  readonly createEngine?: typeof createPageEngine | undefined;
  /** The page in data and in words. */
  readonly describe: () => PageDescription;
  /** What the page offers to the host besides what every page does. */
  readonly api?: Handlers<P> | undefined;
  /**
   * What changes besides the subject where one is shown, which then runs.
   *
   * @param isStart whether the page has just started, perhaps on what an earlier one has left.
   */
  readonly changeFor?: ((subject: Subject, isStart: boolean) => Partial<S>) | undefined;
  /** Runs the subject of the state. */
  readonly run: (subject: Subject) => void;
  /** The engine runs on another device from now on. Undefined: the page is the same on every device. */
  readonly onOtherDevice?: (() => void) | undefined;
  /** A translator searches with another number of beams from now on. */
  readonly onOtherBeams?: (() => void) | undefined;
  /** The caret or pointer is on these characters in the document; undefined: on none of ours. */
  readonly pointAt?: ((range: TextRange | undefined) => void) | undefined;
  readonly paint: (view: PageView) => void;
  readonly wideFrom?: number | undefined;
  readonly narrowBelow?: number | undefined;
}

export interface TextPage<
  S extends TextPageState,
  H extends TextHostApi & Contract<H>,
> extends Page<RunStore<S>, H> {
  readonly actions: TextActions;
  /** The page's engine; there is one as soon as anything runs. */
  readonly engine: () => EngineClient;
  /** Runs the subject of the state again. */
  readonly rerun: () => void;
  /** The painting of what is to be shown follows in this task: of its time only the first counts. */
  readonly measurePaint: () => void;
  /** Lights ranges in the document, the newest that were asked for. */
  readonly highlight: (ranges: Parameters<TextHostApi['highlight']>[0]['ranges']) => void;
}

/** Opens a page of a text and starts it. */
export function openTextPage<
  S extends TextPageState,
  H extends TextHostApi & Contract<H>,
  P extends Contract<P> = object,
>(options: TextPageOptions<S, P>): TextPage<S, H> {
  const { createEngine, describe, paint, run } = options;
  const keep = memo(writeState);
  let client: EngineClient | undefined;
  let hasBegun = false;
  const page: Page<RunStore<S>, H> = openPage<RunStore<S>, H, PageApi>({
    api: {
      show: ({ subject }) => show(subject, false),
      textChanged: ({ isStale }) => base.update({ isStale }),
      configure: ({ settings }) => configure(settings),
      release: () => client?.release(),
      pointAt: ({ range }) => options.pointAt?.(range),
      describe,
      ...options.api,
    },
    createStore: (onChange, host: Remote<TextHostApi>) =>
      new RunStore(options.initial, onChange, ({ code, message }) =>
        page.ask(host.report({ code, message })),
      ),
    paint: view => {
      paint(view);
      keep(store.state.saved);
    },
    wideFrom: options.wideFrom,
    narrowBelow: options.narrowBelow,
  });
  const store: RunStore<S> = page.store;
  const base: Store<TextPageState> = store;
  const host: Remote<TextHostApi> = page.host;
  begin();

  return {
    ...page,
    actions: textActions(page, () => describe().markdown, rerun),
    engine: () => required(client),
    rerun,
    measurePaint: () => measurePaint(base),
    // A light that could not be lit is no failure of the page.
    highlight: throttle(highlightMs, ranges => page.ask(host.highlight({ ranges }))),
  };

  /** Asks the host what there is. Again after a model's failure: its folder may have been put right. */
  function begin(): void {
    showStarting(base);
    host.start({}).then(start, (cause: unknown) => {
      base.update({ isStarted: true, work: undefined, error: asEngineError(cause) });
    });
  }

  function start(answer: PageStart): void {
    const { subject, models, settings } = answer;
    client?.end();
    client = createEngine?.(host, answer, {
      onProgress: news => store.tell(news),
      onChange: ({ device }) => base.update({ device }),
    });
    const { saved, isStarted } = store.state;
    hasBegun = true;
    base.update({
      ...{ models, settings, isStale: answer.isStale },
      ...{ isStarted: true, work: undefined, error: undefined },
    });
    // The second time, the page knows better what it shows than the host, which knows the text but not the model.
    const next = isStarted ? (saved.subject ?? subject) : (subject ?? saved.subject);
    if (next) {
      show(next, true);
    }
  }

  function show(subject: Subject, isStart: boolean): void {
    performance.mark('show');
    const { saved } = store.state;
    base.update({
      paintMs: undefined,
      saved: { ...saved, subject },
      ...options.changeFor?.(subject, isStart),
    });
    rerun();
  }

  function rerun(): void {
    const { saved, error, isStarted } = store.state;
    if (!isStarted) {
      return; // The answer of the host is on its way.
    }
    if (!hasBegun || error?.code === 'model-missing' || error?.code === 'model-invalid') {
      begin();
    } else if (saved.subject) {
      run(saved.subject);
    }
  }

  function configure(settings: PageSettings): void {
    const before = store.state.settings;
    const isOtherDevice = settings.device !== before.device;
    base.update({ settings });
    if (isOtherDevice && options.onOtherDevice) {
      client?.setDevice(settings.device);
      options.onOtherDevice();
    } else if (settings.beams !== before.beams) {
      options.onOtherBeams?.();
    }
  }
}

/** While the host is asked. After a reload of the window it may take a while to answer. */
function showStarting(store: Store<TextPageState>): void {
  const starting: Work = { words: 'Starting', isSlow: false, isLong: false };
  store.update({ work: starting });
  setTimeout(() => {
    if (store.state.work === starting) {
      store.update({ work: { ...starting, isSlow: true } });
    }
  }, slowMs);
}

function textActions<S extends TextPageState, H extends TextHostApi & Contract<H>>(
  { store, host, ask, actions }: Page<RunStore<S>, H>,
  markdown: () => string,
  rerun: () => void,
): TextActions {
  const anyHost: Remote<TextHostApi> = host;
  return {
    ...actions,
    retry: rerun,
    cancel: () => store.cancel(),
    setDevice: device => {
      actions.setDevice(device);
      if (device === store.state.settings.device) {
        rerun(); // Nothing changes, so the host will not tell; the user asked to go on.
      }
    },
    copyMarkdown: () => ask(anyHost.copy({ text: markdown() })),
    openText: () => ask(anyHost.openText({ markdown: markdown() })),
  };
}

function required(client: EngineClient | undefined): EngineClient {
  if (!client) {
    throw new EngineError('internal', 'The page has no engine before it has started.');
  }
  return client;
}

/** A frame after this task the picture is on the screen. */
function measurePaint(store: Store<TextPageState>): void {
  requestAnimationFrame(() =>
    setTimeout(() => {
      performance.mark('painted');
      const { duration } = performance.measure('show-to-painted', 'show', 'painted');
      store.update({ paintMs: store.state.paintMs ?? duration });
    }),
  );
}
