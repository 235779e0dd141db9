/** The script of an exported page: the heads of one text, without an engine and without a host. */
import './exportedPage.css';
import '../../../elements/meters.css';
import { html, render } from 'lit';
import { parseJson } from '../../../../src/common/json';
import { legend } from '../../../charts/legend';
import { createStore, memo, onceATask } from '../../../common/store';
import { readTheme, type Theme } from '../../../common/theme';
import { tokenRow, type TokenRow } from '../../../elements/tokenRow';
import { addOrRemove, choose } from '../../../matrix/heads';
import { heatMap } from '../../../matrix/heatmap';
import type { Picture } from '../../../matrix/matrixLayout';
import { type MatrixView, type OffScale, offScaleOf, rowOf } from '../../../matrix/matrixView';
import { thumbnails } from '../../../matrix/thumbnails';
import type { Unit } from '../../../matrix/units';
import { type ExportedFacts, type ExportedKind, unpackWeights } from './facts';
import { createExportedView, type ExportedState, type ExportedView } from './state';
import { type ExportedActions, template } from './template';

/** Of a thumbnail and between two, in CSS pixels, as in the stylesheet. */
const [thumbnailSize, thumbnailGap] = [20, 2];
/** Of the list beside the picture with its gap, and of the grid with its titles and edges, in CSS pixels. */
const listWidth = 264;
const gridEdges = 92;
/** Below this width all is one column, as in the stylesheet. */
const narrowBelow = 720;
const maxPictureHeight = 640;

const facts = readFacts();
const dark = matchMedia('(prefers-color-scheme: dark)');
const store = createStore<ExportedState>(
  {
    ...{ kind: facts.first.kind, heads: facts.first.heads },
    ...{ preview: undefined, pointed: undefined, locked: undefined },
  },
  onceATask(() => void paint()),
);

const actions: ExportedActions = {
  preview: preview => store.update({ preview }),
  choose: (heads, isAdding) =>
    store.update({
      preview: undefined,
      heads:
        (isAdding ? addOrRemove(store.state.heads, heads) : choose(store.state.heads, heads)) ?? [],
    }),
  chooseKind: kind => {
    drawn = undefined;
    store.update({ kind, heads: [], preview: undefined, pointed: undefined, locked: undefined });
  },
};

const weightsOf = memo((kind: number) => unpackWeights(facts.kinds[kind]?.weights ?? ''));
const viewOf = createExportedView();
const themeOf = memo((isDark: boolean) => {
  document.body.dataset['vscodeThemeKind'] = isDark ? 'vscode-dark' : 'vscode-light';
  document.body.classList.toggle('vscode-dark', isDark);
  document.body.classList.toggle('vscode-light', !isDark);
  return readTheme();
});
const pictureOf = memo((view: MatrixView, theme: Theme, width: number) =>
  heatMap(view, { theme, scale: facts.scale, width, height: maxPictureHeight }),
);
const legendOf = memo(legend);
const offScaleFrom = memo((kind: ExportedKind) => offScaleOf(kind));
const thumbnailsOf = memo(
  (attention: ExportedView['attention'], offScale: OffScale, theme: Theme) =>
    thumbnails(attention, {
      ...{ theme, scale: facts.scale, offScale, size: thumbnailSize, gap: thumbnailGap },
    }).element,
);
const textOf = memo((queries: readonly Unit[], keys: readonly Unit[]) => {
  const ids = new Set(keys.map(({ id }) => id));
  return [...keys, ...queries.filter(({ id }) => !ids.has(id))];
});
const rowOfTokens = memo((units: readonly Unit[], theme: Theme) =>
  tokenRow(
    units,
    {
      theme,
      scale: facts.scale,
      names: facts.names,
      label: 'The text; what a token looks at is tinted',
    },
    {
      onPoint: index =>
        store.update({ pointed: index === undefined ? undefined : placeOf(units[index]) }),
      onChoose: index => keep(placeOf(units[index])?.queries[0]),
      onReveal: () => undefined,
    },
  ),
);

/** What is on the page. */
let drawn:
  { readonly view: ExportedView; readonly picture: Picture; readonly row: TokenRow } | undefined;

/** The row of a token of the text, else its column. */
function placeOf(unit: Unit | undefined): ExportedState['pointed'] {
  const find = (units: readonly Unit[] = []) => units.findIndex(({ id }) => id === unit?.id);
  const query = find(drawn?.view.view.queries);
  const key = find(drawn?.view.view.keys);
  return query >= 0 ? { queries: [query] } : key >= 0 ? { queries: [], key } : undefined;
}

/** Keeps a row lit; a second time lets it go. */
const keep = (row: number | undefined) =>
  store.update({ locked: row === store.state.locked ? undefined : row });

async function paint(): Promise<void> {
  const { state } = store;
  const kind = facts.kinds[state.kind];
  const root = document.getElementById('page');
  const weights = await weightsOf(state.kind);
  if (!kind || !root || state !== store.state) {
    return; // A newer one paints.
  }
  const theme = themeOf(!facts.isForPaper && dark.matches);
  const view = viewOf(kind, weights, state);
  const grid = kind.shape[1] * (thumbnailSize + thumbnailGap) + gridEdges;
  const { clientWidth } = document.documentElement;
  const isNarrow = clientWidth < narrowBelow;
  const room = isNarrow ? clientWidth - 32 : Math.max(240, clientWidth - grid - listWidth);
  const picture = pictureOf(view.view, theme, room);
  const row = rowOfTokens(textOf(view.view.queries, view.view.keys), theme);
  drawn = { view, picture, row };
  const parts = {
    ...{ thumbnails: thumbnailsOf(view.attention, offScaleFrom(kind), theme), tokens: row.element },
    picture: pictureTemplate(view, picture, theme),
  };
  render(template(facts, state, view, parts, actions), root);
  light(view, picture, row, state.locked);
}

const pictureTemplate = ({ view }: ExportedView, picture: Picture, theme: Theme) =>
  html`<div class="figure">
    <div
      class="picture"
      role="application"
      aria-roledescription="heat map"
      aria-label=${`${view.queries.length} tokens that look, ${view.keys.length} looked at. Arrow keys move.`}
      tabindex="0"
      @pointermove=${(event: PointerEvent) => store.update({ pointed: cellUnder(event, picture) })}
      @pointerleave=${() => store.update({ pointed: undefined })}
      @click=${(event: MouseEvent) => keep(cellUnder(event, picture)?.queries[0])}
      @keydown=${moveByKey}
      @blur=${() => store.update({ pointed: undefined })}
    >
      ${picture.element}
    </div>
    <div class="legend">${legendOf(view.largest, facts.scale, theme)}</div>
  </div>`;

function cellUnder(event: MouseEvent, picture: Picture): ExportedState['pointed'] {
  const { left, top } = picture.element.getBoundingClientRect();
  const cell = picture.locate(event.clientX - left, event.clientY - top);
  return cell && { queries: cell.query === undefined ? [] : [cell.query], key: cell.key };
}

function moveByKey(event: KeyboardEvent): void {
  const steps: Partial<Record<string, readonly [query: number, key: number]>> = {
    ...{ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] },
  };
  const step = steps[event.key];
  if (!step || !drawn) {
    return;
  }
  event.preventDefault();
  const { view, lit, link } = drawn.view;
  const within = (index: number, count: number) => Math.max(0, Math.min(count - 1, index));
  const query = (lit.queries[0] ?? link?.queries[0] ?? 0) + step[0];
  const key = (lit.key ?? link?.key ?? 0) + step[1];
  store.update({
    pointed: {
      queries: [within(query, view.queries.length)],
      key: within(key, view.keys.length),
    },
  });
}

/** Lights what is pointed at in the picture and in the text. */
function light(
  { view, lit }: ExportedView,
  picture: Picture,
  row: TokenRow,
  locked: number | undefined,
) {
  picture.light({ ...lit, locked: locked === undefined ? [] : [locked] });
  const text = textOf(view.queries, view.keys);
  const place = (unit: Unit | undefined) => text.findIndex(({ id }) => id === unit?.id);
  const weights =
    lit.queries.length > 0
      ? new Map(
          Array.from(rowOf(view, lit.queries), (weight, key) => [place(view.keys[key]), weight]),
        )
      : undefined;
  row.light({
    weights,
    pointed: [
      ...lit.queries.map(query => place(view.queries[query])),
      place(view.keys[lit.key ?? -1]),
    ],
    locked: locked === undefined ? [] : [place(view.queries[locked])],
  });
}

function readFacts(): ExportedFacts {
  const text = document.getElementById('facts')?.textContent ?? '';
  // Written with this script, in one file.
  return parseJson(new TextEncoder().encode(text), {
    code: 'input-invalid',
    noun: 'The page',
    advice: 'Export it again.',
  }) as ExportedFacts;
}

dark.addEventListener('change', () => void paint());
new ResizeObserver(() => void paint()).observe(document.documentElement);
void paint();
