/** Choices of one of a few: a row of them, and the list of models. */
import { html, type TemplateResult } from 'lit';
import type { Manifest } from '../../src/common/protocol/manifest';

/** One of a few choices, side by side. One stop of the tab key: the arrow keys choose. */
export function segmented<T extends string>(
  label: string,
  choices: readonly { readonly value: T; readonly title: string }[],
  chosen: T,
  onChoose: (value: T) => void,
): TemplateResult {
  return html`<div
    class="segmented"
    role="radiogroup"
    aria-label=${label}
    @keydown=${(event: KeyboardEvent) => {
      const here = choices.findIndex(({ value }) => value === chosen);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && choices[(here + step + choices.length) % choices.length];
      if (next && event.currentTarget instanceof HTMLElement) {
        event.preventDefault();
        onChoose(next.value);
        const button = event.currentTarget.querySelector(`[data-value="${next.value}"]`);
        if (button instanceof HTMLElement) {
          button.focus();
        }
      }
    }}
  >
    ${choices.map(
      ({ value, title }) =>
        html`<button
          role="radio"
          data-value=${value}
          aria-checked=${value === chosen}
          tabindex=${value === chosen ? 0 : -1}
          @click=${() => onChoose(value)}
        >
          ${title}
        </button>`,
    )}
  </div>`;
}

/** Which of several models is looked at. @param chosen id of one of them. */
export const modelPicker = (
  models: readonly Manifest[],
  chosen: string,
  onChoose: (modelId: string) => void,
): TemplateResult =>
  html`<select
    aria-label="Model"
    .value=${chosen}
    @change=${(event: Event) => {
      if (event.target instanceof HTMLSelectElement) {
        onChoose(event.target.value);
      }
    }}
  >
    ${models.map(
      ({ id, name }) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`,
    )}
  </select>`;
