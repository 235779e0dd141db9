/** The choice of what the picture shows in the place of weights, with its formula and what it can and cannot say. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Attention } from '../../../src/common/protocol/engine/types';
import { type HeadChoice, headsInWords, shownHeads } from '../../matrix/heads';
import { askedKind } from './otherWeights';
import { rolledOutTo } from './shownWeights';
import { kindsOf, weightDescriptions, type WeightKind } from './weightKinds';
import type { WeightsPicture, WeightsState } from './weightsState';

/** The choice, under the toggles. */
export function weightsChoice(
  viewModel: WeightsPicture,
  state: WeightsState,
  actions: { arrange(change: { readonly weightKind: WeightKind }): void },
): TemplateResult {
  const { shown, attention, shownKind } = viewModel;
  const { models, weights } = state;
  const { modelId } = shown.analysis;
  const kinds = kindsOf(
    models.find(({ id }) => id === modelId),
    attention,
  );
  const kind = askedKind(state, attention);
  const { formula, says } = weightDescriptions[kind];
  const isReading = kind !== shownKind;
  const ofShown = weights?.shown === shown ? weights : undefined;
  return html`<section class="weights-shown" aria-label="Weights shown">
    <label>
      Shown
      <select
        .value=${kind}
        @change=${({ target }: Event) => {
          const chosen =
            target instanceof HTMLSelectElement && kinds.find(one => one === target.value);
          if (chosen) {
            actions.arrange({ weightKind: chosen });
          }
        }}
      >
        ${kinds.map(
          value =>
            html`<option value=${value} ?selected=${value === kind}>
              ${weightDescriptions[value].title}
            </option>`,
        )}
      </select>
    </label>
    ${
      kind === 'raw'
        ? nothing
        : html`<p class="quiet">
            <span class="formula">${formula}</span> ${says}
            ${withoutProjection(kind, viewModel, ofShown)}
          </p>`
    }
    ${
      !isReading
        ? nothing
        : ofShown?.error
          ? html`<p role="status">Not read: ${ofShown.error.message} The weights are shown.</p>`
          : html`<p class="quiet" role="status">
              Reading${progressOf(ofShown)}… Until then the weights are shown.
            </p>`
    }
  </section>`;
}

const progressOf = (weights: WeightsState['weights']): string =>
  weights?.progress ? ` ${weights.progress.done} of ${weights.progress.all} runs` : '';

/** Said where the output projection cannot be had, so that lengths are those of the values themselves. */
function withoutProjection(
  kind: WeightKind,
  { attention, choice }: WeightsPicture,
  weights: WeightsState['weights'],
): string {
  if (kind !== 'values') {
    return '';
  }
  const layers = new Set(shownHeads(choice, attention.shape).map(({ layer }) => layer));
  const bare = [...layers].filter(layer => {
    const inside = weights?.inside.get(layer);
    return inside && !inside.projection;
  });
  const named = bare.map(layer => layer + 1);
  return bare.length === 0
    ? ''
    : bare.length === layers.size
      ? 'Here W cannot be had from this model’s graph, and ‖α v‖ is shown.'
      : `Of layer ${named.join(', ')} W cannot be had from this model’s graph: there it is ‖α v‖.`;
}

/** What the picture shows of which heads: "layer 2, head 4, by value". */
export function shownInWords(
  kind: WeightKind,
  choice: HeadChoice,
  shape: Attention['shape'],
): string {
  switch (kind) {
    case 'raw':
      return headsInWords(choice, shape);
    case 'values':
      return `${headsInWords(choice, shape)}, weighted by value`;
    case 'rollout':
      return `rollout to layer ${rolledOutTo(choice, shape) + 1}`;
    case 'masking':
      return 'change of the last states when a token is masked, as shares';
  }
}
