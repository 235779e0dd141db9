import * as vscode from 'vscode';
import { inTime } from './answer';
import { Disposable } from './dispose';
import type { PanelParts } from './hostApi';
import { pageRoots, panelViewType } from './pageHtml';
import { Panel } from './panel';
import { restoredSubject } from './restoredSubject';
import { EngineError } from './shared/errors';
import type {
  ExportFile,
  ExportFormat,
  HeadPosition,
  PageDescription,
  Subject,
} from './shared/pageApi';

/** True while a panel is open: commands that need one depend on it. */
const openContext = 'lmEvolution.panelOpen';

/** Creates the attention panel, or shows the one that is there; brings it back after a reload of the window. */
export class Panels extends Disposable implements vscode.WebviewPanelSerializer {
  #panel: Panel | undefined;

  /** @param onShowSelection takes the selection of the editor again. */
  constructor(
    private readonly parts: PanelParts,
    private readonly onShowSelection: () => void,
  ) {
    super();
    this.register({ dispose: () => this.#panel?.dispose() });
    this.register(vscode.window.registerWebviewPanelSerializer(panelViewType, this));
  }

  get current(): Panel | undefined {
    return this.#panel;
  }

  show(subject: Subject): void {
    if (this.#panel) {
      this.#panel.reveal();
      this.#panel.show(subject);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      panelViewType,
      vscode.l10n.t('Attention'),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      {
        enableScripts: true,
        localResourceRoots: pageRoots(this.parts.extensionUri),
        // Spares loading the model again; nothing is lost without it.
        retainContextWhenHidden: true,
      },
    );
    this.#adopt(panel).show(subject);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = restoredSubject(state);
    // A second one may be left from a window that showed two.
    this.#panel?.dispose();
    const restored = this.#adopt(panel);
    if (subject) {
      restored.show(subject);
    }
    return Promise.resolve();
  }

  /** What the page shows; undefined while no panel is open. */
  async describe(): Promise<PageDescription | undefined> {
    const panel = this.#panel;
    return panel && inTime(panel.page().then(page => page.describe({})));
  }

  /** The head that is shown, where it is a single one. Does not wait for a page that is not ready. */
  async singleHead(): Promise<HeadPosition | undefined> {
    if (!this.#panel?.isReady) {
      return undefined;
    }
    const { heads = [] } = (await this.describe()) ?? {};
    return heads.length === 1 ? heads[0] : undefined;
  }

  /** @throws EngineError when no panel is open, and what the page throws. */
  async export(format: ExportFormat, signal: AbortSignal): Promise<ExportFile> {
    if (!this.#panel) {
      throw new EngineError(
        'input-invalid',
        vscode.l10n.t('No attention is shown yet. Run Show Attention first.'),
      );
    }
    return inTime(this.#panel.page().then(page => page.export({ format }, { signal })));
  }

  #adopt(webviewPanel: vscode.WebviewPanel): Panel {
    const panel = new Panel(webviewPanel, this.parts, this.onShowSelection);
    this.#panel = panel;
    void vscode.commands.executeCommand('setContext', openContext, true);
    panel.onDidDispose(() => {
      if (this.#panel === panel) {
        this.#panel = undefined;
        void vscode.commands.executeCommand('setContext', openContext, false);
      }
    });
    return panel;
  }
}
