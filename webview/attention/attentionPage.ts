import { EngineClient } from '../../src/common/engineClient/engineClient';
import { EngineError } from '../../src/common/errors';
import type {
  AttentionHostApi,
  AttentionPageApi,
  ExportFormat,
} from '../../src/common/protocol/pages/attention';
import type { ExportFile, PageStart } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { registerControls } from '../elements/controls';
import { exportFile } from './export/exportFile';
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
import { throttle } from '../common/throttle';
import { createActions } from './attentionActions';
import type { AttentionState } from './attentionState';
import { describe, figureOf } from './describe';
import { rangesOf } from './highlight';
import { createPainter } from './painter';
import { Run } from './run';
import { parseState } from './savedState';
import { createSceneMaker, type Scene } from './scene';
import { unitAt } from '../matrix/units';

const highlightMs = 50;

/** Builds the page and keeps it joined to the host: everything else is in the parts it is made of. */
export function startAttentionPage(): void {
  registerControls();
  const makeScene = createSceneMaker();
  const themeOf = memo((_version: number) => readTheme());
  const store = createStore<AttentionState>(
    {
      saved: parseState(readState()),
      models: [],
      settings: { device: 'auto', scale: 'sqrt' },
      isStarted: false,
      work: undefined,
      tokenized: undefined,
      shown: undefined,
      translated: undefined,
      error: undefined,
      device: undefined,
      preview: undefined,
      pointed: undefined,
      isRailOpen: false,
      box: undefined,
      pageWidth: undefined,
      themeVersion: 0,
      paintMs: undefined,
    },
    () => onChange(),
  );
  const scene = () => makeScene(store.state);
  const theme = () => themeOf(store.state.themeVersion);

  const host = joinHost<AttentionHostApi, AttentionPageApi>({
    show: ({ subject }) => show(subject, 0),
    configure: ({ settings }) => {
      const isOtherDevice = settings.device !== store.state.settings.device;
      store.update({ settings });
      if (isOtherDevice) {
        client?.setDevice(settings.device);
        rerun();
      }
    },
    release: () => client?.release(),
    pointAt: ({ range }) => {
      const view = scene()?.view;
      const query = range && view && unitAt(view.queries, range);
      if (query !== undefined) {
        store.update({ pointed: { queries: [query], from: 'document' } });
      } else if (store.state.pointed?.from === 'document') {
        store.update({ pointed: undefined });
      }
    },
    describe: () => describe(store.state, scene(), theme()),
    export: ({ format }) => makeExport(format),
  });
  /** Where the same is pointed at in the same picture, the document is lit already. */
  const light = memo((_: Scene['view'], pointed: AttentionState['pointed']) => {
    const now = scene();
    if (now) {
      highlight(rangesOf(now, pointed));
    }
  });
  const tellWhetherShown = memo((isShown: boolean) => {
    host.pictureShown({ isShown }).catch(() => undefined);
  });
  const onChange = onceATask(paintState);
  const memory = createMemoryReporter(host);
  let client: EngineClient | undefined;
  let run: Run | undefined;
  const actions = createActions({
    store,
    host,
    scene,
    theme,
    rerun,
    makeExport,
    cancel: () => run?.cancel(),
  });
  const paint = createPainter(store, actions);
  const highlight = throttle(highlightMs, (ranges: ReturnType<typeof rangesOf>) => {
    // A light that could not be lit is no failure of the picture.
    host.highlight({ ranges }).catch(() => undefined);
  });

  document.addEventListener('keydown', event => {
    // An open menu or dialog is closed by the key, and no more.
    if (event.key === 'Escape' && !document.querySelector(':popover-open, dialog[open]')) {
      actions.letGo();
    }
  });
  onThemeChange(() => store.update({ themeVersion: store.state.themeVersion + 1 }));
  onChange();
  begin();

  function begin(): void {
    askHost(host, store, start);
  }

  function start({ subject, models, runtime, settings }: PageStart): void {
    run?.cancel();
    client?.end();
    client = new EngineClient(
      pageRuntime(host, runtime, models, stage => run?.onStage(stage)),
      {
        device: settings.device,
        onUse: memory.used,
        onChange: () => client && onEngineChange(client),
      },
    );
    run = new Run(store, client, host, () => measurePaint(store));
    const { saved, isStarted } = store.state;
    store.update({
      models,
      settings,
      isStarted: true,
      error: undefined,
    });
    // The second time, the page knows better what it shows than the host, which knows the text but not the model.
    const next = isStarted ? (saved.subject ?? subject) : (subject ?? saved.subject);
    if (next) {
      const isRestored = saved.subject && sameText(saved.subject, next);
      show(next, isRestored ? saved.windowStart : 0);
    }
  }

  function onEngineChange(changed: EngineClient): void {
    store.update({ device: changed.device });
    memory.held(changed);
  }

  function show(subject: Subject, windowStart: number): void {
    paintClock.start();
    const { saved } = store.state;
    const isOther = !saved.subject || !sameText(saved.subject, subject);
    // Of another model, a head of the same number is another head.
    const isOtherModel = saved.subject && saved.subject.modelId !== subject.modelId;
    store.update({
      paintMs: undefined,
      saved: {
        ...{ ...saved, subject, windowStart },
        heads: isOtherModel ? [] : saved.heads,
        queries: isOther ? [] : saved.queries,
      },
    });
    rerun();
  }

  function rerun(): void {
    const { subject, windowStart } = store.state.saved;
    const failed = store.state.error?.code;
    if (!store.state.isStarted) {
      return; // The answer of the host is on its way.
    }
    if (!run || failed === 'model-missing' || failed === 'model-invalid') {
      begin();
    } else if (subject) {
      void run.start(subject, windowStart);
    }
  }

  async function makeExport(format: ExportFormat): Promise<ExportFile> {
    const now = scene();
    if (!now || store.state.error) {
      throw new EngineError('input-invalid', 'There is no picture to export yet.');
    }
    return exportFile(figureOf(now, store.state, theme()), format);
  }

  function paintState(): void {
    const now = scene();
    paint(now, theme());
    tellWhetherShown(now !== undefined && !store.state.error);
    if (now) {
      const { pointed } = store.state;
      // What the document points at is seen there: what the page had lit is no longer pointed at.
      light(now.view, pointed?.from === 'document' ? undefined : pointed);
    }
  }
}

const sameText = (a: Subject, b: Subject) =>
  a.modelId === b.modelId &&
  a.segments.length === b.segments.length &&
  a.segments.every((segment, index) => segment.text === b.segments[index]?.text);
