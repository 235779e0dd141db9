/** The picture as a page of its own. */
import { deviceNames } from '../../../src/common/protocol/engine/types';
import { strongest } from '../../matrix/link';
import { keysSeen } from '../../matrix/matrixView';
import { nameOf, type Unit, unknownWords } from '../../matrix/units';
import { hex } from '../../charts/colorScale';
import { isDark } from '../../common/theme';
import { xmlText } from '../../common/escape';
import { caption, type Figure } from './figure';
import { svgOf } from './svg';
import { percent } from '../../../src/common/text/percent';
import { count } from '../../common/numbers';

/** Up to here the table has every cell; beyond, what each token looks at most. */
const maxTableSize = 64;
const linksOfEach = 10;

/** A page that stands alone: the picture, what it is of, and its numbers as a table. It runs no script and loads nothing. */
export function htmlOf(figure: Figure): string {
  const { theme, view, subject } = figure;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Model', figure.modelName],
    ['Text', subject.label],
    ...(figure.unknownCount > 0 ? [['Unknown', unknownWords(figure.unknownCount)] as const] : []),
    ['Heads', figure.headsInWords],
    ...(figure.summary === undefined ? [] : [['What they do here', figure.summary] as const]),
    [
      'Shown',
      `${count(view.queries.length, 'token')} that look, ${view.keys.length} looked at${figure.words ? ', merged to words' : ''}`,
    ],
    [
      'Hidden',
      `${percent(view.hiddenShare)} of the weight${figure.rescaled ? ', rows rescaled' : ''}`,
    ],
    [
      'Ran on',
      `${deviceNames[figure.device.device]}${figure.device.reason ? `: ${figure.device.reason}` : ''}`,
    ],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Attention: ${xmlText(caption(figure))}</title>
<style>
:root { color-scheme: ${isDark(theme) ? 'dark' : 'light'}; }
body { margin: 24px; background: ${hex(theme.background)}; color: ${hex(theme.foreground)}; font: 14px/1.5 system-ui, sans-serif; }
svg { max-width: 100%; height: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; max-width: 68ch; }
dt { color: ${hex(theme.quiet)}; } dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 8px 0; }
th, td { padding: 2px 8px; border: 1px solid ${hex(theme.line)}; text-align: right; white-space: nowrap; }
td.masked { background: repeating-linear-gradient(-45deg, transparent 0 4px, ${hex(theme.line)} 4px 5px); }
th { font-family: ui-monospace, monospace; font-weight: normal; }
</style>
</head>
<body>
<h1>Attention</h1>
<dl>
${facts.map(([name, value]) => `<dt>${name}</dt><dd>${xmlText(value)}</dd>`).join('\n')}
</dl>
${svgOf(figure)}
<div class="scroll" tabindex="0" role="region" aria-label="Weights">
${view.keys.length <= maxTableSize ? wholeTable(figure) : strongestTable(figure)}
</div>
<p>A large weight says where a head took its values from, not why the model decided as it did.</p>
</body>
</html>
`;
}

const maskedWords = 'Hatched cells are masked: a token may not look ahead.';

const name = (unit: Unit) => `<bdi>${xmlText(nameOf(unit))}</bdi>`;

function wholeTable({ view }: Figure): string {
  const { queries, keys, weights } = view;
  const head = keys.map(unit => `<th scope="col">${name(unit)}</th>`).join('');
  const rows = queries.map((query, row) => {
    const seen = keysSeen(view, row);
    const cells = keys.map((_, column) =>
      column < seen
        ? `<td>${xmlText(percent(weights[row * keys.length + column] ?? 0))}</td>`
        : '<td class="masked"></td>',
    );
    return `<tr><th scope="row">${name(query)}</th>${cells.join('')}</tr>`;
  });
  return `<table>
<caption>Each row is a token that looks, each column one that is looked at.${view.looksBack ? ` ${maskedWords}` : ''}</caption>
<thead><tr><td></td>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function strongestTable({ view }: Figure): string {
  const rows = view.queries.map((query, row) => {
    const cells = strongest(view, [row], linksOfEach).map(
      ({ key, weight }) =>
        `<td>${view.keys
          .slice(key, key + 1)
          .map(name)
          .join('')} ${xmlText(percent(weight))}</td>`,
    );
    return `<tr><th scope="row">${name(query)}</th>${cells.join('')}</tr>`;
  });
  return `<table>
<caption>The ${linksOfEach} tokens that each token looks at most.</caption>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}
