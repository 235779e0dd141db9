/** What a live part is set with: sliders, choices of one of a few, and a field of text. */
import { html, type TemplateResult } from 'lit';

export interface Slider {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** By default 1. */
  readonly step?: number;
  readonly value: number;
  /** The value as a user reads it. */
  readonly valueText: string;
  readonly onInput: (value: number) => void;
}

/** A number that can be dragged; keys move it too. */
export const slider = ({
  label,
  min,
  max,
  step = 1,
  value,
  valueText,
  onInput,
}: Slider): TemplateResult =>
  html`<label class="slider">
    <span>${label}</span>
    <input
      type="range"
      min=${min}
      max=${max}
      step=${step}
      .value=${String(value)}
      aria-valuetext=${valueText}
      @input=${(event: Event) =>
        event.target instanceof HTMLInputElement && onInput(event.target.valueAsNumber)}
    />
    <output>${valueText}</output>
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

/** One of the layers or heads of a model, counted from 0. */
export const numberChoices = (
  name: string,
  count: number,
  chosen: number,
  onChoose: (index: number) => void,
): TemplateResult =>
  choices(
    name,
    Array.from({ length: count }, (_, index) => [String(index), `${name} ${index + 1}`] as const),
    String(chosen),
    index => onChoose(Number(index)),
  );

/** For `keydown` of the field. */
export function submitOnEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    submit(event);
  }
}

/** For `click` of a button, which is a custom element and submits nothing by itself. */
export function submit({ currentTarget }: Event): void {
  if (currentTarget instanceof Element) {
    currentTarget.closest('form')?.requestSubmit();
  }
}

/** For `submit` of the form. @returns its field. */
export function submittedField(event: Event): HTMLTextAreaElement | undefined {
  event.preventDefault();
  const { currentTarget } = event;
  return currentTarget instanceof Element
    ? (currentTarget.querySelector('textarea') ?? undefined)
    : undefined;
}
