/** The three pictures of a comparison: A, B and their difference, side by side or one at a time. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Scale } from '../../src/common/attention/attention';
import { percent } from '../../src/common/text/percent';
import { legend } from '../charts/legend';
import { signedLegend } from '../charts/signedLegend';
import { shortName } from '../common/models';
import { memo } from '../common/store';
import { isHighContrast, type Theme } from '../common/theme';
import { segmented } from '../elements/choices';
import { heatMap } from '../matrix/heatmap';
import { headsInWords } from '../matrix/heads';
import type { Picture } from '../matrix/matrixLayout';
import type { MatrixView } from '../matrix/matrixView';
import { nameOf } from '../matrix/units';
import type { Actions } from './actions';
import type { AttentionState, Box } from './attentionState';
import { cellAfter } from './cellKeys';
import type { ViewModel } from './viewModel';
import { type Comparison, pointIn } from './comparison';
import { type Pane, panes } from './comparisonKinds';
import { comparisonWords, largestDifferences, signedPoints } from './comparisonWords';

/** Narrower than this, three pictures side by side show too little, in CSS pixels. */
const minPane = 220;
const gap = 16;
/** Of the title above a picture and the legend under it, in CSS pixels. */
const titleHeight = 24;
const legendHeight = 44;
/** Of the list of the largest differences under the pictures, with the gap above it. */
const listHeight = 176;
const listLength = 6;
/** Where the page scrolls, a picture is no wider than this. */
const maxFoldedWidth = 460;
const maxCell = 44;
/** In a matrix of more tokens nothing is lit that nobody points at. */
const maxLitUnasked = 40;

const paneTitles: Readonly<Record<Pane, string>> = { a: 'A', b: 'B', difference: 'A − B' };

export interface ComparisonArea {
  template(
    comparison: Comparison,
    viewModel: ViewModel,
    state: AttentionState,
    theme: Theme,
  ): TemplateResult;
  /** Lights in each picture what is pointed at in any. @param locked rows of A that the user has locked. @param isPointed whether the user points at anything. */
  light(comparison: Comparison | undefined, locked: readonly number[], isPointed: boolean): void;
}

/** The place where the pictures of a comparison are; each is made anew only when its data change. */
export function createComparisonArea(actions: Actions): ComparisonArea {
  const drawers = { a: memo(drawPane), b: memo(drawPane), difference: memo(drawPane) };
  const drawn = new Map<Pane, Picture>();
  const [legendOf, signedLegendOf] = [memo(legend), memo(signedLegend)];
  const differencesOf = memo((difference: Comparison['difference']) =>
    largestDifferences({ difference }, listLength),
  );

  return {
    template(comparison, viewModel, state, theme) {
      const { saved, settings, box, compared } = state;
      const { shown, width, height } = placesIn(box, saved.compare?.pane ?? 'difference');
      const { views } = comparison;
      drawn.clear();
      for (const pane of shown) {
        const picture = drawers[pane](pane, views[pane], theme, settings.scale, width, height);
        drawn.set(pane, picture);
      }
      const titles = titlesOf(comparison, viewModel, state);
      const onPane = (pane: Pane) => paneEvents(() => ({ comparison, drawn, pane }), actions);
      return html`${comparisonWords(comparison, viewModel)}
        <div class=${`picture-box compared${compared.isRunning ? ' dimmed' : ''}`}>
          ${shown.length > 1 ? nothing : tabs(shown[0] ?? 'difference', actions)}
          <div class="panes">
            ${shown.map(pane =>
              paneTemplate(pane, titles[pane], comparison, drawn.get(pane), onPane(pane)),
            )}
          </div>
          <div class="legend">
            ${shown.includes('a') || shown.includes('b') ? legendOf(views.a.largest, settings.scale, theme) : nothing}
            ${shown.includes('difference') ? signedLegendOf(views.difference.largest, theme) : nothing}
            <span class="quiet">${note(comparison, theme)}</span>
          </div>
          ${differenceList(comparison, differencesOf(comparison.difference), actions)}
        </div>`;
    },
    light(comparison, locked, isPointed) {
      if (comparison) {
        drawn.forEach((picture, pane) => {
          // Before anybody points, the lens of a large matrix would only be in the way.
          const isLit = isPointed || comparison.views[pane].keys.length <= maxLitUnasked;
          const lit = isLit ? comparison.lit[pane] : { queries: [] };
          picture.light({ ...lit, locked: pane === 'a' ? locked : [] });
        });
      }
    },
  };
}

const drawPane = (
  pane: Pane,
  view: MatrixView,
  theme: Theme,
  scale: Scale,
  width: number,
  height: number,
): Picture => heatMap(view, { theme, scale, width, height, maxCell, place: `compared ${pane}` });

/** Which pictures there is room for, and how much each has. */
function placesIn(
  box: Box | undefined,
  chosen: Pane,
): { readonly shown: readonly Pane[]; readonly width: number; readonly height: number } {
  const room = box?.width ?? 0;
  const third = Math.floor((room - gap * (panes.length - 1)) / panes.length);
  const isBeside = third >= minPane;
  const width = isBeside ? third : Math.min(room, maxFoldedWidth);
  const around = titleHeight * (isBeside ? 1 : 2) + legendHeight + listHeight;
  const height = box?.height === undefined ? 2 * width : Math.max(200, box.height - around);
  return { shown: isBeside ? panes : [chosen], width, height };
}

const tabs = (chosen: Pane, actions: Actions) =>
  segmented(
    'Which picture',
    panes.map(value => ({ value, title: paneTitles[value] })),
    chosen,
    pane => actions.arrangeComparison({ pane }),
  );

/** What each picture is of, in a few words. */
function titlesOf(
  { kind, other, attention, choice }: Comparison,
  viewModel: ViewModel,
  { models }: AttentionState,
): Readonly<Record<Pane, string>> {
  const heads = [
    headsInWords(viewModel.choice, viewModel.attention.shape),
    headsInWords(choice, attention.shape),
  ];
  const of = [viewModel.shown, other].map(({ analysis }, index) => {
    const model = models.find(({ id }) => id === analysis.modelId);
    return kind === 'sentence'
      ? `${['the text', 'the second sentence'][index] ?? ''}, ${heads[index] ?? ''}`
      : kind === 'model'
        ? `${model ? shortName(model) : analysis.modelId}, ${heads[index] ?? ''}`
        : (heads[index] ?? '');
  });
  return { a: of[0] ?? '', b: of[1] ?? '', difference: 'more in A, or more in B' };
}

function paneTemplate(
  pane: Pane,
  title: string,
  { views }: Comparison,
  picture: Picture | undefined,
  events: ReturnType<typeof paneEvents>,
): TemplateResult {
  const { queries, keys } = views[pane];
  return html`<section class="pane" aria-label=${`${paneTitles[pane]}: ${title}`}>
    <h2 title=${title}><strong>${paneTitles[pane]}</strong> <bdi class="quiet">${title}</bdi></h2>
    ${
      queries.length * keys.length === 0
        ? html`<p class="quiet">
            No token of A has a partner in B: there is no difference to show.
          </p>`
        : html`<div
            class="picture"
            role="application"
            aria-roledescription="heat map"
            aria-label=${`${paneTitles[pane]}, ${title}: ${queries.length} tokens that look, ${keys.length} looked at. Arrow keys move in all pictures.`}
            tabindex="0"
            @pointermove=${events.onMove}
            @pointerleave=${events.onLeave}
            @click=${events.onClick}
            @keydown=${events.onKey}
            @blur=${events.onLeave}
          >
            ${picture?.element}
          </div>`
    }
  </section>`;
}

interface DrawnPane {
  readonly comparison: Comparison;
  readonly drawn: ReadonlyMap<Pane, Picture>;
  readonly pane: Pane;
}

function paneEvents(now: () => DrawnPane, actions: Actions) {
  const point = (query: number | undefined, key: number | undefined) => {
    const { comparison, pane } = now();
    const { a, b } = pointIn(comparison, pane, {
      queries: query === undefined ? [] : [query],
      key,
    });
    actions.point({ ...a, other: b, from: 'picture' });
  };
  const cellUnder = (event: PointerEvent | MouseEvent) => {
    const { drawn, pane } = now();
    const picture = drawn.get(pane);
    const box = picture?.element.getBoundingClientRect();
    return box && picture?.locate(event.clientX - box.left, event.clientY - box.top);
  };
  const keep = (query: number | undefined, key: number | undefined, isAdding: boolean) => {
    const { comparison, pane } = now();
    const at = pointIn(comparison, pane, { queries: query === undefined ? [] : [query], key });
    const { queries, keys } = comparison.views.a;
    const unit = queries[at.a.queries[0] ?? -1];
    if (unit) {
      actions.lock(unit, isAdding, keys[at.a.key ?? -1]);
    }
  };
  return {
    onMove: (event: PointerEvent) => {
      const cell = cellUnder(event);
      if (cell) {
        point(cell.query, cell.key);
      } else {
        actions.point(undefined);
      }
    },
    onLeave: () => actions.point(undefined),
    onClick: (event: MouseEvent) => {
      const cell = cellUnder(event);
      keep(cell?.query, cell?.key, event.shiftKey);
    },
    onKey: (event: KeyboardEvent) => {
      const { comparison, pane } = now();
      const { queries, keys } = comparison.views[pane];
      const [query = 0] = comparison.lit[pane].queries;
      const key = comparison.lit[pane].key ?? 0;
      const next = cellAfter(event.key, [query, key], [queries.length, keys.length]);
      if (next) {
        event.preventDefault();
        point(...next);
      } else if (event.key === ' ') {
        event.preventDefault();
        keep(query, key, event.shiftKey);
      }
    },
  };
}

/** What grey and hatched mean, and what is exported. */
function note({ views, alone }: Comparison, theme: Theme): string {
  const { queries, keys, offScale, hatched } = views.difference;
  const grey = new Set([
    ...keys.flatMap((unit, column) => (offScale.columns[column] ? nameOf(unit) : [])),
    ...queries.flatMap((unit, row) => (offScale.rows[row] ? nameOf(unit) : [])),
  ]);
  const masked = hatched?.cells?.some(cell => cell !== 0);
  return [
    `Differences are in points: ${isHighContrast(theme) ? 'filled' : 'blue'} is more in A, ${isHighContrast(theme) ? 'hollow' : 'orange'} more in B.`,
    ...(grey.size > 0 ? [`Grey: ${new Intl.ListFormat('en').format(grey)}, off the scale.`] : []),
    ...(alone.a.length + alone.b.length > 0 || masked
      ? [`Hatched: ${masked ? 'one may not look there' : 'no partner'}.`]
      : []),
    'Exports are of A.',
  ].join(' ');
}

/** The cells that differ most, as a list that can be pointed at. */
function differenceList(
  comparison: Comparison,
  differences: ReturnType<typeof largestDifferences>,
  actions: Actions,
): TemplateResult {
  const { queries, keys } = comparison.difference.view;
  const name = (units: typeof queries, index: number) => units.slice(index, index + 1).map(nameOf);
  const point = (query: number, key: number) => {
    const { a, b } = pointIn(comparison, 'difference', { queries: [query], key });
    actions.point({ ...a, other: b, from: 'text' });
  };
  return html`<section class="differences" aria-label="Largest differences">
    <h2 class="quiet">Largest differences between words, in points</h2>
    ${
      differences.length === 0
        ? html`<p class="quiet">Both look the same way.</p>`
        : html`<table>
            <thead class="unseen">
              <tr>
                <th scope="col">Link</th>
                <th scope="col">In A</th>
                <th scope="col">In B</th>
                <th scope="col">Difference</th>
              </tr>
            </thead>
            <tbody @pointerleave=${() => actions.point(undefined)}>
              ${differences.map(
                ({ query, key, a, b }) =>
                  html`<tr @pointerenter=${() => point(query, key)}>
                    <th scope="row" class="code">
                      <bdi>${name(queries, query)}</bdi> → <bdi>${name(keys, key)}</bdi>
                    </th>
                    <td>${percent(a)}</td>
                    <td>${percent(b)}</td>
                    <td>${signedPoints(a - b)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
}
