import { EngineClient } from '../../src/common/engineClient/engineClient';
import type { TextHostApi } from '../../src/common/protocol/pages/host';
import type { PageStart } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { TokensPageApi } from '../../src/common/protocol/pages/tokens';
import { registerControls } from '../elements/controls';
import { memo } from '../common/memo';
import { onceATask } from '../common/batchUpdates';
import { joinHost } from '../common/page';
import { pageRuntime } from '../common/pageRuntime';
import { paintClock } from '../common/paintTiming';
import { readState } from '../common/state';
import { createStore } from '../common/store';
import { askHost, measurePaint } from '../common/textPage';
import { onThemeChange, readTheme } from '../common/theme';
import { throttle } from '../common/throttle';
import { chipsAt } from './chips';
import { describe } from './describe';
import { createPainter } from './painter';
import { Run } from './run';
import { parseState } from './savedState';
import { chipsAtOnce, createActions } from './tokensActions';
import { isFailed, type PointedAt, type TokensState } from './tokensState';
import { WordPlayer } from './wordPlayer';

const highlightMs = 50;

/** Builds the page and keeps it joined to the host: everything else is in the parts it is made of. */
export function startTokensPage(): void {
  registerControls();
  const themeOf = memo((_version: number) => readTheme());
  const store = createStore<TokensState>(
    {
      saved: parseState(readState()),
      models: [],
      isStarted: false,
      work: undefined,
      shown: undefined,
      error: undefined,
      pointed: undefined,
      played: undefined,
      isPlaying: false,
      longest: chipsAtOnce,
      pageWidth: undefined,
      themeVersion: 0,
      paintMs: undefined,
    },
    () => onChange(),
  );
  const host = joinHost<TextHostApi, TokensPageApi>({
    show: ({ subject }) => show(subject),
    configure: () => undefined, // Text is cut alike on every device.
    release: () => undefined, // It holds tokenizers, and no model.
    pointAt: ({ range }) => {
      const isOnToken =
        range &&
        store.state.shown?.rows.some(row => !isFailed(row) && chipsAt(row.chips, range).length > 0);
      if (isOnToken) {
        store.update({ pointed: { range } });
      } else if (store.state.pointed && !store.state.pointed.chip) {
        store.update({ pointed: undefined });
      }
    },
    describe: () => describe(store.state),
  });
  const onChange = onceATask(paintState);
  let client: EngineClient | undefined;
  let run: Run | undefined;
  const player = new WordPlayer(store, () => client);
  const actions = createActions({ store, host, player, rerun, cancel: () => run?.cancel() });
  const paint = createPainter(store, actions);
  const light = memo((pointed: PointedAt | undefined) => highlight(pointed));
  const highlight = throttle(highlightMs, (pointed: PointedAt | undefined) => {
    const isOnText = pointed?.chip && pointed.range.start < pointed.range.end;
    host
      .highlight({ ranges: isOnText ? [{ ...pointed.range, strength: 1 }] : [] })
      // A light that could not be lit is no failure of the page.
      .catch(() => undefined);
  });

  onThemeChange(() => store.update({ themeVersion: store.state.themeVersion + 1 }));
  onChange();
  begin();

  function begin(): void {
    askHost(host, store, start);
  }

  function start({ subject, models, runtime, settings }: PageStart): void {
    client?.end();
    client = new EngineClient(
      pageRuntime(host, runtime, models, () => undefined),
      { device: settings.device },
    );
    run = new Run(store, client, host, onShown);
    store.update({ models, isStarted: true, error: undefined });
    const next = subject ?? store.state.saved.subject;
    if (next) {
      show(next);
    }
  }

  function show(subject: Subject): void {
    paintClock.start();
    const { saved } = store.state;
    const isOther = saved.subject?.segments[0].text !== subject.segments[0].text;
    store.update({
      paintMs: undefined,
      longest: chipsAtOnce,
      saved: isOther ? { ...saved, subject, played: undefined, step: 0 } : { ...saved, subject },
    });
    rerun();
  }

  function rerun(): void {
    const { subject } = store.state.saved;
    const failed = store.state.error?.code;
    if (!store.state.isStarted) {
      return; // The answer of the host is on its way.
    }
    if (!run || failed === 'model-missing' || failed === 'model-invalid') {
      begin();
    } else if (subject) {
      void run.start(subject);
    }
  }

  function onShown(): void {
    void player.open(false);
    measurePaint(store);
  }

  function paintState(): void {
    paint(themeOf(store.state.themeVersion));
    const { pointed } = store.state;
    // What the document points at is lit there already.
    if (!pointed || pointed.chip) {
      light(pointed);
    }
  }
}
