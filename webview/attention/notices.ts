import { html, nothing, type TemplateResult } from 'lit';
import type { EngineError, ErrorCode } from '../../src/shared/errors';
import { icon } from '../icons';
import { count, thousands } from '../numbers';
import type { Actions } from './actions';
import type { AttentionState, Shown } from './attentionState';

interface Remedy {
  readonly title: string;
  readonly run: (actions: Actions) => void;
}

const tryAgain: Remedy = { title: 'Try Again', run: actions => actions.retry() };
const useWasm: Remedy = { title: 'Use the CPU', run: actions => actions.setDevice('wasm') };
const showLog: Remedy = { title: 'Show the Log', run: actions => actions.showLog() };
const select: Remedy = {
  title: 'Show Attention for the Selection',
  run: actions => actions.showSelection(),
};

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

/** An error: its cause, what the engine said, one action. */
export function errorNotice({ code, message }: EngineError, actions: Actions): TemplateResult {
  const { cause, remedy } = table[code];
  return html`<div class="notice" role="alert">
    <p class="cause">${code === 'cancelled' ? nothing : icon('error')}${cause}</p>
    ${code === 'cancelled' ? nothing : html`<p class="quiet detail">${message}</p>`}
    <vscode-button @click=${() => remedy.run(actions)}>${remedy.title}</vscode-button>
  </div>`;
}

/** Nothing to look at yet: one sentence, one button. */
export function emptyNotice(actions: Actions): TemplateResult {
  return html`<div class="notice">
    <p>Select some text in an editor to see which words a model looks at while it reads them.</p>
    <vscode-button @click=${actions.showSelection}>Show Attention for the Selection</vscode-button>
  </div>`;
}

/** What of the text is not in the picture, and the means to move along it. */
export function cutNotice(
  { analysis, subject }: Shown,
  state: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { start, count: size, total } = analysis.window;
  const isWindowed = size < total;
  const inPair = analysis.dropped - (total - size);
  const isWithoutB =
    inPair <= 0 &&
    subject.segments.length === 2 &&
    !analysis.source.some(token => token.segment === 1);
  if (!isWindowed && inPair <= 0 && subject.cutLength === 0 && !isWithoutB) {
    return nothing;
  }
  const last = total - size;
  const at = Math.min(state.saved.windowStart, last);
  return html`<div class="cut">
    ${
      isWindowed
        ? html`<button
              class="icon-button"
              aria-label="Back along the text"
              title="Back along the text"
              ?disabled=${at === 0}
              @click=${() => actions.moveWindow(Math.max(0, at - Math.ceil(size / 2)))}
            >
              ${icon('chevron-left')}
            </button>
            <input
              type="range"
              min="0"
              max=${last}
              .value=${String(at)}
              aria-label="First token shown"
              aria-valuetext=${`Token ${thousands(start + 1)} of ${thousands(total)}`}
              @change=${(event: Event) => {
                if (event.target instanceof HTMLInputElement) {
                  actions.moveWindow(event.target.valueAsNumber);
                }
              }}
            />
            <button
              class="icon-button"
              aria-label="On along the text"
              title="On along the text"
              ?disabled=${at === last}
              @click=${() => actions.moveWindow(Math.min(last, at + Math.ceil(size / 2)))}
            >
              ${icon('chevron-right')}
            </button>
            <span
              >${thousands(size)} of ${count(total, 'token')} shown, from number
              ${thousands(start + 1)}</span
            >`
        : nothing
    }
    ${isWithoutB ? html`<span>This model reads one text: the second is left out.</span>` : nothing}
    ${inPair > 0 ? html`<span>${count(inPair, 'token')} of sentence B left out.</span>` : nothing}
    ${
      subject.cutLength > 0
        ? html`<span
            >The selection was too long to take whole: its last
            ${count(subject.cutLength, 'character')} were left out.</span
          >`
        : nothing
    }
  </div>`;
}
