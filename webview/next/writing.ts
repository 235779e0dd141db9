/** The controls with which the model writes on. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { count } from '../common/numbers';
import { segmented } from '../elements/segmented';
import type { Actions } from './actions';
import { maxBeams, maxTokens, type NextState, type Pace } from './nextState';

const choices = [
  { value: 'greedy', title: 'Greedy' },
  { value: 'sample', title: 'Sample' },
  { value: 'beam', title: 'Beam' },
] as const;

const meanings = {
  greedy: 'The most probable token each time.',
  sample: 'Tokens are drawn from the distribution as temperature and filters leave it.',
  beam: 'The most probable sequences are kept side by side; temperature and filters do nothing.',
} as const;

/** How to write on by itself: the strategy, how much, and the button. */
export function writing({ saved, isWriting, shown }: NextState, actions: Actions): TemplateResult {
  const { strategy } = saved;
  return html`<section class="writing" aria-label="Write on">
    <span title=${meanings[strategy]}
      >${segmented('Strategy', choices, strategy, actions.setStrategy)}</span
    >
    ${number('Tokens', 'length', saved.length, 1, maxTokens, actions)}
    ${strategy === 'sample' ? number('Seed', 'seed', saved.seed, 0, 2 ** 31 - 1, actions) : nothing}
    ${strategy === 'beam' ? number('Beams', 'beams', saved.beams, 1, maxBeams, actions) : nothing}
    ${
      isWriting
        ? html`<vscode-button appearance="secondary" @click=${actions.stop}>Stop</vscode-button>`
        : html`<vscode-button
            title=${meanings[strategy]}
            ?disabled=${shown?.kind !== 'next'}
            @click=${actions.write}
            >Write</vscode-button
          >`
    }
  </section>`;
}

/** "32 tokens, 31 a second". */
export function paceInWords({ tokens, ms, timed }: Pace): string {
  const words = count(tokens, 'token');
  return timed > 0 && ms > 0 ? `${words}, ${((timed / ms) * 1000).toFixed(1)} a second` : words;
}

function number(
  title: string,
  name: 'length' | 'seed' | 'beams',
  value: number,
  least: number,
  most: number,
  actions: Actions,
): TemplateResult {
  return html`<label class="number-field"
    >${title}
    <input
      class="number"
      type="number"
      min=${least}
      max=${most}
      step="1"
      .value=${live(String(value))}
      @change=${(event: Event) => {
        const field = event.currentTarget;
        if (field instanceof HTMLInputElement) {
          const next = field.valueAsNumber;
          if (Number.isInteger(next) && next >= least && next <= most) {
            actions.setNumber(name, next);
          } else {
            field.value = String(value);
          }
        }
      }}
    />
  </label>`;
}
