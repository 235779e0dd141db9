/** Serves the calls that every kind of page may make, and those that panels hand to features: one function for each. */
import * as vscode from 'vscode';
import type { DoneMessages } from '../workbench/doneMessages';
import type { FileSaver, TextAlternative } from '../workbench/textAlternative';
import type { ModelActivity, ModelMemory } from '../modelCatalog/modelMemory';
import { deviceSetting } from '../engine/chooseDevice';
import type { ModelCatalog } from '../modelCatalog/modelCatalog';
import type { StrengthDecorations } from '../workbench/strengthDecorations';
import type { Settings } from '../settings/settings';
import { filesOf } from '../../common/engineClient/modelFolder';
import type { HostApi, LitRange } from '../../common/protocol/pages/host';
import type { PageStart } from '../../common/protocol/pages/page';
import type { PageHandlers, PageName } from '../../common/protocol/pages/pages';
import type { Subject } from '../../common/protocol/pages/subject';
import type { Handlers } from '../../common/protocol/rpc';
import type { GpuFaultMemory } from '../../common/engineClient/runningEngine';
import type { ErrorReporter } from '../workbench/errorReporter';
import type { StatusItem } from '../workbench/statusItem';
import type { SubjectAnchor } from '../subject/subjectAnchor';

/** What all panels share. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly models: ModelCatalog;
  readonly settings: Settings;
  readonly log: vscode.LogOutputChannel;
  readonly saver: FileSaver;
  readonly done: DoneMessages;
  readonly statusItem: StatusItem;
  readonly textAlternative: TextAlternative;
  readonly activity: ModelActivity;
  readonly gpuFaults: GpuFaultMemory;
  readonly memory: ModelMemory;
  readonly reporter: ErrorReporter;
}

/** What a feature gives to the panel of its kind of page. */
export interface PageService<N extends PageName = PageName> {
  /** Takes the selection of the editor again. */
  readonly showSelection: () => unknown;
  /** Serves what only this kind of page may ask, its first call among it. */
  readonly serve: (owner: PageOwner) => Omit<PageHandlers[N], keyof HostApi>;
}

/** The panel, as far as its page's calls concern it. */
export interface PageOwner {
  readonly title: string;
  readonly paint: StrengthDecorations;
  readonly subject: Subject | undefined;
  readonly anchor: SubjectAnchor | undefined;
  /** Somebody can see it. */
  readonly isVisible: boolean;
  readonly onDidChangeVisibility: vscode.Event<void>;
  readonly onDidDispose: vscode.Event<void>;
  /** Where a document is opened beside the panel. */
  readonly documentColumn: vscode.ViewColumn;
  /** Shows a subject, now or as soon as its page asks for it. */
  show(subject: Subject): void;
  /** What its page begins with, but for the models. */
  start(): Omit<PageStart, 'models'>;
  /** A URI by which its page can read a file of the extension. */
  webviewUri(file: vscode.Uri): string;
  /** The page's engine holds these models now. */
  onHeld(models: readonly string[]): void;
  /** The page's engine begins work with a model. */
  onEngineUsed(): void;
  /** The subject has grown by what its page has written. */
  onLonger(subject: Subject): void;
  /** It shows what the user is writing: a text that has changed will be there in a moment. */
  onFollowing(isFollowing: boolean): void;
  /** Something was to be written into a text that has changed since. */
  onStaleUse(): void;
  /** The page asks for what is selected now. */
  onShowSelection(): void;
  /** There is a picture, or there is none. */
  onPicture(isShown: boolean): void;
}

/** The first answer to a page of a text. */
export async function startText(models: ModelCatalog, owner: PageOwner): Promise<PageStart> {
  const manifests = await models.manifests();
  return { ...owner.start(), models: manifests };
}

/** What every kind of page may ask. */
export function hostApi(parts: PanelParts, owner: PageOwner): Handlers<HostApi> {
  const { models, settings, log, saver, done, statusItem, textAlternative, reporter } = parts;
  const attempt = reporter.attempt.bind(reporter);
  return {
    modelUris: async ({ modelId }) => {
      const files = filesOf(await models.manifest(modelId));
      return Object.fromEntries(
        files.map(file => [file.path, owner.webviewUri(models.uri(modelId, file))]),
      );
    },
    highlight: ({ ranges }) => highlight(owner, ranges),
    reveal: range =>
      attempt(async () => {
        const spans = (await owner.anchor?.locateOrOpen(range)) ?? [];
        const [first] = spans;
        if (first) {
          await revealIn(
            first.document,
            spans.map(({ range: one }) => one),
            owner.documentColumn,
          );
        }
      }),
    save: file => attempt(async () => (await saver.save(file)) !== undefined),
    copy: ({ text }) =>
      attempt(async () => {
        await vscode.env.clipboard.writeText(text);
        done.show(vscode.l10n.t('Copied'));
      }),
    openText: ({ markdown }) => attempt(() => textAlternative.open(owner.title, markdown)),
    setDevice: ({ device }) => attempt(() => settings.set(deviceSetting, device)),
    showSelection: () => owner.onShowSelection(),
    openLink: async ({ url }) => {
      const uri = vscode.Uri.parse(url, true);
      if (uri.scheme === 'https') {
        await vscode.env.openExternal(uri);
      }
    },
    analysed: async ({ modelId, ...run }) => {
      const { name } = await models.manifest(modelId);
      log.info(
        `${modelId}: ${run.tokenCount} tokens in ${run.runMs.toFixed(1)} ms, ${run.device.device}`,
      );
      statusItem.show({ ...run, modelName: name });
      parts.activity.record(modelId, run);
    },
    engineUsed: () => owner.onEngineUsed(),
    held: ({ models: held }) => owner.onHeld(held),
    gpuFaults: () => parts.gpuFaults.known(),
    rememberGpuFault: fault => parts.gpuFaults.remember(fault),
    showLog: () => log.show(),
    report: ({ code, message }) => log.error(`page: ${code}: ${message}`),
  };
}

/** Lights ranges in the document that the subject came from: what looks is outlined, what it looks at tinted. */
function highlight(owner: PageOwner, ranges: readonly LitRange[]): void {
  const { anchor, paint } = owner;
  const located = ranges.flatMap(({ strength, isQuery, ...range }) =>
    (anchor?.locate(range) ?? []).map(place => ({ ...place, strength, isQuery })),
  );
  const [first] = located;
  if (first) {
    const here = located.filter(({ document }) => document === first.document);
    const marks = here.filter(({ isQuery }) => !isQuery);
    const queries = here.filter(({ isQuery }) => isQuery);
    paint.show(
      first.document,
      marks,
      queries.map(({ range }) => range),
    );
  } else {
    paint.clear();
  }
}

/** Selects stretches where their document is shown already, else in `column`; the panel keeps the focus. */
async function revealIn(
  document: vscode.TextDocument,
  ranges: readonly vscode.Range[],
  column: vscode.ViewColumn,
): Promise<void> {
  const [first] = ranges;
  const shown = vscode.window.visibleTextEditors.find(editor => editor.document === document);
  const editor =
    shown ??
    (await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true }));
  if (first) {
    editor.selections = ranges.map(({ start, end }) => new vscode.Selection(start, end));
    editor.revealRange(first, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}
