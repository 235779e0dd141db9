/** An error on a page: its cause and one action. */
import { html, nothing, type TemplateResult } from 'lit';
import type { DevicePreference } from '../../src/common/protocol/engine/types';
import type { EngineError, ErrorCode } from '../../src/common/errors';
import { icon } from './icons';

/** What a user can do about an error; one of these is offered with each. */
export interface Remedies {
  retry(): void;
  setDevice(device: DevicePreference): void;
  showSelection(): void;
  showLog(): void;
}

interface Remedy {
  /** Undefined: what the page calls the taking of the selection. */
  readonly title?: string;
  readonly run: (remedies: Remedies) => void;
}

const tryAgain: Remedy = { title: 'Try Again', run: remedies => remedies.retry() };
const useWasm: Remedy = { title: 'Use the CPU', run: remedies => remedies.setDevice('wasm') };
const showLog: Remedy = { title: 'Show the Log', run: remedies => remedies.showLog() };
const select: Remedy = { run: remedies => remedies.showSelection() };

/** The cause in words and one thing to do about it. */
const table: Readonly<Record<ErrorCode, { readonly cause: string; readonly remedy: Remedy }>> = {
  cancelled: { cause: 'You stopped the run.', remedy: { ...tryAgain, title: 'Run Again' } },
  'input-empty': { cause: 'There is nothing but white space in this text.', remedy: select },
  'input-invalid': { cause: 'This is not text that can be looked at.', remedy: select },
  'input-too-long': { cause: 'The text is too long, even in parts.', remedy: select },
  'model-missing': { cause: 'A file of the model cannot be read.', remedy: tryAgain },
  'model-invalid': {
    cause: 'The files of the model are damaged. Install the extension again.',
    remedy: showLog,
  },
  'model-not-loaded': { cause: 'The model was not loaded.', remedy: tryAgain },
  'runtime-missing': { cause: 'The engine cannot be read.', remedy: tryAgain },
  'device-unavailable': { cause: 'There is no WebGPU here.', remedy: useWasm },
  'device-lost': { cause: 'The graphics device went away.', remedy: useWasm },
  'inference-failed': { cause: 'The model could not run on this text.', remedy: showLog },
  'out-of-memory': {
    cause: 'There is not enough memory. A shorter text needs less.',
    remedy: select,
  },
  'worker-lost': { cause: 'The engine stopped.', remedy: tryAgain },
  internal: { cause: 'Something went wrong.', remedy: showLog },
};

export const causeOf = (code: ErrorCode): string => table[code].cause;

/**
 * An error: its cause, what the engine said, one action.
 *
 * @param selectTitle what the page calls the taking of the selection.
 */
export function errorNotice(
  { code, message }: EngineError,
  remedies: Remedies,
  selectTitle: string,
): TemplateResult {
  const { cause, remedy } = table[code];
  // The engine's own words say what of the text is missing: all of it, or all that the model knows.
  const isAllSaid = code === 'cancelled' || code === 'input-empty';
  return html`<div class="notice" role="alert">
    <p class="cause">
      ${code === 'cancelled' ? nothing : icon('error')}${code === 'input-empty' ? message : cause}
    </p>
    ${isAllSaid ? nothing : html`<p class="quiet detail">${message}</p>`}
    <vscode-button @click=${() => remedy.run(remedies)}
      >${remedy.title ?? selectTitle}</vscode-button
    >
  </div>`;
}

/**
 * An error, and under it what was on the page before, dimmed: it is not of what was asked for last, and takes no click.
 *
 * @param before undefined where there was nothing.
 */
export const errorAbove = (
  notice: TemplateResult,
  before: TemplateResult | undefined,
): TemplateResult =>
  before === undefined
    ? notice
    : html`<section class="error-above" aria-label="Error">${notice}</section>
        <div class="before-error" inert>${before}</div>`;
