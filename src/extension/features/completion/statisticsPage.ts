import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { statisticsMarkdown } from './statisticsMarkdown';
import type { StatisticsStore } from './statisticsStore';

/** Of documents that nobody writes in, so that nothing is offered there. */
const scheme = 'lm-evolution-statistics';

/** Shows the statistics as a page, always as they are now: also after a reload of the window. */
export class StatisticsPage extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #uri = vscode.Uri.from({
    scheme,
    path: `/${vscode.l10n.t('Completion Statistics')}.md`,
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
