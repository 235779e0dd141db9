/** The panels of a window, one for each kind of page. */
import * as vscode from 'vscode';
import { Panel, withTimeout } from './panel';
import { Disposable } from '../workbench/dispose';
import type { PageService, PanelParts } from './hostApi';
import { pageRoots } from './pageHtml';
import { type PageKind, pageKinds } from './pageKinds';
import { EngineError } from '../../common/errors';
import { restoredSubject } from '../subject/subject';
import type { PageName, Pages } from '../../common/protocol/pages/pages';
import type { Subject } from '../../common/protocol/pages/subject';

/**
 * Creates the panel of one kind of page, or shows the one that is there; brings it back after a reload of the window.
 */
export class Panels<N extends PageName>
  extends Disposable
  implements vscode.WebviewPanelSerializer
{
  #panel: Panel | undefined;
  #service: PageService<N> | undefined;

  constructor(
    private readonly kind: PageKind<N>,
    private readonly parts: PanelParts,
  ) {
    super();
    this.register({ dispose: () => this.#panel?.dispose() });
    this.register(vscode.window.registerWebviewPanelSerializer(kind.viewType, this));
  }

  get current(): Panel | undefined {
    return this.#panel;
  }

  /** The feature that the page belongs to says, once and before a panel is opened, how its page is served. */
  serve(service: PageService<N>): void {
    this.#service = service;
  }

  show(subject: Subject): void {
    this.#opened(subject);
  }

  /** Opens it, or brings it to the front, with what it shows already. */
  open(): void {
    this.#opened();
  }

  #opened(subject?: Subject): void {
    if (this.#panel) {
      this.#panel.reveal();
      if (subject) {
        this.#panel.show(subject);
      }
      return;
    }
    const [dormant, ...others] = this.kind.keepsWork ? [] : this.#dormant();
    const panel = vscode.window.createWebviewPanel(
      this.kind.viewType,
      this.kind.title(),
      { viewColumn: dormant?.group.viewColumn ?? vscode.ViewColumn.Beside, preserveFocus: true },
      {
        enableScripts: true,
        localResourceRoots: pageRoots(this.parts.extensionUri),
        // Spares loading the model again; nothing is lost without it.
        retainContextWhenHidden: true,
      },
    );
    if (dormant) {
      void vscode.window.tabGroups.close([dormant, ...others], true);
    }
    this.#adopt(panel, subject);
  }

  /**
   * Tabs of an earlier window that nobody has looked at since: VS Code brings their panels back only then, and until
   * then nothing can be shown in them.
   */
  #dormant(): readonly vscode.Tab[] {
    return vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(
        ({ input }) =>
          input instanceof vscode.TabInputWebview && input.viewType.endsWith(this.kind.viewType),
      );
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = restoredSubject(state);
    // A second one may be left from a window that showed two.
    this.#panel?.dispose();
    this.#adopt(panel, subject);
    return Promise.resolve();
  }

  /**
   * Asks the page something, as soon as it listens; undefined while no panel is open.
   *
   * @throws EngineError `internal` when it does not answer in time, and what the page throws.
   */
  async ask<T>(call: (page: Pages[N]) => Promise<T>): Promise<T | undefined> {
    const panel = this.#panel;
    // The kind of a panel says what its page offers.
    return panel && withTimeout(panel.page().then(page => call(page as Pages[N])));
  }

  #adopt(webviewPanel: vscode.WebviewPanel, subject?: Subject): void {
    if (!this.#service) {
      throw new EngineError('internal', `nothing serves the page "${this.kind.name}"`);
    }
    const panel = new Panel(this.kind, webviewPanel, this.parts, this.#service);
    this.#panel = panel;
    void vscode.commands.executeCommand('setContext', this.kind.openContext, true);
    panel.onDidDispose(() => {
      if (this.#panel === panel) {
        this.#panel = undefined;
        void vscode.commands.executeCommand('setContext', this.kind.openContext, false);
      }
    });
    if (subject) {
      panel.show(subject);
    }
    void panel.open();
  }
}

/** The panels of each kind of page, by the page's name. */
export type AllPanels = { readonly [N in PageName]: Panels<N> };

export function createPanels(
  parts: PanelParts,
  keep: <T extends vscode.Disposable>(part: T) => T,
): AllPanels {
  const create = <N extends PageName>(name: N) => keep(new Panels<N>(pageKinds[name], parts));
  return {
    attention: create('attention'),
    tokens: create('tokens'),
    stage: create('stage'),
    next: create('next'),
    why: create('why'),
    maps: create('maps'),
  };
}
