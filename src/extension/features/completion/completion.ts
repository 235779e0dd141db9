/** Completion as a feature: its commands and its lifetime. */

import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Models } from '../../modelCatalog/modelCatalog';
import { rest } from '../../workbench/promises';
import type { Settings } from '../../settings/settings';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { EngineError } from '../../../common/errors';
import type { Subject } from '../../../common/protocol/pages/subject';
import { Consent, introduce } from './consent';
import { CompletionItem } from './completionItem';
import {
  chooseCompletionModel,
  completionModelsIn,
  smallerThan,
  type CompletionModel,
} from './models';
import type { Explainer } from './explainer';
import { explanationRequestFor } from './explanationRequest';
import { isOnFor, shortName, canComplete, type CompletionOptions } from './options';
import { LanguageNames } from './languageNames';
import { menuOf, doMenuAction, chooseFromMenu, type ShowList } from './menu';
import { AcceptanceTracker, type ShownCompletion } from './acceptanceTracker';
import { isTooSlow, typicalMs, withTiming, type Timing } from './latency';
import { completionProvider } from './provider';
import { noOfferSentences, type Outcome } from './outcome';
import { Snooze } from './snooze';
import { mayOffer, stateOf, type Circumstances, type CompletionState } from './state';
import { median, withRun } from './statistics';
import { StatisticsPage, StatisticsStore } from './statisticsPage';
import { Suggester, type Work } from './suggester';

const { t } = vscode.l10n;

/** Completion has been on: its item stays where it can be turned on again. */
const usedKey = 'lmEvolution.completion.used';

export interface CompletionParts {
  /** Of completion alone, so that no other text comes between two tokens or takes the place of what was read. */
  readonly engine: EngineClient;
  readonly models: Models;
  readonly settings: Settings;
  readonly memento: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
  readonly explainer: Explainer;
  /** Opens the page that explains. */
  readonly show: (subject: Subject) => void;
}

/** Completion in the editor: whether it is on, what it is doing, and what it has done. */
export class Completion extends Disposable {
  readonly #parts: CompletionParts;
  readonly #item = this.register(new CompletionItem());
  readonly #statistics: StatisticsStore;
  readonly #statisticsPage: StatisticsPage;
  readonly #others: Consent;
  readonly #languageNames = this.register(new LanguageNames());
  readonly #snooze = this.register(new Snooze(() => this.#update()));
  readonly #offers: AcceptanceTracker;
  readonly #suggester: Suggester;
  #provider: vscode.Disposable | undefined;
  #options: CompletionOptions;
  #work: Work | undefined;
  #times: readonly number[] = [];
  #failure: string | undefined;
  /** Of the newest request. */
  #outcome: Outcome | undefined;
  /** Those that are there; read once. */
  #models: readonly CompletionModel[] | undefined;
  #isReadingModels = false;
  #isClosing = false;

  /** Replaced by tests. */
  showList: ShowList = (items, options) => vscode.window.showQuickPick(items, options);

  constructor(parts: CompletionParts) {
    super();
    this.#parts = parts;
    const { engine, settings, memento } = parts;
    this.#options = settings.completion;
    this.#statistics = this.register(new StatisticsStore(memento));
    this.#others = this.register(new Consent(memento, () => this.#update()));
    this.#statisticsPage = this.register(
      new StatisticsPage(this.#statistics, id =>
        parts.models.manifest(id).then(
          ({ name }) => shortName(name),
          () => id, // It is no longer there.
        ),
      ),
    );
    this.#offers = this.register(new AcceptanceTracker(this.#statistics));
    this.#suggester = new Suggester({
      load: (modelId, signal) =>
        engine.loads.has(modelId) ? Promise.resolve() : engine.load(modelId, { signal }),
      generate: (request, options) => engine.generate(request, options),
      rest,
      now: () => performance.now(),
      onWork: work => this.#setWork(work),
      onTime: time => this.#count(time),
      onFailure: error => this.#fail(error),
      onOutcome: outcome => this.#setOutcome(outcome),
    });
    this.register({ dispose: () => this.#close() });
    this.register(settings.onDidChange(() => this.#configure()));
    this.register(vscode.window.onDidChangeActiveTextEditor(() => this.#update()));
    this.register(vscode.workspace.onDidOpenTextDocument(() => this.#update())); // Its language too.
    this.#start();
  }

  get state(): CompletionState {
    return stateOf(this.#circumstancesFor(vscode.window.activeTextEditor?.document));
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
  get lastShown(): ShownCompletion | undefined {
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
    const recipe = explanationRequestFor(offered);
    this.#parts.explainer.remember(recipe);
    this.#parts.show(recipe.subject);
  }

  /** Turns completion off, or on if the person agrees to have it beside others. */
  async toggle(): Promise<void> {
    const { settings, memento } = this.#parts;
    if (this.#options.enabled && this.#others.withoutConsent.length === 0) {
      await settings.setCompletion('enabled', false);
      return;
    }
    if (!(await this.#others.ask())) {
      return;
    }
    const isFirst = memento.get(usedKey) !== true;
    await settings.setCompletion('enabled', true);
    if (isFirst) {
      await memento.update(usedKey, true);
      await this.#readModels();
      void introduce(this.#modelName, settings);
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

  /** Lets the person choose what to do about completion, of all that can be done now. */
  async showMenu(): Promise<void> {
    const models = await this.#readModels();
    const { state } = this;
    const languageId = vscode.window.activeTextEditor?.document.languageId;
    const smaller = smallerThan(models, this.#options.model);
    const { firstTokenMs, shown } = this.#statistics.current;
    const groups = menuOf(state, {
      isOnRequest: this.#options.when === 'whenAsked',
      hasLanguage: languageId !== undefined,
      hasSmallerModel: smaller !== undefined,
      hasReason: this.#nothing !== undefined,
      hasShown: this.#offers.last !== undefined,
      hasStatistics: firstTokenMs.length > 0 || shown > 0,
    });
    const action = await chooseFromMenu(
      groups,
      {
        ...{ state, smaller },
        model: this.#modelName,
        language: this.#languageName,
        nothing: this.#nothing,
      },
      this.showList,
    );
    if (action !== undefined) {
      await doMenuAction(action, {
        ...{ completion: this, snooze: this.#snooze, settings: this.#parts.settings },
        ...{ log: this.#parts.log, outcome: this.#outcome, smaller },
      });
    }
  }

  /** Lets the person choose the model that completes. */
  async chooseModel(): Promise<void> {
    const chosen = await chooseCompletionModel(
      await this.#readModels(),
      this.#options.model,
      this.showList,
    );
    if (chosen !== undefined) {
      await this.#parts.settings.setCompletion('model', chosen);
    }
  }

  async showStatistics(): Promise<void> {
    await this.#statisticsPage.show();
  }

  clearStatistics(): void {
    this.#statistics.clear();
    this.#update();
  }

  get #nothing(): string | undefined {
    return this.#outcome?.kind === 'nothing' ? noOfferSentences(t)[this.#outcome.why] : undefined;
  }

  /** What the person knows the model by; its id while that is not known. */
  get #modelName(): string {
    const { model } = this.#options;
    return this.#models?.find(({ id }) => id === model)?.name ?? model;
  }

  get #languageName(): string {
    const { languageId } = vscode.window.activeTextEditor?.document ?? {};
    return languageId === undefined ? '' : this.#languageNames.of(languageId);
  }

  #circumstancesFor(document: vscode.TextDocument | undefined): Circumstances {
    const { enabled, languages, evenWhenSlow, model, when } = this.#options;
    const isSlow = !evenWhenSlow && isTooSlow(this.#times);
    return {
      isEnabled: enabled,
      withoutConsent: this.#others.withoutConsent,
      unknownModel: canComplete(model) ? undefined : model,
      languageId: document?.languageId,
      isOnForLanguage: document === undefined || isOnFor(languages, document.languageId),
      work: this.#work,
      failure: this.#failure,
      snoozedUntil: this.#snooze.until,
      isOnRequest: when === 'whenAsked',
      slowMs: isSlow ? median(this.#times) : undefined,
    };
  }

  /** VS Code asks nobody while completion is off. */
  #start(): void {
    if (this.#options.enabled) {
      if (this.#parts.memento.get(usedKey) !== true) {
        void this.#parts.memento.update(usedKey, true); // Also where the settings turned it on.
      }
      this.#provider ??= vscode.languages.registerInlineCompletionItemProvider(
        { pattern: '**' },
        completionProvider({
          suggester: this.#suggester,
          offers: this.#offers,
          options: () => this.#options,
          mayOffer: (document, isInvoked) => mayOffer(this.#circumstancesFor(document), isInvoked),
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
      this.#outcome = undefined;
    }
    if (model !== before.model || evenWhenSlow !== before.evenWhenSlow) {
      this.#times = [];
    }
    this.#start();
  }

  async #readModels(): Promise<readonly CompletionModel[]> {
    const models = await completionModelsIn(this.#parts.models);
    const isNews = this.#models === undefined;
    this.#models = models;
    if (isNews) {
      this.#update();
    }
    return models;
  }

  #setOutcome(outcome: Outcome): void {
    const before = this.#nothing;
    this.#outcome = outcome;
    if (this.#nothing !== before) {
      this.#update();
    }
  }

  #setWork(work: Work | undefined): void {
    if (work === undefined && this.#work === 'generating') {
      this.#failure = undefined; // `#fail` comes after the end of the work.
    }
    this.#work = work;
    this.#update();
  }

  #count(time: Timing): void {
    const { engine } = this.#parts;
    this.#times = withTiming(this.#times, typicalMs(time));
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
      if (this.#models === undefined && !this.#isReadingModels) {
        this.#isReadingModels = true;
        void this.#readModels();
      }
      this.#item.show({
        state: this.state,
        model: this.#modelName,
        language: this.#languageName,
        statistics: this.#statistics.current,
        nothing: this.#nothing,
      });
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
async function chosenOf(
  shown: ShownCompletion,
  taken: ShownCompletion,
): Promise<ShownCompletion | undefined> {
  const item = (offered: ShownCompletion, description: string) => ({
    label: firstLineOf(offered.suggestion.text),
    description,
    offered,
  });
  const choice = await vscode.window.showQuickPick(
    [item(taken, t('taken last')), item(shown, t('offered last'))],
    { title: t('Why This Completion?'), placeHolder: t('Choose the text to explain') },
  );
  return choice?.offered;
}

const firstLineOf = (text: string): string => text.trim().split('\n')[0] ?? '';
