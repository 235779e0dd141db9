/** The store of the statistics, and the page that shows them. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { deviceNames } from '../../../common/protocol/engine/types';
import {
  acceptanceRate,
  median,
  noStatistics,
  parseStatistics,
  type Statistics,
} from './statistics';
import { percent } from '../../../common/text/percent';

const { t } = vscode.l10n;

const key = 'lmEvolution.completion.statistics';
/** Delay between a change and its storage, in ms: they are not stored with each key. */
const storeDelayMs = 2000;

/** Keeps the statistics, on this machine only. */
export class StatisticsStore {
  #current: Statistics;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when the statistics were stored, some time after the last change. */
  readonly onDidChange = this.#changed.event;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly memento: vscode.Memento) {
    this.#current = parseStatistics(memento.get(key), Date.now());
  }

  get current(): Statistics {
    return this.#current;
  }

  update(change: (statistics: Statistics) => Statistics): void {
    this.#current = change(this.#current);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), storeDelayMs);
  }

  clear(): void {
    this.#current = noStatistics(Date.now());
    clearTimeout(this.#timer);
    this.#write();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#write();
    this.#changed.dispose();
  }

  #write(): void {
    void this.memento.update(key, this.#current);
    this.#changed.fire();
  }
}

/** The statistics as a document. @param modelName the name of the last model; empty if none has run. */
function statisticsMarkdown(statistics: Statistics, modelName: string): string {
  const { since, shown, accepted, acceptedInPart, firstTokenMs, tokensPerSecond } = statistics;
  const milliseconds = (value: number | undefined) =>
    value === undefined ? '' : t('{0} ms', Math.round(value));
  const rate = median(tokensPerSecond);
  const share = acceptanceRate(statistics);
  const rows: readonly (readonly [string, string])[] = [
    [t('Suggestions shown'), `${shown}`],
    [t('Accepted whole'), `${accepted}`],
    [t('Accepted in part'), `${acceptedInPart}`],
    [t('Accepted, of all shown'), share === undefined ? '' : percent(share)],
    [t('Time to the first token, median'), milliseconds(median(firstTokenMs))],
    [t('Tokens per second, median'), rate === undefined ? '' : rate.toFixed(1)],
    [t('Model'), modelName],
    [t('Device'), statistics.device === undefined ? '' : deviceNames[statistics.device]],
  ];
  return [
    `# ${t('Completion')}`,
    '',
    t('Since {0}. These figures stay on this machine.', new Date(since).toISOString().slice(0, 10)),
    t('Times are those of the last {0} runs, without loading the model.', firstTokenMs.length),
    t('“Clear Statistics” in the menu of the status bar starts a new count.'),
    '',
    '| | |',
    '| --- | ---: |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
  ].join('\n');
}

/** The scheme of the page's document, in which nothing is offered. */
const scheme = 'lm-evolution-statistics';

/** Shows the statistics as a page that is always current, also after a reload of the window. */
export class StatisticsPage extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #uri = vscode.Uri.from({
    scheme,
    path: `/${t('Completion Statistics')}.md`,
  });

  /** @param nameOf returns the display name of a model. */
  constructor(
    private readonly store: StatisticsStore,
    private readonly nameOf: (modelId: string) => Promise<string>,
  ) {
    super();
    this.register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.register(store.onDidChange(() => this.#changed.fire(this.#uri)));
  }

  /** Shows the page as rendered Markdown, or as its source if no extension renders it. */
  async show(): Promise<void> {
    this.#changed.fire(this.#uri);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', this.#uri);
    } catch {
      await vscode.window.showTextDocument(this.#uri, { preview: true });
    }
  }

  async provideTextDocumentContent(): Promise<string> {
    const { current } = this.store;
    const { modelId } = current;
    return statisticsMarkdown(current, modelId === undefined ? '' : await this.nameOf(modelId));
  }
}
