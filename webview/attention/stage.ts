import { html, nothing, type TemplateResult } from 'lit';
import { heatMap } from '../matrix/heatmap';
import { legend } from '../charts/legend';
import { lineView } from '../matrix/lineView';
import { memo } from '../common/memo';
import { percent } from '../common/numbers';
import type { Picture } from '../matrix/picture';
import type { Theme } from '../common/theme';
import type { Scale } from '../charts/colorScale';
import { tokenRow, type TokenRow } from '../elements/tokenRow';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import { headsInWords } from '../matrix/heads';
import { linkList } from './linkList';
import { rowOf, type MatrixView } from '../matrix/matrixView';
import type { SavedState } from './savedState';
import type { Scene } from './scene';
import { onPictureKey } from './pictureKeys';
import type { Unit } from '../matrix/units';
import { words } from './words';

/** Beside the picture, in CSS pixels. */
const roomForLinks = 208;
/** Under the picture, for the legend, in CSS pixels. */
export const legendHeight = 40;

/** Scale and words side by side, in CSS pixels. */
const leastLegend = 400;

export interface Stage {
  /** The text, the line of words, the picture, its legend. */
  template(scene: Scene, state: AttentionState, theme: Theme): TemplateResult;
  /** Lights what is pointed at in what the template has put on the page. */
  light(scene: Scene): void;
}

/** The place where the picture is; it makes pictures anew only when their data change. */
export function createStage(actions: Actions): Stage {
  let current:
    { readonly scene: Scene; readonly picture: Picture; readonly row: TokenRow } | undefined;

  const pictureOf = memo(
    (
      view: MatrixView,
      kind: 'matrix' | 'lines',
      theme: Theme,
      scale: Scale,
      width: number,
      height: number,
    ) => (kind === 'matrix' ? heatMap : lineView)(view, { theme, scale, width, height }),
  );
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
            actions.point(unit && pointAtUnit(unit));
          },
          onChoose: (index, isAdding) =>
            withUnit(queryOf(units[index]), unit => actions.lock(unit, isAdding)),
          onReveal: index => withUnit(units[index], actions.reveal),
        },
      ),
  );

  function pointAtUnit(unit: Unit) {
    const view = current?.scene.view;
    const isIt = ({ id }: Unit) => id === unit.id;
    const query = view?.queries.findIndex(isIt) ?? -1;
    const key = view?.keys.findIndex(isIt) ?? -1;
    return query >= 0
      ? { queries: [query], from: 'text' as const }
      : { queries: [], key: key >= 0 ? key : undefined, from: 'text' as const };
  }

  /** The row of a token; a token of the other side has none. */
  const queryOf = (unit: Unit | undefined) =>
    unit && current?.scene.view.queries.find(({ id }) => id === unit.id);

  function cellUnder(event: PointerEvent | MouseEvent) {
    if (!current) {
      return undefined;
    }
    const box = current.picture.element.getBoundingClientRect();
    return current.picture.locate(event.clientX - box.left, event.clientY - box.top);
  }

  const onMove = (event: PointerEvent) => {
    const cell = cellUnder(event);
    actions.point(
      cell && {
        queries: cell.query === undefined ? [] : [cell.query],
        key: cell.key,
        from: 'picture',
      },
    );
  };
  const onClick = (event: MouseEvent) => {
    const cell = cellUnder(event);
    const view = current?.scene.view;
    const query = cell?.query === undefined ? undefined : view?.queries[cell.query];
    const key = cell?.key === undefined ? undefined : view?.keys[cell.key];
    if (event.ctrlKey || event.metaKey || event.altKey) {
      withUnit(key ?? query, actions.reveal);
    } else {
      withUnit(query ?? queryOf(key), unit => actions.lock(unit, event.shiftKey));
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (current) {
      onPictureKey(event, current.scene, actions);
    }
  };
  const onFocus = (event: FocusEvent) => {
    const link = current?.scene.link;
    const isByKeyboard = event.target instanceof Element && event.target.matches(':focus-visible');
    if (link && isByKeyboard && !event.defaultPrevented) {
      actions.point({ queries: link.queries, key: link.key, from: 'picture' });
    }
  };

  return {
    template(scene, state, theme) {
      const { saved, settings, box } = state;
      const { view } = scene;
      const { scale } = settings;
      const height = Math.max(0, (box?.height ?? 0) - legendHeight);
      const picture = pictureOf(view, saved.view, theme, scale, box?.width ?? 0, height);
      const row = rowOfTokens(scene.text, scene.names, theme, scale);
      current = { scene, picture, row };
      const heads = headsInWords(scene.choice, scene.attention.shape);
      return html`${row.element} ${words(scene)}
        <div class="picture-box">
          <div class="figure">
            <div
              class="picture"
              role="application"
              aria-roledescription=${saved.view === 'matrix' ? 'heat map' : 'line picture'}
              aria-label=${`Attention, ${heads}: ${view.queries.length} tokens that look, ${view.keys.length} looked at. Arrow keys move.`}
              tabindex="0"
              @pointermove=${onMove}
              @pointerleave=${() => actions.point(undefined)}
              @click=${onClick}
              @keydown=${onKey}
              @focus=${onFocus}
              @blur=${() => actions.point(undefined)}
            >
              ${picture.element}
            </div>
            <div class="legend" .style=${legendStyle(picture, box?.width ?? 0)}>
              ${saved.view === 'matrix' ? legendOf(view.largest, scale, theme) : nothing}
              <span class="quiet">${note(scene, saved)}</span>
            </div>
          </div>
          ${
            box && scene.link && box.width - picture.width >= roomForLinks
              ? linkList(view, scene.link)
              : nothing
          }
        </div>`;
    },
    light(scene) {
      if (!current) {
        return;
      }
      const { view, lit, locked, text } = scene;
      current.picture.light({ queries: lit.queries, key: lit.key, locked });
      const inRow = placesOf(text);
      const placeOf = (unit: Unit | undefined) => (unit && inRow.get(unit.id)) ?? -1;
      const places = (rows: readonly number[]) => rows.map(row => placeOf(view.queries[row]));
      const pointed = [...places(lit.queries), placeOf(view.keys[lit.key ?? -1])];
      current.row.light({
        weights: lightWeights(scene, placeOf),
        pointed: pointed.filter(place => place >= 0),
        locked: places(locked),
      });
    },
  };
}

/** For each token of the row, what the lit tokens give it; with only a column lit, what it receives from each. */
function lightWeights(
  { view, lit }: Scene,
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

function withUnit(unit: Unit | undefined, use: (unit: Unit) => void): void {
  if (unit) {
    use(unit);
  }
}

/** Under the picture's own left edge; where the picture is small, as wide as its words need. */
const legendStyle = ({ width, inset }: Picture, room: number) =>
  `padding-left: ${inset}px; width: ${Math.max(width, Math.min(room, inset + leastLegend))}px`;

/** What the picture shows, in a few words. */
function note({ view }: Scene, { view: kind, rescale }: SavedState): string {
  if (kind === 'lines') {
    return 'Left looks at right. Weights under 2 % are not drawn.';
  }
  const isPartial = view.hiddenShare > 0 && !rescale;
  const masked = view.looksBack ? ' Hatched: it may not look ahead.' : '';
  return `Each row is a token that looks; ${isPartial ? `its shown weights sum to ${percent(1 - view.hiddenShare)} on average.` : 'its weights sum to 100 %.'}${masked}`;
}
