import * as vscode from 'vscode';
import { Disposable } from '../dispose';
import type { Models } from '../models/models';
import { rest } from '../rest';
import type { Settings } from '../settings';
import type { EngineClient } from '../shared/engineClient';
import { EngineError } from '../shared/errors';
import type { Subject } from '../shared/pageApi';
import type { TextAlternative } from '../textAlternative';
import { CompletionItem } from './completionItem';
import type { Explainer } from './explainer';
import { isOnFor } from './languages';
import { Offers, type Offered } from './offers';
import type { CompletionOptions } from './options';
import { othersAmong, unasked } from './otherProviders';
import { isTooSlow, usualMs, withTime, type Time } from './pace';
import { completionProvider } from './provider';
import { mayOffer, stateOf, type CompletionState } from './state';
import { median, withRun } from './statistics';
import { statisticsMarkdown } from './statisticsMarkdown';
import { recipeOf } from './recipe';
import { StatisticsStore } from './statisticsStore';
import { Suggester, type Work } from './suggester';

const { t } = vscode.l10n;

/** Beside which other extensions the person has agreed to have completion. */
const agreedKey = 'lmEvolution.completion.agreed';
/** Completion has been on: its item stays where it can be turned on again. */
const usedKey = 'lmEvolution.completion.used';

export interface CompletionParts {
  /** Of completion alone, so that no other text comes between two tokens or takes the place of what was read. */
  readonly engine: EngineClient;
  readonly models: Models;
  readonly settings: Settings;
  readonly memento: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
  readonly textAlternative: TextAlternative;
  readonly explainer: Explainer;
  /** Opens the page that explains. */
  readonly show: (subject: Subject) => void;
}

/** Completion in the editor: whether it is on, what it is doing, and what it has done. */
export class Completion extends Disposable {
  readonly #parts: CompletionParts;
  readonly #item = this.register(new CompletionItem());
  readonly #statistics: StatisticsStore;
  readonly #offers: Offers;
  readonly #suggester: Suggester;
  #provider: vscode.Disposable | undefined;
  #options: CompletionOptions;
  #work: Work | undefined;
  #times: readonly number[] = [];
  #failure: string | undefined;
  #modelName = '';
  /** The model whose name that is, or will be. */
  #namedModel: string | undefined;
  /** Other extensions that complete, and that the person was not asked about. */
  #unasked: readonly string[] = [];
  #isClosing = false;

  constructor(parts: CompletionParts) {
    super();
    this.#parts = parts;
    const { engine, settings, memento } = parts;
    this.#options = settings.completion;
    this.#statistics = this.register(new StatisticsStore(memento));
    this.#offers = this.register(new Offers(this.#statistics));
    this.#suggester = new Suggester({
      load: (modelId, signal) =>
        engine.loads.has(modelId) ? Promise.resolve() : engine.load(modelId, { signal }),
      generate: (request, options) => engine.generate(request, options),
      rest,
      now: () => performance.now(),
      onWork: work => this.#setWork(work),
      onTime: time => this.#count(time),
      onFailure: error => this.#fail(error),
    });
    this.register({ dispose: () => this.#close() });
    this.register(settings.onDidChange(() => this.#configure()));
    this.register(
      vscode.extensions.onDidChange(() => {
        this.#findOthers();
        this.#update();
      }),
    );
    this.register(vscode.window.onDidChangeActiveTextEditor(() => this.#update()));
    this.register(vscode.workspace.onDidOpenTextDocument(() => this.#update())); // Its language too.
    this.#findOthers();
    this.#start();
  }

  get state(): CompletionState {
    const document = vscode.window.activeTextEditor?.document;
    return this.#stateFor(document);
  }

  /** What stands in the status bar, for tests. */
  get itemText(): string {
    return this.#item.text;
  }

  get statistics() {
    return this.#statistics.current;
  }

  /** No text is being written or waited for. */
  get isIdle(): boolean {
    return this.#suggester.isIdle;
  }

  /** The text that was shown or taken last, for its explanation. */
  get lastOffered(): Offered | undefined {
    return this.#offers.last;
  }

  /**
   * Shows why a text is as it is: the one that was shown last, or taken last in the same document where the person
   * chooses that.
   *
   * @throws EngineError `input-invalid` where there is none.
   */
  async why(): Promise<void> {
    const { last, taken } = this.#offers;
    if (!last) {
      throw new EngineError(
        'input-invalid',
        this.#options.enabled
          ? t('No completion was shown yet. Write something and wait a moment.')
          : t('Completion is off. Turn it on with “Evolution: Toggle Completion”.'),
      );
    }
    const isOlder =
      taken?.document === last.document && taken.suggestion.request !== last.suggestion.request;
    const offered = isOlder ? await chosenOf(last, taken) : last;
    if (!offered) {
      return;
    }
    const recipe = recipeOf(offered);
    this.#parts.explainer.remember(recipe);
    this.#parts.show(recipe.subject);
  }

  /** Turns completion off, or on if the person agrees to have it beside others. */
  async toggle(): Promise<void> {
    const { settings, memento } = this.#parts;
    if (this.#options.enabled && this.#unasked.length === 0) {
      await settings.setCompletion('enabled', false);
      return;
    }
    if (!(await this.#mayBeBesideOthers())) {
      return;
    }
    const isFirst = memento.get(usedKey) !== true;
    await settings.setCompletion('enabled', true);
    if (isFirst) {
      await this.#readName();
      await memento.update(usedKey, true);
      const off = t('Turn Off');
      void vscode.window
        .showInformationMessage(
          t(
            '{0} completes text as you write. It runs on this machine and nothing leaves it. While you write the model stays in memory; five minutes after the last suggestion it is given back.',
            this.#modelName,
          ),
          off,
        )
        .then(choice => (choice === off ? settings.setCompletion('enabled', false) : undefined));
    }
  }

  /** Turns completion off or on for documents in the language of the one in use. */
  async toggleForLanguage(): Promise<void> {
    const languageId = vscode.window.activeTextEditor?.document.languageId;
    if (languageId === undefined) {
      return;
    }
    const { languages } = this.#options;
    await this.#parts.settings.setCompletion('languages', {
      ...languages,
      [languageId]: !isOnFor(languages, languageId),
    });
  }

  /** Asks what to do where completion is not at its work: it is too slow, has failed, or was never agreed to. */
  async decide(): Promise<void> {
    const { state } = this;
    const { settings, log } = this.#parts;
    if (state.kind === 'unasked') {
      await this.toggle();
      return;
    }
    const off = t('Turn Off');
    if (state.kind === 'too-slow') {
      const anyway = t('Offer Anyway');
      const choice = await vscode.window.showInformationMessage(
        t(
          'A suggestion takes about {0} s on this machine, so none is offered unless you ask for it by hand.',
          (state.usualMs / 1000).toFixed(1),
        ),
        anyway,
        off,
      );
      if (choice === anyway) {
        await settings.setCompletion('evenWhenSlow', true);
      } else if (choice === off) {
        await settings.setCompletion('enabled', false);
      }
    } else if (state.kind === 'failed') {
      const showLog = t('Show Log');
      const choice = await vscode.window.showWarningMessage(state.why, showLog, off);
      if (choice === showLog) {
        log.show();
      } else if (choice === off) {
        await settings.setCompletion('enabled', false);
      }
    } else {
      await this.toggle();
    }
  }

  async showStatistics(): Promise<void> {
    await this.#parts.textAlternative.open(
      t('Completion Statistics'),
      statisticsMarkdown(this.#statistics.current),
    );
  }

  clearStatistics(): void {
    this.#statistics.clear();
    this.#update();
  }

  /** Looked up once: the state is asked for with each key. */
  #findOthers(): void {
    const installed = vscode.extensions.all.map(({ id }) => id);
    this.#unasked = unasked(othersAmong(installed), this.#agreed);
  }

  get #agreed(): readonly string[] {
    const agreed = this.#parts.memento.get<unknown>(agreedKey);
    return Array.isArray(agreed) ? agreed.filter(id => typeof id === 'string') : [];
  }

  async #mayBeBesideOthers(): Promise<boolean> {
    const others = this.#unasked;
    if (others.length === 0) {
      return true;
    }
    const names = others.map(nameOf);
    const yes = t('Turn On Beside It');
    const choice = await vscode.window.showInformationMessage(
      t(
        '{0} completes text too. With both on, one may hide what the other offers.',
        names.join(', '),
      ),
      yes,
    );
    if (choice !== yes) {
      return false;
    }
    await this.#parts.memento.update(agreedKey, [...this.#agreed, ...others]);
    this.#findOthers();
    return true;
  }

  #stateFor(document: vscode.TextDocument | undefined): CompletionState {
    const { enabled, languages, evenWhenSlow } = this.#options;
    const isSlow = !evenWhenSlow && isTooSlow(this.#times);
    return stateOf({
      isEnabled: enabled,
      unasked: this.#unasked,
      languageId: document?.languageId,
      isOnForLanguage: document === undefined || isOnFor(languages, document.languageId),
      work: this.#work,
      tooSlowMs: isSlow ? median(this.#times) : undefined,
      failure: this.#failure,
    });
  }

  /** VS Code asks nobody while completion is off. */
  #start(): void {
    if (this.#options.enabled) {
      this.#provider ??= vscode.languages.registerInlineCompletionItemProvider(
        { pattern: '**' },
        completionProvider({
          suggester: this.#suggester,
          offers: this.#offers,
          options: () => this.#options,
          mayOffer: (document, isInvoked) => mayOffer(this.#stateFor(document), isInvoked),
        }),
      );
    } else {
      this.#provider?.dispose();
      this.#provider = undefined;
      this.#suggester.reset();
    }
    this.#update();
  }

  #configure(): void {
    const before = this.#options;
    this.#options = this.#parts.settings.completion;
    const { model, length, evenWhenSlow } = this.#options;
    if (model !== before.model || length !== before.length) {
      this.#suggester.reset();
      this.#failure = undefined;
    }
    if (model !== before.model || evenWhenSlow !== before.evenWhenSlow) {
      this.#times = [];
    }
    this.#start();
  }

  /** The model's name without what tells it from others of its kind; its id where it is not there. */
  async #readName(): Promise<void> {
    const { model } = this.#options;
    this.#namedModel = model;
    const name = await this.#parts.models.manifest(model).then(
      manifest => manifest.name.replace(/\s*\(.*$/u, ''),
      () => model,
    );
    if (name !== this.#modelName && model === this.#options.model && !this.isDisposed) {
      this.#modelName = name;
      this.#update();
    }
  }

  #setWork(work: Work | undefined): void {
    if (work === undefined && this.#work === 'thinking') {
      this.#failure = undefined; // `#fail` comes after the end of the work.
    }
    this.#work = work;
    this.#update();
  }

  #count(time: Time): void {
    const { engine } = this.#parts;
    this.#times = withTime(this.#times, usualMs(time));
    this.#statistics.update(now => withRun(now, time, this.#options.model, engine.device?.device));
  }

  #fail(error: EngineError): void {
    this.#failure = error.message;
    this.#parts.log.error(error);
    this.#update();
  }

  #update(): void {
    if (this.#isClosing) {
      return;
    }
    if (this.#options.enabled || this.#parts.memento.get(usedKey) === true) {
      if (this.#namedModel !== this.#options.model) {
        void this.#readName();
      }
      this.#item.show(this.state, this.#modelName, this.#statistics.current);
    } else {
      this.#item.hide();
    }
  }

  #close(): void {
    this.#isClosing = true;
    this.#provider?.dispose();
    this.#suggester.reset();
  }
}

/** Asks which of two texts is meant; undefined where the person has thought better of it. */
async function chosenOf(shown: Offered, taken: Offered): Promise<Offered | undefined> {
  const item = (offered: Offered, description: string) => ({
    label: firstLineOf(offered.suggestion.text),
    description,
    offered,
  });
  const choice = await vscode.window.showQuickPick(
    [item(taken, t('taken last')), item(shown, t('shown now'))],
    { title: t('Why This Completion?'), placeHolder: t('Choose the text to explain') },
  );
  return choice?.offered;
}

const firstLineOf = (text: string): string => text.trim().split('\n')[0] ?? '';

/** As the list of extensions has it. */
function nameOf(id: string): string {
  // A manifest; VS Code has read it.
  const manifest = vscode.extensions.getExtension<unknown>(id)?.packageJSON as
    { readonly displayName?: string } | undefined;
  return manifest?.displayName ?? id;
}
