import * as vscode from 'vscode';
import type { Explainer } from '../features/completion/explainer';
import type { FileSaver, TextAlternative } from '../workbench/textAlternative';
import type { ModelActivity } from '../modelCatalog/modelActivity';
import type { ModelMemory } from '../modelCatalog/modelMemory';
import { insertAfter } from './insertAfter';
import type { Models } from '../modelCatalog/modelCatalog';
import { runtimeUris } from './pageHtml';
import type { StrengthDecorations } from '../workbench/strengthDecorations';
import { deviceSetting } from '../engine/chooseDevice';
import type { Settings } from '../settings/settings';
import { pageSettings, scaleSetting } from './pageSettings';
import { filesOf } from '../../common/engineClient/modelFolder';
import type { Sources, StageId, ViewId } from '../../common/content/lesson';
import type { Maps, MapTarget } from '../../common/content/maps';
import type { HostApi } from '../../common/protocol/pages/host';
import type { StageStart } from '../../common/protocol/pages/stage';
import type { Subject } from '../../common/protocol/pages/subject';
import type { RewardStudy } from '../../common/content/rewardStudy';
import type { Handlers } from '../../common/protocol/rpc';
import type { GpuFaultMemory } from '../../common/engineClient/runningEngine';
import type { StatusItem } from '../workbench/statusItem';
import type { SubjectAnchor } from '../subject/subjectAnchor';

/** What panels share. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly models: Models;
  readonly settings: Settings;
  readonly log: vscode.LogOutputChannel;
  readonly saver: FileSaver;
  readonly statusItem: StatusItem;
  readonly textAlternative: TextAlternative;
  readonly activity: ModelActivity;
  readonly gpuFaults: GpuFaultMemory;
  readonly memory: ModelMemory;
  /** What the page of stages begins with, but the person's text. */
  readonly startStages: () => Promise<Omit<StageStart, 'subject'>>;
  /** The page of stages has come to one. */
  readonly atStage: (stage: StageId) => Promise<void>;
  readonly maps: () => Promise<Maps>;
  readonly rewardStudy: () => Promise<RewardStudy>;
  /** Whom figures are taken from. */
  readonly sources: () => Promise<Sources>;
  /** Goes where a place on a map leads. */
  readonly follow: (target: MapTarget) => Promise<void>;
  /** Opens another panel on a text. */
  readonly openView: (view: ViewId, text: string) => void;
  /** Of completions. */
  readonly explainer: Explainer;
  /** Does something that the person asked for; a failure is shown, and the page is told. */
  readonly attempt: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The panel, as far as its page's calls concern it. */
export interface PageOwner {
  readonly webview: vscode.Webview;
  readonly title: string;
  readonly viewColumn: vscode.ViewColumn | undefined;
  readonly paint: StrengthDecorations;
  readonly subject: Subject | undefined;
  readonly anchor: SubjectAnchor | undefined;
  /** The page's engine holds these models now. */
  onHeld(models: readonly string[]): void;
  /** The page's engine begins work with a model. */
  onEngineUsed(): void;
  /** The page listens and may be called. */
  onReady(): void;
  /** What was looked at has grown by what its page has written. */
  onLonger(subject: Subject): void;
  /** Something was asked of a text that has changed since. */
  onStaleUse(): void;
  /** The page asks for what is selected now. */
  onShowSelection(): void;
  /** There is a picture, or there is none. */
  onPicture(isShown: boolean): void;
}

/** Serves a page: one function for each call that it may make. */
export function hostApi(parts: PanelParts, owner: PageOwner): Handlers<HostApi> {
  const { extensionUri, models, settings, log, saver, statusItem, textAlternative } = parts;
  const { attempt, explainer } = parts;
  const { webview, paint } = owner;
  return {
    ready: async () => {
      owner.onReady();
      const manifests = await models.manifests();
      return {
        subject: owner.subject,
        models: manifests,
        runtime: runtimeUris(webview, extensionUri),
        settings: pageSettings(settings),
      };
    },
    modelUris: async ({ modelId }) => {
      const files = filesOf(await models.manifest(modelId));
      return Object.fromEntries(
        files.map(file => [
          file.path,
          webview.asWebviewUri(models.uri(modelId, file)).toString(true),
        ]),
      );
    },
    highlight: ({ ranges }) => {
      const marks = ranges.flatMap(range =>
        (owner.anchor?.locate(range) ?? []).map(located => ({
          ...located,
          strength: range.strength,
        })),
      );
      const [first] = marks;
      if (first) {
        paint.show(
          first.document,
          marks.filter(({ document }) => document === first.document),
        );
      } else {
        paint.clear();
        if (ranges.length > 0 && owner.anchor?.isStale) {
          owner.onStaleUse();
        }
      }
    },
    reveal: range =>
      attempt(async () => {
        const stretches = (await owner.anchor?.reach(range)) ?? [];
        const [first] = stretches;
        if (first) {
          await revealIn(
            first.document,
            stretches.map(({ range: one }) => one),
            otherColumn(owner),
          );
        } else if (owner.anchor?.isStale) {
          owner.onStaleUse();
        }
      }),
    stages: () => {
      owner.onReady();
      return attempt(async () => ({ ...(await parts.startStages()), subject: owner.subject }));
    },
    atStage: ({ stage }) => parts.atStage(stage),
    quality: ({ modelId }) => models.quality(modelId),
    labelStudy: ({ modelId }) => models.labelStudy(modelId),
    maps: () => attempt(async () => ({ maps: await parts.maps(), sources: await parts.sources() })),
    follow: ({ target }) => attempt(() => parts.follow(target)),
    rewardStudy: () => parts.rewardStudy(),
    openView: ({ view, text }) => parts.openView(view, text),
    insert: ({ text, held }) =>
      attempt(async () => {
        const { subject, anchor } = owner;
        const longer =
          subject && anchor
            ? await insertAfter(subject, anchor, { text, held, column: otherColumn(owner) })
            : undefined;
        if (longer) {
          owner.onLonger(longer);
        } else if (anchor?.isStale) {
          owner.onStaleUse();
        }
        return longer;
      }),
    save: file => attempt(async () => (await saver.save(file)) !== undefined),
    copy: ({ text }) => attempt(async () => vscode.env.clipboard.writeText(text)),
    openText: ({ markdown }) => attempt(() => textAlternative.open(owner.title, markdown)),
    setDevice: ({ device }) => attempt(() => settings.set(deviceSetting, device)),
    setScale: ({ scale }) => attempt(() => settings.set(scaleSetting, scale)),
    showSelection: () => owner.onShowSelection(),
    openLink: async ({ url }) => {
      const uri = vscode.Uri.parse(url, true);
      if (uri.scheme === 'https') {
        await vscode.env.openExternal(uri);
      }
    },
    pictureShown: ({ isShown }) => owner.onPicture(isShown),
    analysed: async ({ modelId, ...run }) => {
      const { name } = await models.manifest(modelId);
      log.info(
        `${modelId}: ${run.tokenCount} tokens in ${run.runMs.toFixed(1)} ms, ${run.device.device}`,
      );
      statusItem.show({ ...run, modelName: name });
      parts.activity.note(modelId, run);
    },
    engineUsed: () => owner.onEngineUsed(),
    held: ({ models: held }) => owner.onHeld(held),
    explain: (_, signal) => explainer.explain(owner.subject, signal),
    lookedAt: ({ index, heads }) => explainer.lookedAt(index, heads),
    standings: ({ index }, signal) => explainer.standings(index, signal),
    gpuFaults: () => parts.gpuFaults.known(),
    rememberGpuFault: fault => parts.gpuFaults.remember(fault),
    showLog: () => log.show(),
    report: ({ code, message }) => log.error(`page: ${code}: ${message}`),
  };
}

/** Where a document is opened beside a panel. */
const otherColumn = ({ viewColumn }: PageOwner) =>
  viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One;

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
