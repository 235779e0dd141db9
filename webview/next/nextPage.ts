import { EngineClient } from '../../src/common/engineClient/engineClient';
import type { NextHostApi, NextPageApi } from '../../src/common/protocol/pages/next';
import type { PageStart } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { registerControls } from '../elements/controls';
import { createMemoryReporter } from '../common/memoryReporter';
import { memo } from '../common/memo';
import { onceATask } from '../common/batchUpdates';
import { joinHost } from '../common/page';
import { pageRuntime } from '../common/pageRuntime';
import { paintClock } from '../common/paintTiming';
import { readState } from '../common/state';
import { createStore } from '../common/store';
import { askHost, measurePaint } from '../common/textPage';
import { onThemeChange, readTheme } from '../common/theme';
import { describe } from './describe';
import { modelFor } from '../common/predictors';
import { createActions } from './nextActions';
import { barsAtOnce, type NextState } from './nextState';
import { createPainter } from './painter';
import { Predictor } from './predictor';
import { parseState, readSubject } from './savedState';
import { createSceneMaker } from './scene';
import { Speller } from './speller';
import { Writer } from './writer';

/** What works for the page while an engine runs. */
interface Workers {
  readonly client: EngineClient;
  readonly predictor: Predictor;
  readonly writer: Writer;
}

/** Builds the page and keeps it joined to the host: everything else is in the parts it is made of. */
export function startNextPage(): void {
  registerControls();
  const makeScene = createSceneMaker();
  const themeOf = memo((_version: number) => readTheme());
  const store = createStore<NextState>(
    {
      saved: parseState(readState()),
      models: [],
      settings: { device: 'auto', scale: 'sqrt' },
      isStarted: false,
      work: undefined,
      tokenized: undefined,
      isWriting: false,
      shown: undefined,
      error: undefined,
      device: undefined,
      spellings: new Map(),
      probabilities: new Map(),
      beams: undefined,
      pace: undefined,
      barCount: barsAtOnce,
      pointed: undefined,
      pageWidth: undefined,
      themeVersion: 0,
      paintMs: undefined,
    },
    () => onChange(),
  );
  const scene = () => makeScene(store.state);
  const host = joinHost<NextHostApi, NextPageApi>({
    show: ({ subject }) => show(subject),
    configure: ({ settings }) => {
      const isOtherDevice = settings.device !== store.state.settings.device;
      store.update({ settings });
      if (isOtherDevice) {
        workers?.client.setDevice(settings.device);
        workers?.predictor.forget();
        rerun();
      }
    },
    release: () => workers?.client.release(),
    pointAt: () => undefined, // What follows a text is in no document.
    describe: () => describe(store.state, scene()),
  });
  const onChange = onceATask(() => paint(scene(), themeOf(store.state.themeVersion)));
  const memory = createMemoryReporter(host);
  let workers: Workers | undefined;
  const actions = createActions({
    store,
    host,
    scene,
    rerun,
    write: () => {
      const subject = readSubject(store.state.saved);
      if (subject) {
        void workers?.writer.write(subject);
      }
    },
    cancel: () => workers?.predictor.run.cancel(),
  });
  const paint = createPainter(store, actions);

  onThemeChange(() => store.update({ themeVersion: store.state.themeVersion + 1 }));
  onChange();
  begin();

  function begin(): void {
    askHost(host, store, start);
  }

  function start({ subject, models, runtime, settings }: PageStart): void {
    workers?.client.end();
    const client: EngineClient = new EngineClient(
      pageRuntime(host, runtime, models, stage => workers?.predictor.onStage(stage)),
      {
        device: settings.device,
        onUse: memory.used,
        onChange: () => {
          store.update({ device: client.device });
          memory.held(client);
        },
      },
    );
    const speller = new Speller(store, client);
    const predictor = new Predictor(store, client, host, speller, () => measurePaint(store));
    workers = { client, predictor, writer: new Writer(store, client, host, speller, predictor) };
    const { saved, isStarted } = store.state;
    store.update({ models, settings, isStarted: true, error: undefined });
    // The second time, the page knows better what it shows than the host, which knows the text but not the model.
    const next = isStarted ? (saved.subject ?? subject) : (subject ?? saved.subject);
    if (next) {
      show(next);
    }
  }

  function show(subject: Subject): void {
    paintClock.start();
    const { saved, models } = store.state;
    const before = saved.subject;
    const isSameText = before?.segments[0].text === subject.segments[0].text;
    // The model that the person has chosen stays, as far as there is one.
    const modelId = modelFor(models, before?.modelId ?? subject.modelId)?.id ?? subject.modelId;
    store.update({
      paintMs: undefined,
      ...(!isSameText && { probabilities: new Map(), beams: undefined, pace: undefined }),
      saved: {
        ...saved,
        subject: { ...subject, modelId },
        ...(!isSameText && { branches: {}, masked: [], held: 0 }),
      },
    });
    rerun();
  }

  function rerun(): void {
    const { saved, error, isStarted } = store.state;
    if (!isStarted) {
      return; // The answer of the host is on its way.
    }
    if (!workers || error?.code === 'model-missing' || error?.code === 'model-invalid') {
      begin();
    } else {
      const subject = readSubject(saved);
      if (subject) {
        void workers.predictor.start(subject);
      }
    }
  }
}
