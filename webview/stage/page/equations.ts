/** Each equation of a lesson with what it says, and each of its symbols with its meaning and its value on this page. */
import * as formulas from 'set-formulas';
import { html, nothing, type TemplateResult } from 'lit';
import {
  type Equation,
  type Lesson,
  type PartId,
  partIds,
  type Sources,
  type ValueId,
} from '../../../src/common/content/lesson';
import type { Actions } from './state';
import { cite } from '../../elements/prose';

/** Formulas that were set: none is parsed again because a value below it has changed. */
const elements = new Map<string, HTMLElement>();

function elementOf(key: string, tex: string, isDisplayed: boolean): HTMLElement {
  const id = `${key} ${tex}`;
  const known = elements.get(id);
  if (known) {
    return known;
  }
  const element = document.createElement(isDisplayed ? 'div' : 'span');
  const set = (isDisplayed ? formulas.displayed : formulas.inline)[tex];
  if (set === undefined) {
    element.textContent = tex; // Its lesson was not there when the page was built.
  } else {
    element.innerHTML = set;
  }
  elements.set(id, element);
  return element;
}

export interface EquationView {
  readonly sources: Sources;
  /** Values of the runs on this page. */
  readonly values: Readonly<Partial<Record<ValueId, string>>>;
  /** The symbol under the pointer. */
  readonly symbol: string | undefined;
}

export const equations = (lesson: Lesson, view: EquationView, actions: Actions): TemplateResult =>
  html`<section class="equations" aria-labelledby="equations-title">
    <h2 id="equations-title">In symbols</h2>
    ${lesson.equations.map((equation, index) =>
      equationTemplate(equation, `${lesson.id}-${index}`, view, actions),
    )}
  </section>`;

function equationTemplate(
  equation: Equation,
  key: string,
  { sources, values, symbol }: EquationView,
  actions: Actions,
): TemplateResult {
  const element = elementOf(key, equation.tex, true);
  for (const marked of element.querySelectorAll<HTMLElement>('[data-symbol]')) {
    marked.classList.toggle('lit', `${key} ${marked.dataset['symbol'] ?? ''}` === symbol);
  }
  const point = (event: Event) => {
    const marked = event.target instanceof Element && event.target.closest('[data-symbol]');
    const id = marked instanceof HTMLElement ? marked.dataset['symbol'] : undefined;
    actions.pointAtSymbol(id === undefined ? undefined : `${key} ${id}`);
  };
  return html`<div class="equation">
    <div
      class="formula"
      role="group"
      aria-label="Formula"
      tabindex="0"
      @pointerover=${point}
      @pointerleave=${() => actions.pointAtSymbol(undefined)}
    >
      ${element}
    </div>
    <p class="prose">
      ${equation.words} ${cite(equation.source, equation.place, sources, actions)}
    </p>
    <ul class="symbols">
      ${equation.symbols.map(({ id, tex, words, value }) => {
        const name = `${key} ${id}`;
        const current = value && values[value];
        const part = value && partOf(value);
        return html`<li
          class=${name === symbol ? 'lit' : ''}
          @pointerenter=${() => actions.pointAtSymbol(name)}
          @pointerleave=${() => actions.pointAtSymbol(undefined)}
        >
          <span class="symbol">${elementOf(name, tex, false)}</span>
          <span>${words}</span>
          ${
            value === undefined
              ? nothing
              : html`<button
                  class="text-button value"
                  title="Show where this value comes from"
                  aria-label=${`${words}: ${current ?? 'not run yet'}. Show where it comes from.`}
                  @click=${() => part && actions.follow(`part:${part}`)}
                >
                  ${current ?? '…'}
                </button>`
          }
        </li>`;
      })}
    </ul>
  </div>`;
}

/** The part that a value comes from: its name stands before the dot. */
const partOf = (value: ValueId): PartId | undefined =>
  partIds.find(id => value.startsWith(`${id}.`));
