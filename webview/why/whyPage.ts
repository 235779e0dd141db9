import type { PageStart } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { WhyHostApi, WhyPageApi } from '../../src/common/protocol/pages/why';
import { registerControls } from '../elements/controls';
import { memo } from '../common/memo';
import { onceATask } from '../common/batchUpdates';
import { joinHost } from '../common/page';
import { paintClock } from '../common/paintTiming';
import { readState } from '../common/state';
import { createStore } from '../common/store';
import { askHost, measurePaint } from '../common/textPage';
import { onThemeChange, readTheme } from '../common/theme';
import { throttle } from '../common/throttle';
import { describe } from './describe';
import { createPainter } from './painter';
import { rangesOf } from './ranges';
import { Run } from './run';
import { parseState } from './savedState';
import { createActions } from './whyActions';
import type { Told, WhyState } from './whyState';

const highlightMs = 50;

/**
 * Builds the page and keeps it joined to the host. It has no engine: the one that completed is in the host, warm and
 * with what it has read, and only it can say why.
 */
export function startWhyPage(): void {
  registerControls();
  const themeOf = memo((_version: number) => readTheme());
  const store = createStore<WhyState>(
    {
      saved: parseState(readState()),
      models: [],
      isStarted: false,
      work: undefined,
      error: undefined,
      shown: undefined,
      told: undefined,
      standings: new Map(),
      pointed: undefined,
      pageWidth: undefined,
      themeVersion: 0,
      paintMs: undefined,
    },
    () => onChange(),
  );
  const host = joinHost<WhyHostApi, WhyPageApi>({
    show: ({ subject }) => show(subject),
    configure: () => undefined, // The host's engine follows its settings by itself.
    release: () => undefined, // Its model is the host's.
    pointAt: () => undefined,
    describe: () => describe(store.state),
  });
  const onChange = onceATask(paintState);
  const run = new Run(store, host, () => measurePaint(store));
  const actions = createActions({ store, host, run, rerun });
  const paint = createPainter(store, actions);
  const highlight = throttle(highlightMs, (told: Told | undefined) => {
    const { shown } = store.state;
    host
      .highlight({ ranges: shown && told ? rangesOf(shown.explanation, told) : [] })
      // A light that could not be lit is no failure of the page.
      .catch(() => undefined);
  });
  const light = memo((told: Told | undefined) => highlight(told));

  onThemeChange(() => store.update({ themeVersion: store.state.themeVersion + 1 }));
  onChange();
  begin();

  function begin(): void {
    askHost(host, store, start);
  }

  function start({ subject, models }: PageStart): void {
    store.update({ models, isStarted: true, error: undefined });
    if (subject) {
      show(subject);
    }
  }

  function show(subject: Subject): void {
    paintClock.start();
    const { saved } = store.state;
    const textOf = (one: Subject | undefined) => one?.segments.map(({ text }) => text).join('\n');
    const isOther = textOf(saved.subject) !== textOf(subject);
    store.update({ paintMs: undefined, saved: { ...saved, subject } });
    void run.start(subject, isOther);
  }

  function rerun(): void {
    const { isStarted, saved } = store.state;
    if (isStarted && saved.subject) {
      void run.start(saved.subject, false);
    } else {
      begin();
    }
  }

  function paintState(): void {
    paint(themeOf(store.state.themeVersion));
    light(store.state.told);
  }
}
