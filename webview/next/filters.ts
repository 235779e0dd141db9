/** The sliders of temperature and filters. */
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Actions } from './actions';
import {
  allowed,
  type Bent,
  type ControlLimits,
  controls,
  type Controls,
  type Cut,
  fieldText,
  isOwn,
  placeOf,
  sliderSteps,
  valueAt,
} from './distribution';
import { percent } from '../../src/common/text/percent';
import { count } from '../common/numbers';

/** What bends and cuts the distribution: a slider and a number each, and what it cut. No model runs. */
export function filters(
  set: Controls,
  bent: Bent,
  vocabSize: number,
  actions: Actions,
): TemplateResult {
  return html`<section class="filters" aria-label="Temperature and filters">
    ${controls.map(limits =>
      control(
        limits,
        set[limits.name],
        limits.filter ? html`${cutInWords(bent.cuts[limits.filter])}` : reset(set, actions),
        vocabSize,
        actions,
      ),
    )}
  </section>`;
}

const reset = (set: Controls, actions: Actions) =>
  html`<button
    class="text-button reset"
    aria-disabled=${isOwn(set)}
    title="The model's own distribution, whole"
    @click=${actions.resetControls}
  >
    Reset All
  </button>`;

function control(
  limits: ControlLimits,
  value: number,
  below: TemplateResult,
  vocabSize: number,
  actions: Actions,
): TemplateResult {
  const { name, title, meaning, least, most, step } = limits;
  const set = (next: number) => {
    const valid = allowed(limits, next);
    if (valid !== undefined && valid !== value) {
      actions.setControl(name, valid);
    }
    return valid !== undefined;
  };
  return html`<div class="control" title=${meaning}>
    <label for=${`number-${name}`}>${title}</label>
    <input
      id=${`number-${name}`}
      class="number"
      type="number"
      min=${least}
      max=${Math.min(most, name === 'topK' ? vocabSize : most)}
      step=${step}
      .value=${live(fieldText(limits, value))}
      @input=${(event: Event) => {
        const field = fieldOf(event);
        if (field) {
          field.ariaInvalid = String(!set(field.valueAsNumber));
        }
      }}
      @change=${(event: Event) => {
        const field = fieldOf(event);
        if (field) {
          // What is not allowed goes back to what holds.
          field.value = fieldText(limits, value);
          field.ariaInvalid = 'false';
        }
      }}
    />
    <input
      class="slider"
      type="range"
      min="0"
      max=${sliderSteps}
      aria-label=${title}
      aria-valuetext=${valueText(limits, value)}
      .value=${live(String(placeOf(name, value, vocabSize)))}
      @input=${(event: Event) => set(valueAt(name, fieldOf(event)?.valueAsNumber ?? NaN, vocabSize))}
    />
    <span class="cut-words quiet">${below}</span>
  </div>`;
}

const fieldOf = ({ currentTarget }: Event) =>
  currentTarget instanceof HTMLInputElement ? currentTarget : undefined;

const valueText = (limits: ControlLimits, value: number) =>
  limits.name === 'topK' && value === 0 ? 'all tokens' : fieldText(limits, value);

/** "cuts 49,112 tokens, 12.3 %". */
export const cutInWords = ({ count: tokens, mass }: Cut): string =>
  tokens === 0 ? 'cuts nothing' : `cuts ${count(tokens, 'token')}, ${percent(Math.max(0, mass))}`;
