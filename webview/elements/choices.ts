/** Choices of one of a few: a row of them, and the list of models. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Manifest } from '../../src/common/protocol/manifest';
import { titlesOf } from '../common/models';

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
export function modelPicker(
  models: readonly Manifest[],
  chosen: string,
  onChoose: (modelId: string) => void,
): TemplateResult {
  const titles = titlesOf(models);
  return html`<select
    aria-label="Model"
    title=${models.find(({ id }) => id === chosen)?.name ?? nothing}
    .value=${chosen}
    @change=${(event: Event) => {
      if (event.target instanceof HTMLSelectElement) {
        onChoose(event.target.value);
      }
    }}
  >
    ${models.map(
      ({ id, name }, index) =>
        html`<option value=${id} title=${name} ?selected=${id === chosen}>
          ${titles[index]}
        </option>`,
    )}
  </select>`;
}
