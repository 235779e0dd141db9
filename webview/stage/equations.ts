import katex from 'katex';
import { html, nothing, type TemplateResult } from 'lit';
import {
  partIds,
  type Equation,
  type Lesson,
  type PartId,
  type Sources,
  type ValueId,
} from '../../src/shared/lesson';
import type { Actions } from './actions';
import { cite } from './prose';

/** Sets LaTeX; elements of one text are set once. `\htmlData` may mark symbols, and nothing else is trusted. */
function formula(tex: string, isDisplay: boolean): HTMLElement {
  const element = document.createElement(isDisplay ? 'div' : 'span');
  katex.render(tex, element, {
    displayMode: isDisplay,
    strict: false,
    throwOnError: false,
    trust: ({ command }) => command === '\\htmlData',
  });
  return element;
}

/** The elements are kept: a formula is not set again because a value below it has changed. */
const formulas = new Map<string, HTMLElement>();

function formulaOf(key: string, tex: string, isDisplay: boolean): HTMLElement {
  const id = `${key} ${tex}`;
  const known = formulas.get(id) ?? formula(tex, isDisplay);
  formulas.set(id, known);
  return known;
}

export interface EquationView {
  readonly sources: Sources;
  /** Of the runs on this page. */
  readonly values: Readonly<Partial<Record<ValueId, string>>>;
  /** Which symbol is pointed at. */
  readonly symbol: string | undefined;
}

/** Each equation with what it says, and each of its symbols with what it is and the value that it has here. */
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
  const element = formulaOf(key, equation.tex, true);
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
        const told = value && values[value];
        const part = value && partOf(value);
        return html`<li
          class=${name === symbol ? 'lit' : ''}
          @pointerenter=${() => actions.pointAtSymbol(name)}
          @pointerleave=${() => actions.pointAtSymbol(undefined)}
        >
          <span class="symbol">${formulaOf(name, tex, false)}</span>
          <span>${words}</span>
          ${
            value === undefined
              ? nothing
              : html`<button
                  class="text-button value"
                  title="Show where this value comes from"
                  aria-label=${`${words}: ${told ?? 'not run yet'}. Show where it comes from.`}
                  @click=${() => part && actions.follow(`part:${part}`)}
                >
                  ${told ?? '…'}
                </button>`
          }
        </li>`;
      })}
    </ul>
  </div>`;
}

/** The part that tells a value: its name stands before the dot. */
const partOf = (value: ValueId): PartId | undefined =>
  partIds.find(id => value.startsWith(`${id}.`));
