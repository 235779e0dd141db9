/** The controls of a comparison: what the picture is compared with, and the way back. */
import { html, nothing, type TemplateResult } from 'lit';
import { modelPicker, segmented } from '../elements/choices';
import { causeOf } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import { headsOfLayer, shownHeads } from '../matrix/heads';
import type { Actions } from './actions';
import type { AttentionState, SavedState } from './attentionState';
import type { ViewModel } from './viewModel';
import { otherModel, otherModels } from './comparer';
import type { Comparison } from './comparison';
import type { ComparisonKind } from './comparisonKinds';

const kinds: readonly { readonly value: ComparisonKind; readonly title: string }[] = [
  { value: 'head', title: 'Head' },
  { value: 'layer', title: 'Layer' },
  { value: 'sentence', title: 'Sentence' },
  { value: 'model', title: 'Model' },
];

/** Beside the choice of the view; with a second click it ends the comparison. */
export const compareButton = ({ compare }: SavedState, actions: Actions): TemplateResult =>
  html`<button
    class="text-button compare-button"
    aria-pressed=${compare !== undefined}
    title="Puts a second head, layer, sentence or model beside the picture, with the difference"
    @click=${() => actions.compareWith(compare ? undefined : 'head')}
  >
    Compare…
  </button>`;

/** What the picture is compared with; nothing while it is compared with nothing. */
export function comparisonBar(
  viewModel: ViewModel,
  state: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { compare } = state.saved;
  if (!compare) {
    return nothing;
  }
  const [layers, heads] = viewModel.attention.shape;
  const hasOther: Readonly<Record<ComparisonKind, boolean>> = {
    head: layers * heads > 1,
    layer: layers > 1,
    sentence: true,
    model: otherModels(state).length > 0,
  };
  const possible = kinds.filter(({ value }) => hasOther[value] || value === compare.with);
  return html`<section class="comparison-bar" aria-label="Comparison">
    <span class="quiet">Compare with another</span>
    ${segmented('Compare with another', possible, compare.with, actions.compareWith)}
    ${chooser(viewModel, state, actions)}
    <button
      class="icon-button close"
      title="Back to one picture (Escape)"
      aria-label="Back to one picture"
      @click=${() => actions.compareWith(undefined)}
    >
      ${icon('close')}
    </button>
    ${status(state)}
  </section>`;
}

function chooser(
  { comparison }: ViewModel,
  state: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { compare } = state.saved;
  switch (compare?.with) {
    case 'head':
    case 'layer':
      return comparison ? headChoice(comparison, compare.with, actions) : nothing;
    case 'sentence':
      return sentenceField(compare.text ?? '', actions);
    case 'model': {
      const model = otherModel(state);
      return html`${
        model
          ? modelPicker(otherModels(state), model.id, modelId =>
              actions.arrangeComparison({ modelId, heads: undefined }),
            )
          : html`<span class="quiet">There is no other model with attention.</span>`
      }
      ${comparison ? headChoice(comparison, 'head', actions) : nothing}`;
    }
    case undefined:
      return nothing;
  }
}

/** The head of B; of whole layers only the layer. */
function headChoice(
  { attention, choice }: Comparison,
  kind: 'head' | 'layer',
  actions: Actions,
): TemplateResult {
  const { shape } = attention;
  const { layer, head } = shownHeads(choice, shape)[0] ?? { layer: 0, head: 0 };
  const choose = (next: { layer: number; head: number }) =>
    actions.arrangeComparison({
      heads: kind === 'layer' ? headsOfLayer(next.layer, shape) : [next],
    });
  return html`<span class="nowrap"
    >${numberChoice('Layer', shape[0], layer, next => choose({ layer: next, head }))}
    ${kind === 'head' ? numberChoice('Head', shape[1], head, next => choose({ layer, head: next })) : nothing}</span
  >`;
}

const numberChoice = (
  name: string,
  count: number,
  chosen: number,
  onChoose: (index: number) => void,
): TemplateResult =>
  html`<select
    aria-label=${`${name} of B`}
    .value=${String(chosen)}
    @change=${(event: Event) => {
      if (event.target instanceof HTMLSelectElement) {
        onChoose(Number(event.target.value));
      }
    }}
  >
    ${Array.from(
      { length: count },
      (_, index) =>
        html`<option value=${index} ?selected=${index === chosen}>${name} ${index + 1}</option>`,
    )}
  </select>`;

const sentenceField = (text: string, actions: Actions): TemplateResult =>
  html`<input
      type="text"
      class="sentence-field code"
      aria-label="The second sentence"
      placeholder="The second sentence"
      spellcheck="false"
      .value=${text}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) {
          actions.arrangeComparison({ text: event.target.value });
        }
      }}
    />
    <button
      class="text-button"
      title="Takes what is selected in the editor, or the sentence at the caret"
      @click=${actions.compareSelection}
    >
      Use selection
    </button>`;

/** Why there is nothing to compare with yet. */
function status({ saved, compared }: AttentionState): TemplateResult | typeof nothing {
  const { compare } = saved;
  const words = compared.error
    ? compared.error.code === 'input-empty'
      ? compared.error.message
      : causeOf(compared.error.code)
    : compared.isRunning
      ? 'Running …'
      : compare?.with === 'sentence' && (compare.text ?? '').trim() === ''
        ? 'Type the second sentence.'
        : '';
  return words === '' ? nothing : html`<span class="quiet status" role="status">${words}</span>`;
}
