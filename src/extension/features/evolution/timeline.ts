/** The timeline of stages in the side bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Lessons } from './content';
import type { ModelActivity, ModelMemory } from '../../modelCatalog/modelMemory';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import type { Lesson, StageId } from '../../../common/content/lesson';
import type { Manifest } from '../../../common/protocol/manifest';
import { filesOf } from '../../../common/engineClient/modelFolder';
import { deviceNames } from '../../../common/protocol/engine/types';

const { t } = vscode.l10n;

/** The id of the view in `package.json`. */
const timelineView = 'lmEvolution.timeline';

const maxRevealTries = 10;
const retryMs = 200;

/** A node of the tree: a stage, or below it a model that the stage runs. */
export type TimelineNode =
  | { readonly kind: 'stage'; readonly stage: StageId; readonly lesson: Lesson }
  | { readonly kind: 'model'; readonly stage: StageId; readonly modelId: string };

/** Shows the stages as a tree, the kind of view that works best with keyboard and screen reader. */
export class Timeline extends Disposable implements vscode.TreeDataProvider<TimelineNode> {
  readonly #changed = this.register(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<TimelineNode>;
  /** The stage that the page shows. */
  #pageStage: StageId | undefined;

  constructor(
    private readonly lessons: Lessons,
    private readonly models: ModelCatalog,
    private readonly activity: ModelActivity,
    private readonly memory: ModelMemory,
  ) {
    super();
    this.register(activity.onDidChange(() => this.#changed.fire(undefined)));
    this.#view = this.register(
      vscode.window.createTreeView(timelineView, { treeDataProvider: this }),
    );
    this.register(this.#view.onDidChangeVisibility(() => void this.#reveal()));
    this.register(memory.onDidChange(() => this.#describeMemory()));
  }

  /** The stage that is selected in the view. */
  get selected(): StageId | undefined {
    return this.#view.selection[0]?.stage;
  }

  /** Selects the stage that the page shows now, or when the view becomes visible. */
  async follow(stage: StageId): Promise<void> {
    this.#pageStage = stage;
    await this.#reveal();
  }

  /** Selects the stage of the page. It tries several times, because a view that has just been shown has no stages at first. */
  async #reveal(triesLeft = maxRevealTries): Promise<void> {
    const nodes = await this.getChildren();
    const node = nodes.find(({ stage }) => stage === this.#pageStage);
    // To reveal a node in a hidden view would open the view. If a model of the stage is selected, it stays so.
    if (!node || !this.#view.visible || this.selected === this.#pageStage) {
      return;
    }
    try {
      await this.#view.reveal(node, { select: true, focus: false });
    } catch {
      if (triesLeft > 0) {
        await new Promise(done => setTimeout(done, retryMs));
        await this.#reveal(triesLeft - 1);
      }
    }
  }

  getParent(node: TimelineNode): Promise<TimelineNode | undefined> {
    return node.kind === 'model'
      ? this.getChildren().then(nodes => nodes.find(({ stage }) => stage === node.stage))
      : Promise.resolve(undefined);
  }

  /** The text beside the view's title: the size of the models in memory, while there are some. */
  get description(): string | undefined {
    return this.#view.description;
  }

  #describeMemory(): void {
    const { bytes } = this.memory;
    this.#view.description =
      bytes > 0 ? t('{0} MB of models in memory', Math.ceil(bytes / 1e6)) : '';
  }

  async getChildren(node?: TimelineNode): Promise<TimelineNode[]> {
    if (!node) {
      const { lessons } = await this.lessons.book();
      return lessons.map(lesson => ({ kind: 'stage', stage: lesson.id, lesson }));
    }
    const { stage } = node;
    return node.kind === 'stage'
      ? node.lesson.models.map(modelId => ({ kind: 'model', stage, modelId }))
      : [];
  }

  async getTreeItem(node: TimelineNode): Promise<vscode.TreeItem> {
    return node.kind === 'stage' ? this.#stage(node.lesson) : this.#model(node.modelId);
  }

  async #stage({
    id,
    years,
    name,
    title,
    removed,
    left,
    models,
  }: Lesson): Promise<vscode.TreeItem> {
    const bundled = await Promise.all(models.map(modelId => this.#manifest(modelId)));
    const isLive = bundled.some(manifest => manifest !== undefined);
    const item = new vscode.TreeItem(`${years} ${name}`, vscode.TreeItemCollapsibleState.Collapsed);
    const removes = t('removes {0}', removed);
    const state = isLive
      ? t('Its model is in this version.')
      : t('Its model is not in this version.');
    item.id = id;
    item.description = removes;
    item.iconPath = new vscode.ThemeIcon(isLive ? 'circle-filled' : 'circle-outline');
    item.tooltip = new vscode.MarkdownString(
      [`**${years} ${name}**: ${title}`, removes, left, state].join('\n\n'),
    );
    item.accessibilityInformation = { label: `${years}, ${name}, ${removes}. ${state}` };
    item.contextValue = 'stage';
    item.command = { command: 'lmEvolution.openStage', title: t('Open Stage'), arguments: [id] };
    return item;
  }

  async #model(modelId: string): Promise<vscode.TreeItem> {
    const manifest = await this.#manifest(modelId);
    const item = new vscode.TreeItem(manifest?.name ?? modelId);
    item.description = manifest ? this.#stateOf(manifest) : t('not in this version');
    item.iconPath = new vscode.ThemeIcon(manifest ? 'symbol-structure' : 'circle-slash');
    item.contextValue = manifest ? contextOf(manifest) : 'model';
    item.tooltip = manifest && tooltipOf(manifest, this.activity.last(modelId)?.device.reason);
    return item;
  }

  /** The size of a model; once it has run, also the device and the time. */
  #stateOf(manifest: Manifest): string {
    const run = this.activity.last(manifest.id);
    return run
      ? t(
          'ran on {0} in {1} ms, {2}',
          deviceNames[run.device.device],
          Math.max(1, Math.round(run.runMs)),
          sizeOf(manifest),
        )
      : t('bundled, {0}', sizeOf(manifest));
  }

  async #manifest(modelId: string): Promise<Manifest | undefined> {
    return this.models.manifest(modelId).catch(() => undefined);
  }
}

/** The context value of a model, which decides what commands the tree's menu offers. */
function contextOf({ family }: Manifest): string {
  const view = {
    'encoder-only': 'attention',
    'encoder-decoder': 'translation',
    'decoder-only': '',
  };
  return `model ${view[family]} tokens`;
}

function sizeOf(manifest: Manifest): string {
  const bytes = filesOf(manifest).reduce((sum, file) => sum + file.bytes, 0);
  return t('{0} MB', (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0));
}

function tooltipOf(manifest: Manifest, reason: string | undefined): string {
  const { name, year, parameters, license } = manifest;
  return [
    `${name}, ${year}`,
    t('{0} million parameters, {1}, {2}', (parameters / 1e6).toFixed(1), sizeOf(manifest), license),
    // Four bytes for each parameter, however it is stored; a process grows by up to three times as much.
    t('at least {0} MB of memory while it is loaded', Math.ceil((parameters * 4) / 1e6)),
    ...(reason === undefined ? [] : [reason]),
  ].join('\n');
}

/** Registers a view that only shows the `viewsWelcome` of `package.json`: the commands, or how to open a text. */
export const registerOnYourText = (): vscode.Disposable =>
  vscode.window.registerTreeDataProvider('lmEvolution.onYourText', {
    getChildren: () => [],
    getTreeItem: (item: vscode.TreeItem) => item,
  });
