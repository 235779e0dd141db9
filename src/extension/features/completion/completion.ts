/** Completion as a feature: its commands, its settings, its lifetime, and the page that explains it. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { delay } from '../../workbench/promises';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import type { Settings } from '../../settings/settings';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { EngineError } from '../../../common/errors';
import type { Subject } from '../../../common/protocol/pages/subject';
import { AcceptanceTracker, type ShownCompletion } from './acceptanceTracker';
import {
  chooseFromMenu,
  CompletionItem,
  explainNoOffer,
  type MenuAction,
  menuOf,
  type ShowList,
  snoozes,
} from './completionItem';
import { Consent, introduce } from './consent';
import type { Explainer } from './explainer';
import { completionToExplain, explanationRequestFor } from './explanationRequest';
import { LanguageNames } from './languageNames';
import {
  chooseCompletionModel,
  type CompletionModel,
  CompletionModels,
  smallerThan,
} from './models';
import {
  canComplete,
  type CompletionOptions,
  completionSettings,
  isOnFor,
  readOptions,
  shortName,
} from './options';
import { completionProvider, ProviderRegistration } from './provider';
import {
  Activity,
  type Circumstances,
  type CompletionState,
  mayOffer,
  Snooze,
  stateOf,
} from './state';
import { withRun } from './statistics';
import { StatisticsPage, StatisticsStore } from './statisticsPage';
import { Suggester } from './suggester';

const { t } = vscode.l10n;

export interface CompletionParts {
  /** An engine for completion alone: no other text comes between two tokens, or replaces the text read before. */
  readonly engine: EngineClient;
  readonly models: ModelCatalog;
  readonly settings: Settings;
  readonly memento: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
  readonly explainer: Explainer;
  /** Opens the page that explains. */
  readonly show: (subject: Subject) => void;
}

/** Completion in the editor. */
export class Completion extends Disposable {
  readonly #parts: CompletionParts;
  readonly #item = this.register(new CompletionItem());
  readonly #languageNames = this.register(new LanguageNames());
  readonly #snooze = this.register(new Snooze(() => this.#update()));
  readonly #activity = new Activity(() => this.#update());
  readonly #models: CompletionModels;
  readonly #consent: Consent;
  readonly #statistics: StatisticsStore;
  readonly #statisticsPage: StatisticsPage;
  readonly #tracker: AcceptanceTracker;
  readonly #suggester: Suggester;
  readonly #provider: ProviderRegistration;
  #options: CompletionOptions;
  #isClosing = false;

  /** Replaced by tests. */
  showList: ShowList = (items, options) => vscode.window.showQuickPick(items, options);

  constructor(parts: CompletionParts) {
    super();
    this.#parts = parts;
    const { models, settings, memento } = parts;
    this.#options = readOptions(settings);
    this.#models = new CompletionModels(models, () => this.#update());
    this.#consent = this.register(new Consent(memento, () => this.#update()));
    this.#statistics = this.register(new StatisticsStore(memento));
    this.#statisticsPage = this.register(
      new StatisticsPage(this.#statistics, id =>
        models.manifest(id).then(
          ({ name }) => shortName(name),
          () => id, // The model is no longer there.
        ),
      ),
    );
    this.#tracker = this.register(new AcceptanceTracker(this.#statistics));
    this.#suggester = this.#createSuggester();
    this.#provider = new ProviderRegistration(
      completionProvider({
        suggester: this.#suggester,
        tracker: this.#tracker,
        options: () => this.#options,
        mayOffer: (document, isInvoked) => mayOffer(this.#circumstancesFor(document), isInvoked),
      }),
    );
    this.register({ dispose: () => this.#close() });
    this.register(settings.onDidChange(() => this.#configure()));
    this.register(vscode.window.onDidChangeActiveTextEditor(() => this.#update()));
    // VS Code also fires this when the language of a document has changed.
    this.register(vscode.workspace.onDidOpenTextDocument(() => this.#update()));
    this.#start();
  }

  get state(): CompletionState {
    return stateOf(this.#circumstancesFor(vscode.window.activeTextEditor?.document));
  }

  /** The text in the status bar, for tests. */
  get itemText(): string {
    return this.#item.text;
  }

  get statistics() {
    return this.#statistics.current;
  }

  /** Whether no text is being generated or waited for. */
  get isIdle(): boolean {
    return this.#suggester.isIdle;
  }

  /** The completion that was shown or accepted last. */
  get lastShown(): ShownCompletion | undefined {
    return this.#tracker.last;
  }

  /**
   * Explains the completion that was shown last, or the one that was accepted before it if the user chooses that.
   *
   * @throws EngineError `input-invalid` if none was shown.
   */
  async why(): Promise<void> {
    if (!this.#tracker.last) {
      throw new EngineError(
        'input-invalid',
        this.#options.enabled
          ? t('No completion was shown yet. Write something and wait a moment.')
          : t('Completion is off. Turn it on with “Evolution: Toggle Completion”.'),
      );
    }
    const shown = await completionToExplain(this.#tracker);
    if (shown) {
      const request = explanationRequestFor(shown);
      this.#parts.explainer.remember(request);
      this.#parts.show(request.subject);
    }
  }

  /** Turns completion off, or on if the user agrees to have it beside other extensions. */
  async toggle(): Promise<void> {
    const { settings } = this.#parts;
    if (this.#options.enabled && this.#consent.withoutConsent.length === 0) {
      await settings.set(completionSettings.enabled, false);
      return;
    }
    if (!(await this.#consent.ask())) {
      return;
    }
    const isFirst = !this.#consent.wasUsed;
    await settings.set(completionSettings.enabled, true);
    if (isFirst) {
      await this.#consent.rememberUse();
      await this.#models.read();
      void introduce(this.#modelName, settings);
    }
  }

  /** Turns completion off or on for the language of the active document. */
  async toggleForLanguage(): Promise<void> {
    const languageId = vscode.window.activeTextEditor?.document.languageId;
    if (languageId === undefined) {
      return;
    }
    const { languages } = this.#options;
    await this.#parts.settings.set(completionSettings.languages, {
      ...languages,
      [languageId]: !isOnFor(languages, languageId),
    });
  }

  /** Lets the user choose among all that can be done about completion now. */
  async showMenu(): Promise<void> {
    const smaller = smallerThan(await this.#models.read(), this.#options.model);
    const { state } = this;
    const { firstTokenMs, shown } = this.#statistics.current;
    const reason = this.#activity.noOfferReason;
    const groups = menuOf(state, {
      isOnRequest: this.#options.when === 'whenAsked',
      hasLanguage: vscode.window.activeTextEditor !== undefined,
      hasSmallerModel: smaller !== undefined,
      hasReason: reason !== undefined,
      hasShown: this.#tracker.last !== undefined,
      hasStatistics: firstTokenMs.length > 0 || shown > 0,
    });
    const words = { state, smallerModel: smaller?.name, reason, ...this.#names };
    const action = await chooseFromMenu(groups, words, this.showList);
    if (action !== undefined) {
      await this.#menuActions(smaller)[action]();
    }
  }

  /** Lets the user choose the model that completes. */
  async chooseModel(): Promise<void> {
    const models = await this.#models.read();
    const chosen = await chooseCompletionModel(models, this.#options.model, this.showList);
    if (chosen !== undefined) {
      await this.#parts.settings.set(completionSettings.model, chosen);
    }
  }

  async showStatistics(): Promise<void> {
    await this.#statisticsPage.show();
  }

  clearStatistics(): void {
    this.#statistics.clear();
    this.#update();
  }

  /** What each entry of the menu does. */
  #menuActions(smaller: CompletionModel | undefined): Record<MenuAction, () => unknown> {
    const { settings, log } = this.#parts;
    const snoozeFor = (action: keyof typeof snoozes) => () => this.#snooze.begin(snoozes[action]);
    const reason = this.#activity.noOfferReason;
    return {
      'turn-on': () => this.toggle(),
      'turn-off': () => settings.set(completionSettings.enabled, false),
      'offer-anyway': () => settings.set(completionSettings.evenWhenSlow, true),
      'only-when-asked': () => settings.set(completionSettings.when, 'whenAsked'),
      'as-you-type': () => settings.set(completionSettings.when, 'asYouType'),
      'end-snooze': () => this.#snooze.end(),
      'snooze-5': snoozeFor('snooze-5'),
      'snooze-15': snoozeFor('snooze-15'),
      'snooze-60': snoozeFor('snooze-60'),
      'language-on': () => this.toggleForLanguage(),
      'language-off': () => this.toggleForLanguage(),
      'smaller-model': () => smaller && settings.set(completionSettings.model, smaller.id),
      'choose-model': () => this.chooseModel(),
      'why-nothing': () => reason && explainNoOffer(reason),
      'why-this': () => this.why(),
      statistics: () => this.showStatistics(),
      'clear-statistics': () => this.clearStatistics(),
      settings: () =>
        vscode.commands.executeCommand('workbench.action.openSettings', 'lmEvolution.completion'),
      'show-log': () => log.show(),
    };
  }

  get #modelName(): string {
    return this.#models.nameOf(this.#options.model);
  }

  get #names() {
    const { languageId } = vscode.window.activeTextEditor?.document ?? {};
    return {
      model: this.#modelName,
      language: languageId === undefined ? '' : this.#languageNames.of(languageId),
    };
  }

  #createSuggester(): Suggester {
    const { engine, log } = this.#parts;
    return new Suggester({
      load: (modelId, signal) =>
        engine.loads.has(modelId) ? Promise.resolve() : engine.load(modelId, { signal }),
      generate: (request, options) => engine.generate(request, options),
      rest: delay,
      now: () => performance.now(),
      onWork: work => this.#activity.setWork(work),
      onTiming: timing => {
        this.#activity.addTiming(timing);
        this.#statistics.update(now =>
          withRun(now, timing, this.#options.model, engine.device?.device),
        );
      },
      onFailure: error => {
        log.error(error);
        this.#activity.fail(error.message);
      },
      onOutcome: outcome => this.#activity.setOutcome(outcome),
    });
  }

  #circumstancesFor(document: vscode.TextDocument | undefined): Circumstances {
    const { enabled, languages, evenWhenSlow, model, when } = this.#options;
    return {
      isEnabled: enabled,
      withoutConsent: this.#consent.withoutConsent,
      unknownModel: canComplete(model) ? undefined : model,
      languageId: document?.languageId,
      isOnForLanguage: document === undefined || isOnFor(languages, document.languageId),
      work: this.#activity.work,
      failure: this.#activity.failure,
      snoozedUntil: this.#snooze.until,
      isOnRequest: when === 'whenAsked',
      slowMs: evenWhenSlow ? undefined : this.#activity.slowMs,
    };
  }

  #start(): void {
    if (this.#options.enabled) {
      if (!this.#consent.wasUsed) {
        void this.#consent.rememberUse(); // The user may have turned it on in the settings.
      }
      this.#provider.register();
    } else {
      this.#provider.dispose();
      this.#suggester.reset();
    }
    this.#update();
  }

  #configure(): void {
    const before = this.#options;
    this.#options = readOptions(this.#parts.settings);
    const { model, length, evenWhenSlow } = this.#options;
    if (model !== before.model || length !== before.length) {
      this.#suggester.reset();
      this.#activity.forgetResults();
    }
    if (model !== before.model || evenWhenSlow !== before.evenWhenSlow) {
      this.#activity.forgetTimings();
    }
    this.#start();
  }

  #update(): void {
    if (this.#isClosing) {
      return;
    }
    if (this.#options.enabled || this.#consent.wasUsed) {
      this.#item.show({
        state: this.state,
        ...this.#names,
        statistics: this.#statistics.current,
        reason: this.#activity.noOfferReason,
      });
    } else {
      this.#item.hide();
    }
  }

  #close(): void {
    this.#isClosing = true;
    this.#provider.dispose();
    this.#suggester.reset();
  }
}
