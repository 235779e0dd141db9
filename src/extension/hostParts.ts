/** What a window has once, whichever features use it: settings, log, models, engines, panels, and how failures are shown. */
import * as vscode from 'vscode';
import { EngineClient } from '../common/engineClient/engineClient';
import type { Analysis } from '../common/protocol/engine/analyze';
import { deviceSetting } from './engine/chooseDevice';
import { createEngineRuntime, threadsSetting } from './engine/engineRuntime';
import { GpuFaults } from './engine/gpuFaults';
import { engineDevice, engineThreads } from './engine/platform';
import { budgetSetting, ModelActivity, ModelMemory } from './modelCatalog/modelMemory';
import { ModelCatalog } from './modelCatalog/modelCatalog';
import { createPanels } from './panels/panels';
import { Settings } from './settings/settings';
import { HeadChoices } from './subject/headChoices';
import { EditorInUse } from './subject/selection';
import { SubjectTaker } from './subject/subjectTaker';
import { DoneMessages } from './workbench/doneMessages';
import { type DeclaredKeys, declaredKeys } from './workbench/keybindings';
import { createLog, ErrorReporter } from './workbench/errorReporter';
import { FileSaver, openExample, TextAlternative } from './workbench/textAlternative';
import { StatusItem } from './workbench/statusItem';

/** Registers a part, so that it ends with the extension. */
export type Keep = <T extends vscode.Disposable>(part: T) => T;

/** Builds the parts; reads nothing and starts nothing. */
export function createHostParts(
  { extensionUri, extension, globalState }: vscode.ExtensionContext,
  keep: Keep,
) {
  const log = keep(createLog());
  const settings = keep(new Settings());
  const editorInUse = keep(new EditorInUse());
  const taker = new SubjectTaker(editorInUse);
  const statusItem = keep(new StatusItem());
  const textAlternative = keep(new TextAlternative());
  const done = new DoneMessages();
  const saver = new FileSaver(done);
  const models = new ModelCatalog(vscode.Uri.joinPath(extensionUri, 'models'));
  const reporter: ErrorReporter = new ErrorReporter(log, {
    // For the view that was asked for last.
    useWholeDocument: () => reporter.run(() => taker.takeWholeDocument()),
    openExample: () => openExample(),
    useWasm: () => settings.set(deviceSetting, 'wasm'),
    reinstall: () => vscode.commands.executeCommand('extension.open', extension.id),
    reloadWindow: () => vscode.commands.executeCommand('workbench.action.reloadWindow'),
    showLog: () => log.show(),
  });
  // Our own file.
  const manifest = extension.packageJSON as { readonly version: string } & DeclaredKeys;
  const { version } = manifest;
  const gpuFaults = new GpuFaults(globalState, version, ({ reason }) => log.warn(reason));
  const memory = keep(new ModelMemory(models, () => settings.get(budgetSetting)));
  keep(settings.onDidChange(() => memory.keepBudget()));
  const activity = keep(new ModelActivity());
  const createEngine = () => {
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
  /** Computes what is painted into documents. */
  const engine = createEngine();
  const panels = createPanels(
    {
      ...{ extensionUri, models, settings, log, saver, done, statusItem, textAlternative },
      ...{ activity, gpuFaults, memory, reporter },
    },
    keep,
  );
  return {
    ...{ extensionUri, globalState, log, settings, editorInUse, taker, statusItem },
    ...{ textAlternative, saver, done, models, reporter, memory, activity, panels, engine },
    headChoices: new HeadChoices(),
    keyOf: declaredKeys(manifest),
    /** Computes completions, apart from `engine`: a long text there would make every suggestion wait. */
    completionEngine: createEngine(),
    /** Shows in the status bar and in the side bar what the host's engine has run. */
    onRun: ({ modelId, runMs, source }: Pick<Analysis, 'modelId' | 'runMs' | 'source'>) => {
      const { device } = engine;
      if (device) {
        activity.record(modelId, { device, runMs });
        void models
          .manifest(modelId)
          .then(({ name }) =>
            statusItem.show({ modelName: name, device, tokenCount: source.length, runMs }),
          );
      }
    },
    /** Shows why a feature ended, and offers to try again. */
    onFailure: (error: unknown, tryAgain: () => unknown) =>
      reporter.show(error, () => reporter.run(tryAgain)),
  };
}
