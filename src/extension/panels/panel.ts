/** One panel: the host's side of one page, which may take only so long to answer. */
import * as vscode from 'vscode';
import { type PageKind, pageSettings } from './pageKinds';
import { Disposable } from '../workbench/dispose';
import { hostApi, type PageOwner, type PageService, type PanelParts } from './hostApi';
import { pageHtml, pageRoots, runtimeUris } from './pageHtml';
import type { MemoryHolder } from '../modelCatalog/modelMemory';
import { readBuffer } from '../modelCatalog/modelCatalog';
import { StrengthDecorations } from '../workbench/strengthDecorations';
import { EngineError } from '../../common/errors';
import { filesOf } from '../../common/engineClient/modelFolder';
import type { HostApi } from '../../common/protocol/pages/host';
import type { PageApi, PageStart } from '../../common/protocol/pages/page';
import type { Subject } from '../../common/protocol/pages/subject';
import { link, type Remote } from '../../common/protocol/rpc';
import { SubjectAnchor } from '../subject/subjectAnchor';
import { l10n } from 'vscode';

const { t } = vscode.l10n;

/** The call with which a page of every kind begins; its answer is the kind's own. */
interface FirstCall {
  start(arg: Record<string, never>): Promise<unknown>;
}

/** The host's side of one page: gives it what to show, and joins it with the document that the text came from. */
export class Panel extends Disposable implements PageOwner {
  readonly paint = this.register(new StrengthDecorations());
  readonly #disposed = this.register(new vscode.EventEmitter<void>());
  /** The person has closed it, or the window goes. */
  readonly onDidDispose = this.#disposed.event;
  readonly #visibility = this.register(new vscode.EventEmitter<void>());
  readonly onDidChangeVisibility = this.#visibility.event;
  readonly #page: Remote<PageApi>;
  readonly #memory: MemoryHolder;
  readonly #ready = this.register(new vscode.EventEmitter<void>());
  #isReady = false;
  #subject: Subject | undefined;
  #anchor: SubjectAnchor | undefined;
  #hover: vscode.Disposable | undefined;
  #staleToldFor: Subject | undefined;
  #isFollowing = false;

  constructor(
    private readonly kind: PageKind,
    private readonly panel: vscode.WebviewPanel,
    private readonly parts: PanelParts,
    private readonly service: PageService,
  ) {
    super();
    const { webview } = panel;
    const { extensionUri, settings } = parts;
    const own = service.serve(this);
    webview.options = { enableScripts: true, localResourceRoots: pageRoots(extensionUri) };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
    const { remote, close } = link<PageApi, HostApi & FirstCall>(
      {
        post: message => void webview.postMessage(message),
        onMessage: listener => {
          const subscription = webview.onDidReceiveMessage((message: unknown) => {
            listener(message);
          });
          return () => void subscription.dispose();
        },
      },
      {
        ...hostApi(parts, this),
        ...own,
        start: (arg, signal) => {
          this.#onStart();
          return own.start(arg, signal);
        },
      },
    );
    this.#page = remote;
    this.#memory = this.register(parts.memory.join(() => this.#tell(page => page.release({}))));
    this.register({ dispose: () => close(new EngineError('cancelled', 'the panel was closed')) });
    this.register({ dispose: () => this.#release() });
    this.register(panel.onDidDispose(() => this.dispose()));
    // Of a panel that is behind another nothing is lit.
    this.register(panel.onDidChangeViewState(() => this.paint.setVisible(panel.visible)));
    this.register(panel.onDidChangeViewState(() => this.#visibility.fire()));
    this.register(
      settings.onDidChange(() =>
        this.#tell(page => page.configure({ settings: pageSettings(settings) })),
      ),
    );
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections: [first] }) => {
        if (first) {
          this.#pointAt(textEditor.document, first);
        }
      }),
    );
  }

  /** Loads the page. What its subject needs is read ahead of its script. */
  async open(): Promise<void> {
    const ahead = await this.#ahead().catch(() => undefined); // The page tells what cannot be read.
    if (!this.isDisposed) {
      this.panel.webview.html = pageHtml(
        this.panel.webview,
        this.parts.extensionUri,
        this.kind,
        ahead,
      );
    }
  }

  get subject(): Subject | undefined {
    return this.#subject;
  }

  get anchor(): SubjectAnchor | undefined {
    return this.#anchor;
  }

  /**
   * What the page offers, as soon as it listens: a call made earlier would be lost.
   *
   * @throws EngineError `cancelled` when the panel is closed before.
   */
  async page(): Promise<Remote<PageApi>> {
    if (!this.#isReady) {
      await new Promise<void>(resolve => {
        this.#ready.event(resolve);
        this.#disposed.event(resolve);
      });
    }
    return this.#page;
  }

  /** Its page answers. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** It has the focus. */
  get isInFront(): boolean {
    return this.panel.active;
  }

  get isVisible(): boolean {
    return this.panel.visible;
  }

  get documentColumn(): vscode.ViewColumn {
    return this.panel.viewColumn === vscode.ViewColumn.One
      ? vscode.ViewColumn.Beside
      : vscode.ViewColumn.One;
  }

  get title(): string {
    return this.panel.title;
  }

  start(): Omit<PageStart, 'models'> {
    const { extensionUri, settings } = this.parts;
    return {
      subject: this.#subject,
      isStale: this.#isStale,
      runtime: runtimeUris(this.panel.webview, extensionUri),
      settings: pageSettings(settings),
    };
  }

  webviewUri(file: vscode.Uri): string {
    return this.panel.webview.asWebviewUri(file).toString(true);
  }

  /** Shows a subject, now or as soon as the page asks for it. */
  show(subject: Subject): void {
    this.onLonger(subject);
    if (this.#isReady) {
      this.#tell(page => page.show({ subject }));
      this.#tellStaleness();
    }
  }

  onLonger(subject: Subject): void {
    this.#release();
    this.#subject = subject;
    const anchor = new SubjectAnchor(subject);
    this.#anchor = anchor;
    anchor.onDidChange(() => {
      this.#retitle();
      this.#tellStaleness();
    });
    this.#hover = this.#followPointer(anchor);
    this.#retitle();
  }

  /** Brings it to the front and gives it the focus. */
  focus(): void {
    this.panel.reveal();
  }

  /** Brings it to the front. */
  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  onHeld(models: readonly string[]): void {
    this.#memory.holds(models);
  }

  onEngineUsed(): void {
    this.#memory.used();
  }

  onShowSelection(): void {
    void this.parts.reporter.run(() => this.service.showSelection());
  }

  onPicture(isShown: boolean): void {
    if (this.kind.shownContext && !this.isDisposed) {
      void vscode.commands.executeCommand('setContext', this.kind.shownContext, isShown);
    }
  }

  onFollowing(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    if (!this.isDisposed) {
      this.#retitle();
      this.#tellStaleness();
    }
  }

  onStaleUse(): void {
    const subject = this.#subject;
    if (this.#staleToldFor === subject) {
      return;
    }
    this.#staleToldFor = subject;
    const again = t('Take It Again');
    void vscode.window
      .showInformationMessage(
        t(
          '{0} has changed since it was looked at, so nothing can be written there.',
          subject?.label ?? '',
        ),
        again,
      )
      .then(choice => choice === again && this.onShowSelection());
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.onPicture(false);
      this.#disposed.fire();
      super.dispose();
      this.panel.dispose();
    }
  }

  /** Tells the page what the pointer rests on in the document; shows no hover of its own. */
  #followPointer(anchor: SubjectAnchor): vscode.Disposable | undefined {
    const { uri } = anchor;
    return (
      uri &&
      vscode.languages.registerHoverProvider(
        { scheme: uri.scheme },
        {
          provideHover: (document, position) => {
            this.#pointAt(document, new vscode.Range(position, position));
            return undefined;
          },
        },
      )
    );
  }

  async #ahead() {
    const { webview } = this.panel;
    const { extensionUri, models } = this.parts;
    const { modelId } = this.#subject ?? {};
    if (!this.kind.runsAtOnce || modelId === undefined) {
      return undefined;
    }
    const [manifest, script] = await Promise.all([
      models.manifest(modelId),
      readBuffer(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', 'ahead.js')),
    ]);
    const model = filesOf(manifest).map(file => ({
      uri: this.webviewUri(models.uri(modelId, file)),
      bytes: file.bytes,
    }));
    return {
      script: new TextDecoder().decode(script),
      files: { runtime: runtimeUris(webview, extensionUri), model },
    };
  }

  /** The page listens and may be called. */
  #onStart(): void {
    this.#isReady = true;
    this.#memory.holds([]); // Whatever was loaded, a page that begins anew has nothing.
    this.#memory.used();
    this.#ready.fire();
  }

  #pointAt(document: vscode.TextDocument, range: vscode.Range): void {
    const isOurs = this.#subject?.segments.some(
      ({ origin }) => origin?.uri === document.uri.toString(),
    );
    if (isOurs && this.#isReady) {
      this.#tell(page => page.pointAt({ range: this.#anchor?.find(document, range) }));
    }
  }

  /** Its text has changed, and nothing else will be shown in its place. */
  get #isStale(): boolean {
    return this.#anchor?.isStale === true && !this.#isFollowing;
  }

  #tellStaleness(): void {
    if (this.#isReady) {
      const isStale = this.#isStale;
      this.#tell(page => page.textChanged({ isStale }));
    }
  }

  #tell(call: (page: Remote<PageApi>) => Promise<void>): void {
    call(this.#page).catch((error: unknown) => {
      if (!EngineError.is(error, 'cancelled')) {
        this.parts.log.error(error instanceof Error ? error : String(error));
      }
    });
  }

  #retitle(): void {
    const { label } = this.#subject ?? {};
    if (label === undefined) {
      return;
    }
    const { titleOf, staleTitleOf } = this.kind;
    this.panel.title = (this.#isStale ? staleTitleOf : titleOf)(label);
  }

  #release(): void {
    this.paint.clear();
    this.#anchor?.dispose();
    this.#hover?.dispose();
  }
}

/** How long a page may take to answer, in ms. */
const patienceMs = 20_000;

/** @throws EngineError `internal` when a page does not answer in time; what `answer` throws. */
export async function withTimeout<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new EngineError('internal', l10n.t('The panel does not answer. Close it and try again.')),
        ),
      patienceMs,
    );
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
