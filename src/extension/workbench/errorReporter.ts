/** Reports failures: each is logged and shown as a message with one button. */
import * as vscode from 'vscode';
import { EngineError, type ErrorCode } from '../../common/errors';

/** The actions against failures; each failure offers one of them. */
export interface Remedies {
  useWholeDocument(): unknown;
  openExample(): unknown;
  useWasm(): unknown;
  reinstall(): unknown;
  reloadWindow(): unknown;
  showLog(): unknown;
}

/** A failure as it is shown. */
export interface Failure {
  readonly message: string;
  readonly action: string;
}

type Remedy = keyof Remedies | 'tryAgain';

const { t } = vscode.l10n;

const titles: Record<Remedy, () => string> = {
  useWholeDocument: () => t('Use Whole Document'),
  openExample: () => t('Open an Example'),
  useWasm: () => t('Use WASM'),
  reinstall: () => t('Show Extension'),
  reloadWindow: () => t('Reload Window'),
  showLog: () => t('Show Log'),
  tryAgain: () => t('Try Again'),
};

/** The remedy of each code. `cancelled` is not a failure. */
const remedies: Record<Exclude<ErrorCode, 'cancelled'>, Remedy> = {
  'input-empty': 'useWholeDocument',
  'input-invalid': 'openExample',
  'input-too-long': 'showLog',
  'model-missing': 'reinstall',
  'model-invalid': 'reinstall',
  'model-not-loaded': 'tryAgain',
  'runtime-missing': 'reinstall',
  'device-unavailable': 'useWasm',
  'device-lost': 'useWasm',
  'inference-failed': 'tryAgain',
  'out-of-memory': 'reloadWindow',
  'worker-lost': 'tryAgain',
  internal: 'showLog',
};

/** Causes for codes whose messages were written far from the user; these are shown instead. */
const causes: Partial<Record<ErrorCode, () => string>> = {
  'input-empty': () =>
    t('There is only white space here. Select some words, or put the caret into a sentence.'),
  'model-not-loaded': () => t('The model was not loaded.'),
  'out-of-memory': () => t('There is not enough memory to run the model.'),
};

/** The one place that turns a failure into a message with one button. */
export class ErrorReporter {
  #last: Failure | undefined;

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly remedies: Remedies,
  ) {}

  /** The failure that was shown last, for tests. */
  get last(): Failure | undefined {
    return this.#last;
  }

  /** Does the work of a command: a failure is shown, and may be tried again. */
  async run(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.show(error, () => this.run(work));
    }
  }

  /** Does what a page asks for the user: a failure is shown, and the page gets it too. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.show(error, () => this.run(work));
      throw error;
    }
  }

  /**
   * Logs and shows a failure, and runs the action that the user chooses. It does not wait for the choice.
   *
   * @param tryAgain repeats the work, for failures where that may help.
   */
  show(error: unknown, tryAgain: () => unknown): void {
    const { code, message: detail } = EngineError.is(error)
      ? error
      : new EngineError('internal', error instanceof Error ? error.message : String(error));
    if (code === 'cancelled') {
      return;
    }
    this.log.error(error instanceof Error ? error : String(error));
    const remedy = remedies[code];
    const failure = { message: causes[code]?.() ?? sentence(detail), action: titles[remedy]() };
    this.#last = failure;
    // A wrong input is not an error of the program.
    const show = code.startsWith('input-')
      ? vscode.window.showWarningMessage
      : vscode.window.showErrorMessage;
    void show(failure.message, failure.action).then(async choice => {
      if (choice !== undefined) {
        await (remedy === 'tryAgain' ? tryAgain() : this.remedies[remedy]());
      }
    });
  }
}

const sentence = (text: string) =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/u.test(text) ? '' : '.');

/** The extension's output channel; the only place that logs. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Evolution of Language Models', { log: true });
}
