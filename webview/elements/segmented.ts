/** A row of choices of which one holds. */
import { html, type TemplateResult } from 'lit';

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
