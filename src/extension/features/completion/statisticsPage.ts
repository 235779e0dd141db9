/** Where the statistics are kept, and the page that shows them. */

import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { percent } from '../../workbench/percent';
import { deviceNames } from '../../workbench/statusItem';
import {
  acceptanceRate,
  median,
  noStatistics,
  parseStatistics,
  type Statistics,
} from './statistics';

const { t } = vscode.l10n;

const key = 'lmEvolution.completion.statistics';
/** Written this long after the last change, in ms: not with each key. */
const restMs = 2000;

/** Keeps what completion has done, on this machine alone. */
export class StatisticsStore {
  #current: Statistics;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Some time after the last change. */
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
    this.#timer = setTimeout(() => this.#write(), restMs);
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

/** The statistics as a document. @param modelName of their model; empty where none has written. */
export function statisticsMarkdown(statistics: Statistics, modelName: string): string {
  const { since, shown, accepted, acceptedInPart, firstTokenMs, tokensPerSecond } = statistics;
  const milliseconds = (value: number | undefined) =>
    value === undefined ? '' : t('{0} ms', Math.round(value));
  const rate = median(tokensPerSecond);
  const share = acceptanceRate(statistics);
  const rows: readonly (readonly [string, string])[] = [
    [t('Suggestions shown'), `${shown}`],
    [t('Taken whole'), `${accepted}`],
    [t('Taken in part'), `${acceptedInPart}`],
    [t('Taken, of all shown'), share === undefined ? '' : percent(share)],
    [t('Time to the first token, median'), milliseconds(median(firstTokenMs))],
    [t('Tokens a second, median'), rate === undefined ? '' : rate.toFixed(1)],
    [t('Model'), modelName],
    [t('Device'), statistics.device === undefined ? '' : deviceNames[statistics.device]],
  ];
  return [
    `# ${t('Completion')}`,
    '',
    t('Since {0}. Kept on this machine alone.', new Date(since).toISOString().slice(0, 10)),
    t('Times are of the last {0} runs, without loading.', firstTokenMs.length),
    t('“Clear Statistics” in the menu of the status bar begins anew.'),
    '',
    '| | |',
    '| --- | ---: |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
  ].join('\n');
}

/** Of documents that nobody writes in, so that nothing is offered there. */
const scheme = 'lm-evolution-statistics';

/** Shows the statistics as a page, always as they are now: also after a reload of the window. */
export class StatisticsPage extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #uri = vscode.Uri.from({
    scheme,
    path: `/${t('Completion Statistics')}.md`,
  });

  /** @param nameOf the model with an id, as people know it. */
  constructor(
    private readonly store: StatisticsStore,
    private readonly nameOf: (modelId: string) => Promise<string>,
  ) {
    super();
    this.register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.register(store.onDidChange(() => this.#changed.fire(this.#uri)));
  }

  /** As Markdown is shown; as its source where nothing shows it. */
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
