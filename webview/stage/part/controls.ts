import { html, type TemplateResult } from 'lit';

export interface Slider {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value as a person reads it. */
  readonly told: string;
  readonly onInput: (value: number) => void;
}

/** A number that can be dragged; keys move it too. */
export const slider = ({ label, min, max, step, value, told, onInput }: Slider): TemplateResult =>
  html`<label class="slider">
    <span>${label}</span>
    <input
      type="range"
      min=${min}
      max=${max}
      step=${step}
      .value=${String(value)}
      aria-valuetext=${told}
      @input=${(event: Event) =>
        event.target instanceof HTMLInputElement && onInput(event.target.valueAsNumber)}
    />
    <output>${told}</output>
  </label>`;

/** One of a few, side by side. */
export const choices = <T extends string>(
  label: string,
  options: readonly (readonly [value: T, words: string])[],
  chosen: T,
  onChoose: (value: T) => void,
): TemplateResult =>
  html`<span class="choices" role="group" aria-label=${label}>
    ${options.map(
      ([value, words]) =>
        html`<button
          class="choice-button"
          aria-pressed=${value === chosen}
          @click=${() => onChoose(value)}
        >
          ${words}
        </button>`,
    )}
  </span>`;
