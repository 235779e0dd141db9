/** The text, the picture of its attention, its legend, and what pointer and keyboard do in it. */
import { html, nothing, type TemplateResult } from 'lit';
import { heatMap } from '../matrix/heatmap';
import { legend } from '../charts/legend';
import type { HeadLines } from '../matrix/headLines';
import { isCrowded, lineView } from '../matrix/lineView';
import { memo } from '../common/store';
import type { Picture } from '../matrix/matrixLayout';
import type { Theme } from '../common/theme';
import type { Scale } from '../../src/common/attention/attention';
import { tokenRow, type TokenRow } from '../elements/tokenRow';
import type { Actions } from './actions';
import type { AttentionState, Box, PointedAt, SavedState } from './attentionState';
import { headsInWords } from '../matrix/heads';
import { lineLegend } from './lineLegend';
import { lists } from './links';
import { type MatrixView, rowOf } from '../matrix/matrixView';
import type { ViewModel } from './viewModel';
import type { Unit } from '../matrix/units';
import { cellAfter } from './cellKeys';
import { createComparisonArea } from './comparisonArea';
import { words } from './labels';
import { percent } from '../../src/common/text/percent';

/** The least width of the lists beside the picture, with the gap before them, in CSS pixels. */
const listsWidth = 232 + 24;
/** The height of the lists under it, with the gap above them. */
const listsHeight = 20 + 8 + 6 * 24 + 16;
const linksUnder = 6;
const linksBeside = 10;
/** Above the heads the picture is no wider than it could be beside them: it must not shrink where the page grows. */
const maxFoldedWidth = 412;
/** A cell of the largest picture, in CSS pixels. */
const maxCell = 56;
/** The height of the legend under a picture with so much room, in CSS pixels: the less room, the more lines its words take. */
const legendHeight = (room: number) => (room < 460 ? 68 : room < 640 ? 54 : 40);

/** So that scale and words stand side by side, in CSS pixels. */
const minLegendWidth = 520;

export interface PictureArea {
  /** The text, the line of words, the picture, its legend. */
  template(viewModel: ViewModel, state: AttentionState, theme: Theme): TemplateResult;
  /** Lights what is pointed at in what the template has put on the page. */
  light(viewModel: ViewModel): void;
}

/** The place where the picture is; it makes pictures anew only when their data change. */
export function createPictureArea(actions: Actions): PictureArea {
  let current: (DrawnPicture & { readonly row: TokenRow }) | undefined;
  const events = pictureEvents(() => current, actions);
  const comparison = createComparisonArea(actions);

  const pictureOf = memo(drawPicture);
  const legendOf = memo(legend);
  const placesOf = memo(
    (text: readonly Unit[]) => new Map(text.map(({ id }, place) => [id, place])),
  );
  const rowOfTokens = memo(
    (units: readonly Unit[], names: readonly string[], theme: Theme, scale: Scale) =>
      tokenRow(
        units,
        { theme, scale, names, label: 'The text; what a token looks at is tinted' },
        {
          onPoint: index => {
            const unit = index === undefined ? undefined : units[index];
            actions.point(unit && pointAtUnit(current?.viewModel.view, unit));
          },
          onChoose: (index, isAdding) =>
            withUnit(queryOf(current?.viewModel, units[index]), unit =>
              actions.lock(unit, isAdding),
            ),
          onReveal: index => withUnit(units[index], actions.reveal),
          onDouble: index => withUnit(units[index], actions.ablation.askAbout),
        },
      ),
  );

  return {
    template(viewModel, state, theme) {
      const { saved, settings, box } = state;
      const { view } = viewModel;
      const { scale } = settings;
      const { width, height, areListsBeside } = placeOf(box);
      const picture = pictureOf(
        ...([view, saved.view, theme, scale, width, height] as const),
        ...([viewModel.heads, saved.minShare] as const),
      );
      const row = rowOfTokens(viewModel.text, viewModel.names, theme, scale);
      current = { viewModel, picture, row };
      if (viewModel.comparison) {
        return html`${row.element}
        ${comparison.template(viewModel.comparison, viewModel, state, theme)}`;
      }
      const heads = headsInWords(viewModel.choice, viewModel.attention.shape);
      return html`${row.element} ${words(viewModel)}
        <div class=${`picture-box${areListsBeside ? '' : ' over'}`}>
          <div class="figure">
            <div
              class="picture"
              role="application"
              aria-roledescription=${saved.view === 'matrix' ? 'heat map' : 'line picture'}
              aria-label=${`Attention, ${heads}: ${view.queries.length} tokens that look, ${view.keys.length} looked at. Arrow keys move.`}
              tabindex="0"
              @pointermove=${events.onMove}
              @pointerleave=${events.onLeave}
              @click=${events.onClick}
              @dblclick=${events.onDoubleClick}
              @keydown=${events.onKey}
              @focus=${events.onFocus}
              @blur=${events.onLeave}
            >
              ${picture.element}
            </div>
            <div class="legend" .style=${legendStyle(picture, width)}>
              ${saved.view === 'matrix' ? legendOf(view.largest, scale, theme) : lineLegend(viewModel, saved, theme, actions)}
              <span class="quiet">${note(viewModel, saved)}</span>
            </div>
          </div>
          ${
            viewModel.link
              ? lists(viewModel, viewModel.link, areListsBeside ? linksBeside : linksUnder, actions)
              : nothing
          }
        </div>`;
    },
    light(viewModel) {
      if (!current) {
        return;
      }
      const { view, lit, locked, text } = viewModel;
      current.picture.light({ queries: lit.queries, key: lit.key, locked });
      comparison.light(viewModel.comparison, locked, viewModel.isPointed);
      const inRow = placesOf(text);
      const inText = (unit: Unit | undefined) => (unit && inRow.get(unit.id)) ?? -1;
      const places = (rows: readonly number[]) => rows.map(row => inText(view.queries[row]));
      const pointed = [inText(view.keys[lit.key ?? -1]), ...places(lit.queries)].filter(
        place => place >= 0,
      );
      current.row.light({
        weights: lightWeights(viewModel, inText),
        ...{ pointed, locked: places(locked) },
        asked: viewModel.asked && inText(viewModel.asked),
      });
      if (viewModel.isPointedInPicture) {
        // The one that looks last: of a long text the row shows but a part.
        pointed.forEach(current.row.show);
      }
    },
  };
}

const drawPicture = (
  view: MatrixView,
  kind: 'matrix' | 'lines',
  theme: Theme,
  scale: Scale,
  width: number,
  height: number,
  heads: readonly HeadLines[],
  minShare: number | undefined,
): Picture =>
  kind === 'matrix'
    ? heatMap(view, { theme, scale, width, height, maxCell })
    : lineView(view, { theme, scale, width, height, heads, minShare });

/**
 * Where the picture stands: the lists are put where they leave it more room, beside it or under it. Its size never falls
 * where the page grows.
 */
function placeOf(box: Box | undefined): {
  readonly width: number;
  readonly height: number;
  readonly areListsBeside: boolean;
} {
  const room = box?.width ?? 0;
  if (box?.height === undefined) {
    const width = Math.min(room, maxFoldedWidth);
    return { width, height: 2 * width, areListsBeside: room - width >= listsWidth };
  }
  const heightOver = (width: number, lists: number) =>
    Math.max(0, (box.height ?? 0) - legendHeight(width) - lists);
  const besideLists = Math.max(0, room - listsWidth);
  const beside = { width: besideLists, height: heightOver(besideLists, 0), areListsBeside: true };
  const under = { width: room, height: heightOver(room, listsHeight), areListsBeside: false };
  const side = ({ width, height }: typeof beside | typeof under) => Math.min(width, height);
  return side(under) > side(beside) ? under : beside;
}

/** For each token of the row, what the lit tokens give it; with only a column lit, what it receives from each. */
function lightWeights(
  { view, lit }: ViewModel,
  placeOf: (unit: Unit | undefined) => number,
): ReadonlyMap<number, number> | undefined {
  if (lit.queries.length > 0) {
    const row = rowOf(view, lit.queries);
    return new Map(view.keys.map((unit, key) => [placeOf(unit), row[key] ?? 0]));
  }
  const { key } = lit;
  return key === undefined
    ? undefined
    : new Map(
        view.queries.map((unit, row) => [
          placeOf(unit),
          view.weights[row * view.keys.length + key] ?? 0,
        ]),
      );
}

/** The row of a token of the text, else its column. */
function pointAtUnit(view: MatrixView | undefined, unit: Unit): PointedAt {
  const isIt = ({ id }: Unit) => id === unit.id;
  const query = view?.queries.findIndex(isIt) ?? -1;
  const key = view?.keys.findIndex(isIt) ?? -1;
  return query >= 0
    ? { queries: [query], from: 'text' }
    : { queries: [], key: key >= 0 ? key : undefined, from: 'text' };
}

/** Under the picture's own left edge; where the picture is small, as wide as its words need and the list beside it leaves. */
const legendStyle = ({ width, inset }: Picture, room: number) =>
  `padding-left: ${inset}px; width: ${Math.max(width, Math.min(room, inset + minLegendWidth))}px`;

/** What the picture shows, in a few words. */
function note({ view }: ViewModel, { view: kind, rescale }: SavedState): string {
  if (kind === 'lines') {
    const tokens = Math.max(view.queries.length, view.keys.length);
    const isThinned = isCrowded(tokens) && view.offScale.columns.includes(true);
    return `Left looks at right.${isThinned ? ` Lines to ${greyNames(view)} are drawn only of a lit token.` : ''}`;
  }
  const isPartial = view.hiddenShare > 0 && !rescale;
  const masked = view.looksBack ? ' Hatched: it may not look ahead.' : '';
  const isGrey = view.offScale.columns.includes(true) || view.offScale.rows.includes(true);
  const grey = isGrey ? ` Grey: ${greyNames(view)}, off the scale.` : '';
  return `Each row is a token that looks; ${isPartial ? `its shown weights sum to ${percent(1 - view.hiddenShare)} on average.` : 'its weights sum to 100 %.'}${grey}${masked}`;
}

/** The names of what is off the scale, each once. */
function greyNames({ queries, keys, offScale }: MatrixView): string {
  const names = [
    ...keys.flatMap(({ label }, column) => (offScale.columns[column] ? label : [])),
    ...queries.flatMap(({ label }, row) => (offScale.rows[row] ? label : [])),
  ];
  return new Intl.ListFormat('en').format(new Set(names));
}

/** What is on the page now. */
interface DrawnPicture {
  readonly viewModel: ViewModel;
  readonly picture: Picture;
}

/** @param drawn what the template has put on the page last. */
function pictureEvents(drawn: () => DrawnPicture | undefined, actions: Actions) {
  const cellUnder = (event: PointerEvent | MouseEvent) => {
    const { picture } = drawn() ?? {};
    const box = picture?.element.getBoundingClientRect();
    return box && picture?.locate(event.clientX - box.left, event.clientY - box.top);
  };
  return {
    onMove: (event: PointerEvent) => {
      const cell = cellUnder(event);
      actions.point(
        cell && {
          queries: cell.query === undefined ? [] : [cell.query],
          key: cell.key,
          from: 'picture',
        },
      );
    },
    onLeave: () => actions.point(undefined),
    onClick: (event: MouseEvent) => {
      const cell = cellUnder(event);
      const view = drawn()?.viewModel.view;
      const query = cell?.query === undefined ? undefined : view?.queries[cell.query];
      const key = cell?.key === undefined ? undefined : view?.keys[cell.key];
      if (event.ctrlKey || event.metaKey || event.altKey) {
        withUnit(key ?? query, actions.reveal);
      } else {
        withUnit(query ?? queryOf(drawn()?.viewModel, key), unit =>
          actions.lock(unit, event.shiftKey, query && key),
        );
      }
    },
    onDoubleClick: (event: MouseEvent) => {
      const cell = cellUnder(event);
      if (cell?.query !== undefined && cell.key !== undefined) {
        actions.openInside(cell.query, cell.key);
      }
    },
    onKey: (event: KeyboardEvent) => {
      const now = drawn();
      if (now) {
        onPictureKey(event, now.viewModel, actions);
      }
    },
    onFocus: (event: FocusEvent) => {
      const link = drawn()?.viewModel.link;
      const isByKeyboard =
        event.target instanceof Element && event.target.matches(':focus-visible');
      if (link && isByKeyboard && !event.defaultPrevented) {
        actions.point({ queries: link.queries, key: link.key, from: 'keys' });
      }
    },
  };
}

/** The row of a token; a token of the other side has none. */
const queryOf = (viewModel: ViewModel | undefined, unit: Unit | undefined): Unit | undefined =>
  unit && viewModel?.view.queries.find(({ id }) => id === unit.id);

function withUnit(unit: Unit | undefined, use: (unit: Unit) => void): void {
  if (unit) {
    use(unit);
  }
}

/** Arrow keys move over the cells, Space keeps the row, Enter looks inside, and with a shift shows the token in the editor. */
function onPictureKey(event: KeyboardEvent, viewModel: ViewModel, actions: Actions): void {
  const { view, lit, link } = viewModel;
  const query = lit.queries[0] ?? link?.queries[0] ?? 0;
  const key = lit.key ?? link?.key ?? 0;
  const next = cellAfter(event.key, [query, key], [view.queries.length, view.keys.length]);
  if (next) {
    event.preventDefault();
    actions.point({ queries: [next[0]], key: next[1], from: 'keys' });
    return;
  }
  const queryUnit = view.queries[query];
  const keyUnit = view.keys[key];
  if (event.key === ' ' && queryUnit) {
    event.preventDefault();
    actions.lock(queryUnit, event.shiftKey, keyUnit);
  } else if (event.key === 'Enter' && keyUnit) {
    event.preventDefault();
    if (event.shiftKey || event.altKey) {
      actions.reveal(event.altKey && queryUnit ? queryUnit : keyUnit);
    } else {
      actions.openInside(query, key);
    }
  }
}
