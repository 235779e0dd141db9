/** The heads that matter for what is watched, as a list with bars. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Manifest } from '../../../src/common/protocol/manifest';
import { count, ordinal } from '../../common/numbers';
import { focusableIn, moveFocus } from '../../elements/focusKeys';
import type { AblationActions } from './ablationActions';
import type { AblationState } from './ablationState';
import { headEffects } from './effect';
import { groupOfHead, includes, type Parts } from './parts';

/** More are listed on demand. */
const maxHeads = 10;

/**
 * The button that starts a sweep, or its progress, or its results: each head, what happens to what is watched where it
 * alone is switched off. A click switches it off, once more on.
 *
 * @param about what is watched: "“Paris”".
 */
export function sweepList(
  model: Manifest,
  parts: Parts,
  state: AblationState,
  about: string,
  actions: AblationActions,
): TemplateResult {
  const { sweep, question, work } = state;
  const isThere = sweep !== undefined && sweep.question === question;
  if (!isThere) {
    return html`<section class="sweep" aria-label="Heads that matter">
      <button
        class="text-button"
        title="Switches each head off alone, and ranks all by what that changes"
        ?disabled=${work !== undefined}
        @click=${actions.sweep}
      >
        Which heads matter for ${about}?
      </button>
    </section>`;
  }
  const effects = headEffects(sweep.report);
  const shown = state.isSweepWhole ? effects : effects.slice(0, maxHeads);
  const top = Math.max(Math.abs(effects[0]?.change ?? 0), Number.MIN_VALUE);
  return html`<section class="sweep" aria-label="Heads that matter">
    <h2 class="quiet">
      Heads that matter for ${about}
      <span class="legend-words"
        ><span class="helps">helps</span> <span class="hinders">hinders</span></span
      >
    </h2>
    <ol
      @keydown=${(event: KeyboardEvent) => moveFocus(event, focusableIn(event, '.effect-row'), 'down')}
    >
      ${shown.map(({ head, change, numbers }, place) => {
        const { name, words, parts: own } = groupOfHead(model, head);
        const isOff = includes(parts, own);
        const does = change < 0 ? 'helps' : 'hinders';
        return html`<li>
          <button
            class=${`effect-row ${does}`}
            tabindex=${place === 0 ? 0 : -1}
            aria-pressed=${isOff}
            aria-label=${`${name} ${numbers}, ${does}, ${ordinal(place + 1)}`}
            title=${isOff ? `Switch ${words} on again` : `Switch ${words} off`}
            @click=${() => (isOff ? actions.switchOn(own) : actions.switchOff(own))}
          >
            <span class="name">${name}</span>
            <span class="effect-track" style=${`--before: ${(Math.abs(change) / top).toFixed(4)}`}
              ><span class="before-bar"></span
            ></span>
            <span class="share numbers">${numbers}</span>
          </button>
        </li>`;
      })}
    </ol>
    ${
      shown.length < effects.length
        ? html`<button class="text-button" @click=${actions.showWholeSweep}>
            Show all ${count(effects.length, 'head')}
          </button>`
        : nothing
    }
  </section>`;
}
