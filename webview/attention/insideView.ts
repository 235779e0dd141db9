/** How the weight of one cell was made, in a view over the page: it follows the cell and the head that are chosen. */
import { html, nothing, type TemplateResult } from 'lit';
import type { HeadPosition } from '../../src/common/attention/attention';
import { percent } from '../../src/common/text/percent';
import { progress, working } from '../common/progress';
import type { PageView } from '../common/page';
import { memo } from '../common/store';
import { causeOf } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import { createMatrixFigures, createStepFigures } from '../insideHead/headFigures';
import { createSelector, type HeadRun, type Selection } from '../insideHead/headRun';
import { checkWords, notesOf, wordsOf } from '../insideHead/headWords';
import { stepTable } from '../insideHead/stepTable';
import { headsInWords, shownHeads } from '../matrix/heads';
import { nameOf, type Unit } from '../matrix/units';
import type { AttentionState } from './attentionState';
import type { Shown } from './text/shown';
import { allUnits } from './text/allUnits';
import type { ViewModel } from './viewModel';
import { type InsideCell, strongestHead } from './inside/cell';
import { weightOf } from '../../src/common/attention/attention';
import type { InsideLayers } from './insideLayers';

/** What a user can do in the view. */
interface InsideActions {
  /** Looks at another cell. */
  lookInside(cell: InsideCell): void;
  close(): void;
  chooseHeads(heads: readonly HeadPosition[], isAdding: boolean): void;
}

/** More rows of all vectors would be a carpet. */
const maxMatrixTokens = 128;
/** Of the view's own edges, in CSS pixels, as in the stylesheet. */
const padding = 32;
const maxDockWidth = 560;

/** The width of the view, in CSS pixels; it stands beside the picture where there is room, else before its foot. */
export const insideWidth = ({ layout, width }: Pick<PageView, 'layout' | 'width'>): number =>
  layout === 'wide' ? Math.min(maxDockWidth, width / 2) : width;

export type InsideTemplate = (
  viewModel: ViewModel,
  state: AttentionState,
  view: PageView,
) => TemplateResult | typeof nothing;

/** @param isOpposite whether it stands at the other edge of the page, for it would cover the cell. */
type View = (
  ...page: [...Parameters<InsideTemplate>, isOpposite: boolean]
) => ReturnType<InsideTemplate>;

/** @param layers are run when they are first looked at. */
export function createInsideView(layers: InsideLayers, actions: InsideActions): View {
  const select = createSelector();
  const unitsOf = memo((shown: Shown, kind: ViewModel['attention']['kind']) =>
    allUnits(shown, kind, false),
  );
  const runOf = memo(
    (
      inside: HeadRun['inside'],
      attention: HeadRun['attention'],
      queries: readonly Unit[],
      keys: readonly Unit[],
    ): HeadRun => ({ inside, attention, queries, keys }),
  );
  const body = createBody(actions);
  let last: Selection | undefined;

  return (viewModel, state, view, isOpposite) => {
    const { inside: cell } = state;
    if (!cell) {
      last = undefined;
      return nothing;
    }
    const { attention, shown } = viewModel;
    // Heads that are pointed at are seen in the picture; this view waits for a choice.
    const heads = shownHeads(viewModel.chosen, attention.shape);
    const [head] = heads;
    const { queries, keys } = unitsOf(shown, attention.kind);
    const [query, key] = [queries[cell.query], keys[cell.key]];
    if (!head || !query || !key) {
      return nothing;
    }
    const isOne = heads.length === 1;
    const tensors = isOne && layers.get(shown, { kind: attention.kind, layer: head.layer });
    const selection = tensors
      ? select(runOf(tensors, attention, queries, keys), { head: head.head, ...cell })
      : undefined;
    last = selection ?? (isOne ? last : undefined);
    const title = isOne ? headsInWords([head], attention.shape) : 'no single head';
    const { work, error } = layers.state;
    return html`<section
      class=${isOpposite ? 'inside opposite' : 'inside'}
      aria-labelledby="inside-title"
      tabindex="-1"
      aria-busy=${isOne && !selection}
    >
      ${progress(work)}
      <header class="inside-bar">
        <h2 id="inside-title">Inside ${title}</h2>
        ${work?.isSlow ? working(work, actions.close) : nothing}
        <button
          class="icon-button"
          title="Close (Escape)"
          aria-label="Close"
          @click=${actions.close}
        >
          ${icon('close')}
        </button>
      </header>
      <p class="inside-words" aria-live="polite">
        ${selection ? wordsOf(selection) : isOne ? `“${nameOf(query)}” and “${nameOf(key)}”` : nothing}
      </p>
      ${pooled(viewModel, cell, queries, keys, actions)}
      ${isOne ? nothing : aggregate(viewModel, heads, cell, query, key, actions)}
      ${
        isOne && error
          ? html`<div class="notice" role="alert">
              <p class="cause">${icon('error')}${causeOf(error.code)}</p>
              <p class="quiet detail">${error.message}</p>
              <vscode-button appearance="secondary" @click=${() => layers.retry()}
                >Try Again</vscode-button
              >
            </div>`
          : nothing
      }
      ${last ? html`<div class=${selection ? '' : 'dimmed'}>${body(last, cell, view)}</div>` : nothing}
    </section>`;
  };
}

/** The steps, their figures and what is said of them. */
function createBody(actions: InsideActions) {
  const [figures, matrices] = [createStepFigures(), createMatrixFigures()];
  return (selection: Selection, { query }: InsideCell, page: PageView) => {
    const { run } = selection;
    const { theme } = page;
    const room = insideWidth(page) - padding;
    const isSmall = Math.max(run.queries.length, run.keys.length) <= maxMatrixTokens;
    return html`${figures(selection, theme, room)}
      ${stepTable(selection, key => actions.lookInside({ query, key }))}
      ${notesOf(selection).map(note => html`<p class="quiet small note">${note}</p>`)}
      <p class="quiet small note">${checkWords(selection)}</p>
      ${
        isSmall
          ? html`<details>
              <summary>All queries, keys and values of this head</summary>
              ${matrices(selection, theme, room)}
            </details>`
          : nothing
      }`;
  };
}

/** Of a word of several tokens, that it is pooled, and which of its tokens are looked at. */
function pooled(
  { view }: ViewModel,
  cell: InsideCell,
  queries: readonly Unit[],
  keys: readonly Unit[],
  actions: InsideActions,
): TemplateResult | typeof nothing {
  const asking = view.queries.find(({ tokens }) => tokens.includes(cell.query));
  const answering = view.keys.find(({ tokens }) => tokens.includes(cell.key));
  const [queryTokens, keyTokens] = [asking?.tokens ?? [], answering?.tokens ?? []];
  if (queryTokens.length < 2 && keyTokens.length < 2) {
    return nothing;
  }
  return html`<div class="quiet small note">
    <p>
      A word of several tokens is pooled in the picture: it receives the sum of what they receive,
      and gives the mean of what they give. Inside the head there are only tokens; these two are
      shown.
    </p>
    ${tokenChoice('It asks', queryTokens, queries, cell.query, query => actions.lookInside({ ...cell, query }))}
    ${tokenChoice('It answers', keyTokens, keys, cell.key, key => actions.lookInside({ ...cell, key }))}
  </div>`;
}

const tokenChoice = (
  label: string,
  tokens: readonly number[],
  units: readonly Unit[],
  chosen: number,
  choose: (token: number) => void,
) =>
  tokens.length < 2
    ? nothing
    : html`<p role="group" aria-label=${label}>
        ${label}:
        ${tokens.map(token =>
          units.slice(token, token + 1).map(
            unit =>
              html`<button
                class="step-word code"
                aria-pressed=${token === chosen}
                @click=${() => choose(token)}
              >
                <bdi>${nameOf(unit)}</bdi>
              </button>`,
          ),
        )}
      </p>`;

/** An average has no inside; its strongest head has. */
function aggregate(
  { attention }: ViewModel,
  heads: readonly HeadPosition[],
  cell: InsideCell,
  query: Unit,
  key: Unit,
  actions: InsideActions,
): TemplateResult | typeof nothing {
  const strongest = strongestHead(attention, heads, cell);
  if (!strongest) {
    return nothing;
  }
  const words = headsInWords([strongest], attention.shape);
  return html`<div class="note">
    <p>
      The picture is an average of ${heads.length} heads, and an average has no inside. Of them,
      ${words}, gives most from “<bdi>${nameOf(query)}</bdi>” to “<bdi>${nameOf(key)}</bdi>”:
      ${percent(weightOf(attention, strongest, cell))}.
    </p>
    <vscode-button @click=${() => actions.chooseHeads([strongest], false)}
      >Look Inside ${words[0]?.toUpperCase()}${words.slice(1)}</vscode-button
    >
  </div>`;
}
