import * as vscode from 'vscode';
import { Attention } from './features/attention/attention';
import { attentionModel, nextTokensModel, translationModel } from './modelCatalog/bundledModels';
import { CaretAttention } from './features/caretAttention/caretAttention';
import { chooseDevice, deviceSetting } from './engine/chooseDevice';
import { commandTable } from './commands';
import { Completion } from './features/completion/completion';
import { Explainer } from './features/completion/explainer';
import { Deeds } from './workbench/commandCounts';
import { engineDevice, engineThreads } from './engine/platform';
import { createEngineRuntime, threadsSetting } from './engine/engineRuntime';
import { GpuFaults } from './engine/gpuFaults';
import { openExample } from './workbench/example';
import { createLog, ErrorReporter } from './workbench/errorReporter';
import { FileSaver, TextAlternative } from './workbench/textAlternative';
import { Lessons, readMaps, readRewardStudy } from './features/evolution/content';
import { ModelActivity } from './modelCatalog/modelActivity';
import { budgetSetting, ModelMemory } from './modelCatalog/modelMemory';
import { Models } from './modelCatalog/modelCatalog';
import { insertIntoDocument } from './features/nextTokens/insertAfter';
import { nextTokensPurpose } from './features/nextTokens/showNextTokens';
import { registerOnYourText, Timeline } from './features/evolution/timeline';
import {
  attentionKind,
  mapsKind,
  nextKind,
  stageKind,
  tokensKind,
  whyKind,
} from './panels/pageKinds';
import { startText } from './panels/hostApi';
import { Panels } from './panels/panels';
import { scaleSetting } from './panels/pageSettings';
import { EditorInUse } from './subject/selection';
import { readOnce } from './workbench/promises';
import { Settings } from './settings/settings';
import type { Analysis } from '../common/protocol/engine/analyze';
import type { ViewId } from '../common/content/lesson';
import { EngineClient } from '../common/engineClient/engineClient';
import { StageGuide } from './features/evolution/stageGuide';
import { StatusItem } from './workbench/statusItem';
import { sentenceSubject, SubjectTaker } from './subject/subjectTaker';
import { Surprisal } from './features/surprisal/surprisal';
import type { TestApi } from './testApi';
import { TokenColors } from './features/tokens/tokenColors';
import { TokenCount } from './features/tokens/tokenCount';
import { Tokenizers } from './features/tokens/tokenizers';
import { tokensPurpose } from './features/tokens/showTokens';

/** Builds the parts and joins them; reads nothing and starts nothing. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const startedAt = performance.now();
  try {
    const parts = build(context);
    return context.extensionMode === vscode.ExtensionMode.Test
      ? testApi(parts, performance.now() - startedAt)
      : undefined;
  } catch (error) {
    // VS Code shows nothing when an extension fails to activate.
    void vscode.window.showErrorMessage(
      vscode.l10n.t('Evolution of Language Models could not start: {0}', String(error)),
    );
    throw error;
  }
}

function build({ extensionUri, subscriptions, extension, globalState }: vscode.ExtensionContext) {
  const keep = <T extends vscode.Disposable>(part: T): T => {
    subscriptions.push(part);
    return part;
  };
  const log = keep(createLog());
  const settings = keep(new Settings());
  const editorInUse = keep(new EditorInUse());
  const taker = new SubjectTaker(editorInUse, () => stageGuide.sentence());
  const statusItem = keep(new StatusItem());
  const textAlternative = keep(new TextAlternative());
  const saver = new FileSaver();
  const models = new Models(vscode.Uri.joinPath(extensionUri, 'models'));
  const failures = new ErrorReporter(log, {
    useWholeDocument,
    openExample: () => openExample(),
    useWasm: () => settings.set(deviceSetting, 'wasm'),
    reinstall: () => vscode.commands.executeCommand('extension.open', extension.id),
    reloadWindow: () => vscode.commands.executeCommand('workbench.action.reloadWindow'),
    showLog: () => log.show(),
  });
  const { version } = extension.packageJSON as { readonly version: string }; // Our own file.
  const gpuFaults = new GpuFaults(globalState, version, ({ reason }) => log.warn(reason));
  const memory = keep(new ModelMemory(models, () => settings.get(budgetSetting)));
  keep(settings.onDidChange(() => memory.keepBudget()));
  const startEngine = () => {
    const holder = keep(memory.join(() => client.release()));
    const client: EngineClient = new EngineClient(
      createEngineRuntime(extensionUri, models, gpuFaults, () =>
        engineThreads(settings.get(threadsSetting)),
      ),
      {
        device: engineDevice(settings.get(deviceSetting)),
        onUse: () => holder.used(),
        onChange: () => holder.holds([...client.loads.keys()]),
      },
    );
    keep({ dispose: () => client.end() });
    keep(settings.onDidChange(() => client.setDevice(engineDevice(settings.get(deviceSetting)))));
    return client;
  };
  const engine = startEngine();
  const completionEngine = startEngine();

  const explainer = new Explainer(completionEngine);
  const activity = keep(new ModelActivity());
  const lessons = new Lessons(vscode.Uri.joinPath(extensionUri, 'media', 'lessons'));
  const stageGuide = new StageGuide({ lessons, editorInUse, panels: () => stagePanels });
  const panelParts = {
    ...{ extensionUri, models, settings, log, saver, statusItem, textAlternative, attempt },
    ...{ gpuFaults, activity, memory },
  };
  const panels = keep(
    new Panels(attentionKind, panelParts, {
      showSelection: () => void run(() => attention.showSelection()),
      serve: owner => ({
        start: () => startText(models, owner),
        setScale: ({ scale }) => attempt(() => settings.set(scaleSetting, scale)),
        pictureShown: ({ isShown }) => owner.onPicture(isShown),
      }),
    }),
  );
  const tokenPanels = keep(
    new Panels(tokensKind, panelParts, {
      showSelection: () => void run(showTokens),
      serve: owner => ({ start: () => startText(models, owner) }),
    }),
  );
  const rewardStudy = readOnce(() => readRewardStudy(extensionUri));
  const stagePanels: Panels<'stage'> = keep(
    new Panels(stageKind, panelParts, {
      showSelection: () => void run(() => stageGuide.open('attention')),
      serve: owner => ({
        start: () => attempt(async () => ({ ...(await stageGuide.start()), ...owner.start() })),
        models: () => models.manifests(),
        atStage: ({ stage }) => timeline.follow(stage),
        quality: ({ modelId }) => models.quality(modelId),
        labelStudy: ({ modelId }) => models.labelStudy(modelId),
        rewardStudy,
        openView: ({ view, text }) => openView(view, text),
      }),
    }),
  );
  const maps = readOnce(() => readMaps(extensionUri));
  const mapPanels: Panels<'maps'> = keep(
    new Panels(mapsKind, panelParts, {
      showSelection: () => mapPanels.open(),
      serve: () => ({
        start: () =>
          attempt(async () => ({ maps: await maps(), sources: (await lessons.book()).sources })),
        follow: ({ target }) => attempt(() => stageGuide.follow(target)),
      }),
    }),
  );
  keep(registerOnYourText());
  const timeline = keep(new Timeline(lessons, models, activity, memory));
  const showTokens = () => taker.take(tokensPurpose, subject => tokenPanels.show(subject));
  const nextPanels = keep(
    new Panels(nextKind, panelParts, {
      showSelection: () => void run(showNextTokens),
      serve: owner => ({
        start: () => startText(models, owner),
        insert: inserted => attempt(() => insertIntoDocument(owner, inserted)),
      }),
    }),
  );
  const showNextTokens = () => taker.take(nextTokensPurpose, subject => nextPanels.show(subject));
  const onRun = (ran: Pick<Analysis, 'modelId' | 'runMs' | 'source'>) => {
    const { modelId, runMs, source } = ran;
    const { device } = engine;
    if (device) {
      activity.note(modelId, { device, runMs });
      void models
        .manifest(modelId)
        .then(({ name }) =>
          statusItem.show({ modelName: name, device, tokenCount: source.length, runMs }),
        );
    }
  };
  const attention = new Attention({
    models,
    engine,
    panels,
    taker,
    editorInUse,
    saver,
    textAlternative,
    onRun,
  });
  const caretAttention = keep(
    new CaretAttention({
      engine,
      manifest: () => models.manifest(attentionModel),
      settings,
      editorInUse,
      panelHead: () => attention.singleHead(),
      onRun,
      onFailure: (error, tryAgain) => failures.show(error, () => run(tryAgain)),
    }),
  );

  const whyPanels = keep(
    new Panels(whyKind, panelParts, {
      showSelection: () => void run(() => completion.why()),
      serve: owner => ({
        start: () => startText(models, owner),
        explain: (_, signal) => explainer.explain(owner.subject, signal),
        attentionOf: question => explainer.attentionOf(question),
        rankByLayer: (question, signal) => explainer.rankByLayer(question, signal),
      }),
    }),
  );
  const completion = keep(
    new Completion({
      engine: completionEngine,
      models,
      settings,
      memento: globalState,
      log,
      explainer,
      show: subject => whyPanels.show(subject),
    }),
  );

  const tokenizers = keep(new Tokenizers(models, settings));
  const tokenCount = keep(new TokenCount({ engine, tokenizers, settings }));
  const tokenColors = keep(
    new TokenColors({
      engine,
      tokenizers,
      onFailure: (error, tryAgain) => failures.show(error, () => run(tryAgain)),
    }),
  );
  const surprisal = keep(
    new Surprisal({
      ...{ engine, models, settings, editorInUse },
      onRun: ({ modelId, runMs, tokens }) => onRun({ modelId, runMs, source: tokens }),
      onFailure: (error, tryAgain) => failures.show(error, () => run(tryAgain)),
    }),
  );

  const table = commandTable({
    attention,
    caretAttention,
    completion,
    surprisal,
    showTokens,
    tokenColors,
    tokenizers,
    openStage: stage => stageGuide.open(stage),
    compareEras: () => stageGuide.compareEras(),
    showMaps: () => mapPanels.open(),
    openExample: () => openExample(),
    showNextTokens,
    chooseDevice: () => chooseDevice(settings),
    showLog: () => log.show(),
  });
  const deeds = new Deeds();
  for (const [id, command] of Object.entries(table)) {
    const work = async (arg: unknown) => {
      await command(arg);
      deeds.note(id);
    };
    keep(vscode.commands.registerCommand(id, (arg: unknown) => run(() => work(arg))));
  }
  return {
    engine,
    attention,
    panels,
    tokenPanels,
    stagePanels,
    mapPanels,
    timeline,
    nextPanels,
    whyPanels,
    models,
    saver,
    caretAttention,
    completion,
    completionEngine,
    surprisal,
    failures,
    useWholeDocument,
    statusItem,
    tokenColors,
    tokenCount,
    deeds,
    memory,
  };

  /** For the view that was asked for last. */
  function useWholeDocument(): Promise<void> {
    return run(() => taker.takeWholeDocument());
  }

  /** On a text that is in no document. */
  function openView(view: ViewId, text: string): void {
    const views = {
      attention: { modelId: attentionModel, panels },
      translation: { modelId: translationModel, panels },
      tokens: { modelId: attentionModel, panels: tokenPanels },
      next: { modelId: nextTokensModel, panels: nextPanels },
    } as const satisfies Record<ViewId, unknown>;
    const { modelId, panels: opened } = views[view];
    opened.show(sentenceSubject(modelId, text));
  }

  /** What a page asks for on behalf of the person. */
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      failures.show(error, () => run(work));
      throw error;
    }
  }

  /** Every command goes through here: a failure is shown, and may be tried again. */
  async function run(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      failures.show(error, () => run(work));
    }
  }
}

const testApi = (
  {
    engine,
    attention,
    panels,
    tokenPanels,
    stagePanels,
    mapPanels,
    timeline,
    nextPanels,
    whyPanels,
    models,
    saver,
    caretAttention,
    completion,
    completionEngine,
    surprisal,
    failures,
    useWholeDocument,
    statusItem,
    tokenColors,
    tokenCount,
    deeds,
    memory,
  }: ReturnType<typeof build>,
  activationMs: number,
): TestApi => ({
  activationMs,
  panels,
  tokenPanels,
  stagePanels,
  mapPanels,
  timeline,
  nextPanels,
  whyPanels,
  models,
  saver,
  describe: () => attention.describe(),
  subject: () => panels.current?.subject,
  highlighted: () => panels.current?.paint.marks ?? [],
  caretAttention: () => caretAttention.state,
  tokenColors: () => tokenColors.state,
  tokenCount: () => tokenCount.text,
  surprisal: () => surprisal.state,
  lastFailure: () => failures.last,
  useWholeDocument,
  statusText: () => statusItem.text,
  deeds,
  completion,
  completionEngine,
  memory,
  endWorker: () => engine.end('ended by a test'),
});
