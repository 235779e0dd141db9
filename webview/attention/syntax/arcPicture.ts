/** The arcs of a parse over the words of the text, as a picture that pointer and keyboard can walk. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { percent } from '../../../src/common/text/percent';
import { memo } from '../../common/store';
import type { Theme } from '../../common/theme';
import { focusableIn, moveFocus } from '../../elements/focusKeys';
import type { MatrixView } from '../../matrix/matrixView';
import type { Unit } from '../../matrix/units';
import { type Layout, layoutOf } from './layout';
import type { Arc, Parse } from './parse';
import { meaningOf } from './relations';
import type { PointedArc, SyntaxActions, SyntaxPicture } from './syntaxState';
import type { SyntaxView } from './syntaxView';

const wordSize = 13;
const labelSize = 11;

/** How wide texts are in the fonts of the picture. */
const widthsIn = memo(({ codeFont, uiFont }: Theme) => {
  const context = document.createElement('canvas').getContext('2d');
  const measure = (font: string) => (text: string) => {
    if (!context) {
      return text.length * 8;
    }
    context.font = font;
    return context.measureText(text).width;
  };
  return {
    word: measure(`${wordSize}px ${codeFont}`),
    label: measure(`${labelSize}px ${uiFont}`),
  };
});

const layoutIn = memo((parse: Parse, arcs: readonly Arc[], theme: Theme): Layout =>
  layoutOf(parse, arcs, widthsIn(theme)),
);

/**
 * Draws the arcs. Pointing at one lights its two words everywhere on the page; a click keeps the dependent's row. One
 * stop of the Tab key: the arrow keys go from arc to arc, each of which says what it is.
 */
export function arcPicture(
  view: SyntaxView,
  viewModel: SyntaxPicture,
  actions: Pick<SyntaxActions, 'point' | 'lock'>,
  theme: Theme,
): TemplateResult {
  const { parse, arcs } = view;
  const { width, height, baseline, words, arcs: placed } = layoutIn(parse, arcs, theme);
  const point = (arc: Arc | undefined) => actions.point(arc && linkOf(arc, parse, viewModel.view));
  const lit = litWords(viewModel, parse);
  const keep = ({ dependent }: Arc, isAdding: boolean) => {
    const row = rowsOf(viewModel.view.queries, parse, dependent)[0];
    const unit = viewModel.view.queries[row ?? -1];
    if (unit) {
      actions.lock(unit, isAdding);
    }
  };
  return html`<div
    class="arcs"
    role="toolbar"
    aria-label="Dependencies, each from a word to its head"
    @keydown=${(event: KeyboardEvent) => moveFocus(event, focusableIn(event, '.arc'), 'across')}
  >
    <svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`}>
      ${words.map(
        ({ text, x, isRoot }, place) =>
          svg`<text class=${`word${isRoot ? ' root' : ''}${lit.has(place) ? ' lit' : ''}`}
            x=${x} y=${baseline} text-anchor="middle" aria-hidden="true">${text}</text>`,
      )}
      ${placed.map(({ arc, path, point: triangle, label }, index) => {
        const isLit = lit.has(arc.dependent) && lit.has(arc.head);
        return svg`<g class=${`arc${isLit ? ' lit' : ''}`} role="button"
          tabindex=${index === 0 ? 0 : -1} aria-label=${sentenceOf(arc, parse)}
          @pointerenter=${() => point(arc)} @pointerleave=${() => point(undefined)}
          @focus=${() => point(arc)} @blur=${() => point(undefined)}
          @click=${(event: MouseEvent) => keep(arc, event.shiftKey)}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === 'Enter' || event.key === ' ') {
              event.preventDefault();
              keep(arc, event.shiftKey);
            }
          }}>
          <title>${sentenceOf(arc, parse)}</title>
          <path class="touch" d=${path}></path>
          <path class="line" d=${path}></path>
          <polygon points=${triangle}></polygon>
          <text x=${label.x} y=${label.y} text-anchor="middle">${arc.relation}</text>
        </g>`;
      })}
    </svg>
    ${arcs.length === 0 ? html`<p class="quiet">No word depends on another here.</p>` : nothing}
  </div>`;
}

/** "it: subject of a verb, of was (nsubj, 97 %)" */
function sentenceOf({ dependent, head, relation, probability }: Arc, { words }: Parse): string {
  const [one, other] = [words[dependent]?.text ?? '', words[head]?.text ?? ''];
  return `${one} depends on ${other}: ${relation}, ${meaningOf(relation)}; ${percent(probability)} sure`;
}

type Units = readonly Unit[];

/** The rows or columns that have a token of a word. */
function rowsOf(units: Units, { words }: Parse, place: number): number[] {
  const tokens = new Set(words[place]?.tokens);
  return units.flatMap(({ tokens: own, side, isSpecial }, index) =>
    side === 'source' && !isSpecial && own.some(token => tokens.has(token)) ? [index] : [],
  );
}

/** What an arc points at in the picture: the dependent's rows and the first column of its head. */
function linkOf({ dependent, head }: Arc, parse: Parse, { queries, keys }: MatrixView): PointedArc {
  return {
    queries: rowsOf(queries, parse, dependent),
    key: rowsOf(keys, parse, head)[0],
    from: 'text',
  };
}

/** The words that are pointed at or kept, by their places. */
function litWords({ lit, view }: SyntaxPicture, { words }: Parse): ReadonlySet<number> {
  const tokens = new Set([
    ...lit.queries.flatMap(row => view.queries[row]?.tokens ?? []),
    ...(view.keys[lit.key ?? -1]?.tokens ?? []),
  ]);
  return new Set(
    words.flatMap(({ tokens: own }, place) =>
      own.some(token => tokens.has(token)) ? [place] : [],
    ),
  );
}
