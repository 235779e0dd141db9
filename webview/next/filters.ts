/** Temperature and filters: one quiet row that says how they are set, and their sliders. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { icon } from '../elements/icons';
import type { Actions } from './actions';
import {
  allowed,
  type Bent,
  type ControlLimits,
  controls,
  type ControlName,
  type Controls,
  type Cut,
  fieldText,
  isOwn,
  offName,
  ownDistribution,
  placeOf,
  sliderSteps,
  valueAt,
} from './distribution';
import { percent } from '../../src/common/text/percent';
import { count } from '../common/numbers';

/** How they are set, in a row that opens them in place: what they cut is seen in the bars above. */
export function sampling(
  set: Controls,
  bent: Bent,
  vocabSize: number,
  isOpen: boolean,
  actions: Actions,
): TemplateResult {
  return html`<section class="sampling" aria-label="Sampling">
    <h2>
      <button
        class=${`section-toggle${isOpen ? ' open' : ''}`}
        aria-expanded=${isOpen}
        @click=${() => actions.openSampling(!isOpen)}
      >
        ${icon('chevron-right')}<span
          >Sampling: <span class="set-words">${controlsInWords(set, vocabSize)}</span></span
        >
      </button>
    </h2>
    ${isOpen ? filters(set, bent, vocabSize, actions) : nothing}
  </section>`;
}

/** "T 1, top-k all, top-p off, min-p off". */
const controlsInWords = (set: Controls, vocabSize: number): string =>
  controls
    .map(limits => {
      const { name, title } = limits;
      const value = offName(name, set[name], vocabSize) ?? fieldText(limits, set[name]);
      return `${name === 'temperature' ? 'T' : title.toLowerCase()} ${value}`;
    })
    .join(', ');

/** What bends and cuts the distribution: a slider and a number each, and what it cut. No model runs. */
function filters(set: Controls, bent: Bent, vocabSize: number, actions: Actions): TemplateResult {
  return html`<div class="filters" role="group" aria-label="Temperature and filters">
    ${controls.map(limits =>
      control(
        limits,
        set[limits.name],
        limits.filter ? html`${cutInWords(bent.cuts[limits.filter])}` : reset(set, actions),
        vocabSize,
        actions,
      ),
    )}
  </div>`;
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
  const off = offName(name, value, vocabSize);
  const id = `number-${name}`;
  const focused = document.activeElement;
  // While a number is typed, its field is the user's: "0" is the beginning of "0.05".
  const inField =
    focused instanceof HTMLInputElement && focused.id === id
      ? focused.value
      : off === undefined
        ? fieldText(limits, value)
        : '';
  const set = (next: number) => {
    const valid = allowed(limits, Number.isNaN(next) ? offValue(name) : next);
    if (valid !== undefined && valid !== value) {
      actions.setControl(name, valid);
    }
    return valid !== undefined;
  };
  return html`<div class="control" title=${meaning}>
    <label for=${id}>${title}</label>
    <input
      id=${id}
      class="number"
      type="number"
      min=${least}
      max=${Math.min(most, name === 'topK' ? vocabSize : most)}
      step=${step}
      placeholder=${offName(name, ownDistribution[name], vocabSize) ?? nothing}
      .value=${live(inField)}
      @input=${(event: Event) => {
        const field = fieldOf(event);
        if (field) {
          field.ariaInvalid = String(field.validity.badInput || !set(field.valueAsNumber));
        }
      }}
      @change=${(event: Event) => {
        const field = fieldOf(event);
        if (field) {
          // What is not allowed goes back to what holds.
          field.value = off === undefined ? fieldText(limits, value) : '';
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
      aria-valuetext=${off ?? fieldText(limits, value)}
      .value=${live(String(placeOf(name, value, vocabSize)))}
      @input=${(event: Event) => set(valueAt(name, fieldOf(event)?.valueAsNumber ?? NaN, vocabSize))}
    />
    <span class="cut-words quiet">${below}</span>
  </div>`;
}

const fieldOf = ({ currentTarget }: Event) =>
  currentTarget instanceof HTMLInputElement ? currentTarget : undefined;

/** What an empty field means: the filter is off. A temperature has no such value. */
const offValue = (name: ControlName) => (name === 'temperature' ? NaN : ownDistribution[name]);

/** "cuts 49,112 tokens, 12.3 %". */
export const cutInWords = ({ count: tokens, mass }: Cut): string =>
  tokens === 0 ? 'cuts nothing' : `cuts ${count(tokens, 'token')}, ${percent(Math.max(0, mass))}`;
