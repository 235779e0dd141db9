/** What each layer would say. */
import { html, nothing, type TemplateResult } from 'lit';
import type { LensLayer, Prediction } from '../../src/common/protocol/engine/predict';
import type { Actions } from './actions';
import { drawn } from './bars';
import { spelled, type Spellings } from './tokenLabels';
import { percent } from '../../src/common/text/percent';
import { count, ordinal, thousands } from '../common/numbers';

/** What each layer would say, as far as it is drawn. */
export interface LensView {
  readonly layers: readonly LensLayer[];
  /** Id of the token that is followed. */
  readonly watched: number;
  /** Ids that can be followed: the most probable tokens, and the one that is. */
  readonly choices: readonly number[];
  readonly vocabSize: number;
}

/** The first layer from which on a token is the most probable, counted from 0, the embedding; undefined where the last says otherwise. */
export function decidedAt(layers: readonly LensLayer[], id: number): number | undefined {
  const lastOther = layers.findLastIndex(({ candidates }) => candidates[0]?.id !== id);
  return lastOther === layers.length - 1 ? undefined : lastOther + 1;
}

/** Layer 0 is what goes into the first layer. */
export const layerName = (layer: number): string => (layer === 0 ? 'embedding' : `layer ${layer}`);

/** "·mat is the most probable from layer 24 of 30 on." */
export function lensInWords({ layers, watched, vocabSize }: LensView, label: string): string {
  const depth = layers.length - 1;
  const decided = decidedAt(layers, watched);
  if (decided !== undefined) {
    return decided === 0
      ? `${label} is the most probable from the embedding on.`
      : `${label} is the most probable from layer ${decided} of ${depth} on.`;
  }
  const last = layers.at(-1)?.trackedRank;
  return last
    ? `${label} ends as the ${ordinal(last.rank)} of ${count(vocabSize, 'token')}.`
    : `${label} is not followed.`;
}

/** What each layer would say if it were the last, and how the followed token ranks; a token is a button that follows it. */
export function lens(
  view: LensView,
  chart: Element | undefined,
  spellings: Spellings,
  actions: Actions,
): TemplateResult {
  const { layers, watched, choices } = view;
  const label = spelled(spellings, watched).label;
  return html`<div class="lens">
    <p class="lens-words">
      <label
        >Follow
        <select
          class="code"
          aria-label="Token to follow through the layers"
          @change=${(event: Event) => {
            if (event.target instanceof HTMLSelectElement) {
              actions.watch(Number(event.target.value));
            }
          }}
        >
          ${choices.map(
            id =>
              html`<option value=${id} ?selected=${id === watched}>
                ${spelled(spellings, id).label}
              </option>`,
          )}
        </select></label
      >
      <span>${lensInWords(view, label)}</span>
    </p>
    ${chart ?? nothing}
    <table class="layers">
      <thead>
        <tr>
          <th scope="col">Layer</th>
          <th scope="col">Would say</th>
          <th scope="col" class="number" title="Of what the layer would say">Its probability</th>
          <th scope="col" class="number" title=${`Place of ${label} among all tokens`}>
            Rank of <bdi class="code">${label}</bdi>
          </th>
        </tr>
      </thead>
      <tbody>
        ${layers.map((layer, index) => row(layer, index, watched, spellings, actions))}
      </tbody>
    </table>
    <p class="quiet small">
      Each layer's state is read as if it were the last: through the final norm and the head (<a
        href=${paper}
        @click=${(event: Event) => {
          event.preventDefault();
          actions.openLink(paper);
        }}
        >nostalgebraist 2020</a
      >). Early layers were not trained for that.
    </p>
  </div>`;
}

const paper = 'https://www.lesswrong.com/posts/AcKRB8wDpdaN6v6ru/interpreting-gpt-the-logit-lens';

function row(
  { candidates: [best], trackedRank: standing }: LensLayer,
  layer: number,
  watched: number,
  spellings: Spellings,
  actions: Actions,
): TemplateResult {
  return html`<tr class=${best?.id === watched ? 'is-watched' : ''}>
    <th scope="row" class="quiet">${layer === 0 ? 'emb' : layer}</th>
    <td>
      ${
        best
          ? html`<button
              class="token code"
              aria-pressed=${best.id === watched}
              title="Follow this token"
              @click=${() => actions.watch(best.id)}
            >
              ${drawn(spelled(spellings, best.id))}
            </button>`
          : nothing
      }
    </td>
    <td class="number">${best ? percent(best.probability) : ''}</td>
    <td class="number quiet">${standing ? thousands(standing.rank) : ''}</td>
  </tr>`;
}

/** What of a prediction is drawn; undefined where it was not asked for, or the model's graph cannot tell. */
export function lensView(
  { lens: layers, candidates, logits: { shape } }: Prediction,
  watched: number | undefined,
  mostProbable: readonly number[],
): LensView | undefined {
  const first = watched ?? candidates[0]?.id ?? mostProbable[0];
  if (!layers || first === undefined) {
    return undefined;
  }
  const choices = [...new Set([first, ...mostProbable])];
  return { layers, watched: first, choices, vocabSize: shape[1] };
}
