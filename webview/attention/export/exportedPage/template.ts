/** The exported page as a template: heads, tokens, picture, and what the lit token looks at. */
import { html, nothing, type TemplateResult } from 'lit';
import { allHeads, type HeadPosition } from '../../../../src/common/attention/attention';
import { percent } from '../../../../src/common/text/percent';
import { ordinal, thousands } from '../../../common/numbers';
import { segmented } from '../../../elements/choices';
import { headsInWords, isSameHead } from '../../../matrix/heads';
import { strongest } from '../../../matrix/link';
import { keysSeen } from '../../../matrix/matrixView';
import { nameOf, type Unit } from '../../../matrix/units';
import type { ExportedFacts } from './facts';
import type { ExportedState, ExportedView } from './state';

export interface ExportedActions {
  preview(heads: readonly HeadPosition[] | undefined): void;
  /** @param isAdding with shift. */
  choose(heads: readonly HeadPosition[], isAdding: boolean): void;
  chooseKind(kind: number): void;
}

/** What the templates put on the page as it is. */
export interface ExportedParts {
  readonly thumbnails: HTMLElement;
  readonly tokens: HTMLElement;
  readonly picture: TemplateResult;
}

const kindTitles = { encoder: 'Encoder', decoder: 'Decoder', cross: 'Cross' } as const;

/** Of the list, in rows. */
const maxLinks = 16;

export function template(
  facts: ExportedFacts,
  state: ExportedState,
  view: ExportedView,
  parts: ExportedParts,
  actions: ExportedActions,
): TemplateResult {
  const { kinds, lines } = facts;
  return html`<header>
      <h1>Attention</h1>
      <p class="quiet">${lines.map(line => html`<bdi class="fact">${line}</bdi>`)}</p>
    </header>
    <main>
      <section class="heads" aria-label="Heads">
        ${
          kinds.length > 1
            ? segmented(
                'Who looks at whom',
                kinds.map(({ kind }, index) => ({ value: String(index), title: kindTitles[kind] })),
                String(state.kind),
                index => actions.chooseKind(Number(index)),
              )
            : nothing
        }
        ${headGrid(state, view, parts, actions)}
      </section>
      <section class="shown" aria-label="Picture">
        ${parts.tokens} ${words(view)}
        <div class="beside">${parts.picture} ${links(view)}</div>
      </section>
    </main>
    <footer class="quiet">
      <p>
        Layers and heads are counted from 1. Point at a head to see it, click to keep it, and with
        shift to average several. Point at a token or a cell to see what it looks at. Weights are
        rounded to five digits.
      </p>
      <p>
        A large weight says where a head took its values from, not why the model decided as it did.
      </p>
    </footer>`;
}

/** Rows are layers, columns heads; each is a button over its small picture. */
function headGrid(
  { heads: chosen }: ExportedState,
  { attention: { shape } }: ExportedView,
  { thumbnails }: ExportedParts,
  actions: ExportedActions,
): TemplateResult {
  const [layers, heads] = shape;
  const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
  const isChosen = (one: HeadPosition) => chosen.some(other => isSameHead(one, other));
  const button = (layer: number, head: number) => {
    const position = { layer, head };
    return html`<button
      class="thumbnail"
      aria-pressed=${isChosen(position)}
      aria-label=${`Layer ${layer + 1}, head ${head + 1}`}
      title=${`Layer ${layer + 1}, head ${head + 1}`}
      @pointerenter=${() => actions.preview([position])}
      @focus=${() => actions.preview([position])}
      @blur=${() => actions.preview(undefined)}
      @click=${(event: MouseEvent) => actions.choose([position], event.shiftKey)}
    ></button>`;
  };
  return html`<button
      class="text-button"
      aria-pressed=${chosen.length === 0}
      @pointerenter=${() => actions.preview(allHeads(shape))}
      @pointerleave=${() => actions.preview(undefined)}
      @click=${() => actions.choose([], false)}
    >
      Average of all
    </button>
    <div class="grid" @pointerleave=${() => actions.preview(undefined)}>
      <div class="numbers-of-heads" aria-hidden="true">
        ${indexes(heads).map(head => html`<span>${head + 1}</span>`)}
      </div>
      <div class="numbers-of-layers" aria-hidden="true">
        ${indexes(layers).map(layer => html`<span>${layer + 1}</span>`)}
      </div>
      <div class="all-thumbnails">
        ${thumbnails}
        <div class="buttons">
          ${indexes(layers).map(layer => indexes(heads).map(head => button(layer, head)))}
        </div>
      </div>
    </div>`;
}

const name = (units: readonly Unit[], index: number) => units.slice(index, index + 1).map(nameOf);

const namesOf = (units: readonly Unit[], rows: readonly number[]) =>
  rows.map(row => name(units, row)).join(', ');

/** "64.9 % it → cat, 1st of 13: layer 2, head 4". */
function words({ view, link, choice, attention }: ExportedView): TemplateResult {
  return html`<p class="words" aria-live="polite">
    ${
      link
        ? html`<strong>${link.isMasked ? 'may not look ahead' : percent(link.weight)}</strong>
            <span class="code"
              ><bdi>${namesOf(view.queries, link.queries)}</bdi> →
              <bdi>${name(view.keys, link.key)}</bdi></span
            >
            <span class="quiet"
              >${link.isMasked ? nothing : `${ordinal(link.rank)} of ${thousands(link.of)}`}</span
            >`
        : nothing
    }
    <span class="quiet">${headsInWords(choice, attention.shape)}</span>
  </p>`;
}

/** What the lit token looks at, sorted, with bars. */
function links({ view, link }: ExportedView): TemplateResult | typeof nothing {
  if (!link) {
    return nothing;
  }
  const all = strongest(view, link.queries, keysSeen(view, ...link.queries));
  const others = all.slice(maxLinks);
  return html`<section class="links" aria-label="Strongest">
    <h2>
      <bdi class="code">${namesOf(view.queries, link.queries)}</bdi>
      <span class="quiet">looks at</span>
    </h2>
    <ol>
      ${all.slice(0, maxLinks).map(
        ({ key, weight }) =>
          html`<li class=${key === link.key ? 'current' : ''}>
            <bdi class="code">${name(view.keys, key)}</bdi>
            <meter min="0" .max=${all[0]?.weight || 1} .value=${weight} aria-hidden="true"></meter>
            <span class="share">${percent(weight)}</span>
          </li>`,
      )}
    </ol>
    ${
      others.length > 0
        ? html`<p class="quiet">
            ${thousands(others.length)} more, together
            ${percent(others.reduce((sum, { weight }) => sum + weight, 0))}
          </p>`
        : nothing
    }
  </section>`;
}
