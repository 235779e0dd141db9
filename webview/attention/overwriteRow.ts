/** Sets a row of the translator of 2015 by hand: where it looks when it writes a word; it writes on from there. */
import { html, nothing, type TemplateResult } from 'lit';
import { byItself, rowOn, takesAttention } from '../elements/attentionRow';
import { nameOf, type Unit } from '../matrix/units';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import type { ViewModel } from './viewModel';

/** Two choices, a word and where it is to look, and a button; nothing where the model takes no row from outside. */
export function overwriteRow(
  { shown, view, attention, locked }: ViewModel,
  { models }: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { analysis, given } = shown;
  const model = models.find(({ id }) => id === analysis.modelId);
  if (!model || !takesAttention(model) || attention.kind !== 'cross') {
    return nothing;
  }
  const { queries, keys } = view;
  const position = given?.override.position;
  const at = (units: readonly Unit[], token: number | undefined) =>
    units.findIndex(({ tokens }) => token !== undefined && tokens.includes(token));
  const set = at(queries, position);
  const setKey = at(
    keys,
    given && Array.from(given.override.weights).findIndex(weight => weight > 0),
  );
  const quoted = (units: readonly Unit[], index: number) =>
    units.slice(Math.max(0, index), index + 1).map(unit => html`“${nameOf(unit)}”`);
  const write = (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (form instanceof HTMLFormElement) {
      const chosen = new FormData(form);
      const [query, key] = ['query', 'key'].map(name => Number(chosen.get(name)));
      const [from, to] = [queries[query ?? 0], keys[key ?? 0]];
      if (from && to) {
        actions.overwriteRow(rowOn(from, to, analysis.source.length));
      }
    }
  };
  return html`<form class="overwrite" @submit=${write}>
      <span
        title="A row of its attention is replaced by hand; its context follows from it, and all that it writes after."
        >Overwrite a row: writing</span
      >
      ${choice('query', 'The word it writes', queries, given ? set : (locked[0] ?? 0))}
      <span>it looks at</span> ${choice('key', 'The word it looks at', keys, Math.max(0, setKey))}
      <button class="text-button" type="submit">Write on</button>
    </form>
    ${
      given
        ? html`<p class="given quiet">
            ${quoted(queries, set)} was made to look at ${quoted(keys, setKey)}.
            ${byItself(given.own, actions.takeRowBack)}
          </p>`
        : nothing
    }`;
}

const choice = (name: string, label: string, units: readonly Unit[], chosen: number) =>
  html`<select name=${name} aria-label=${label}>
    ${units.map(
      (unit, index) =>
        html`<option value=${index} ?selected=${index === chosen}>${nameOf(unit)}</option>`,
    )}
  </select>`;
