/** The picture as SVG. */
import { boundary, keysSeen } from '../../matrix/matrixView';
import type { Unit } from '../../matrix/units';
import { hex, levels, mix } from '../../charts/colorScale';
import { strengthOf, weightAt } from '../../../src/common/attention/attention';
import { layOutMatrix, type MatrixLayout, middleOf } from '../../matrix/matrixLayout';
import { elide } from '../../../src/common/text/tokenText';
import { xmlText } from '../../common/escape';
import { caption, type Figure } from './figure';
import { percent } from '../../../src/common/text/percent';

const maskedWords = 'Masked: a token may not look ahead.';
const fontSize = 11;
const margin = 16;
const maxLabelLength = 24;
/** Of the bar, its marks and the room under them. */
const legendHeight = 44;
/** Room for the legend and for a caption that is read. */
const minWidth = 240;
const linePitch = 20;
const lineWidth = 560;

/** The picture as a vector image that stands alone: colours as values, labels as text, no script, no link. */
export function svgOf(figure: Figure): string {
  const body = figure.viewKind === 'matrix' ? matrixBody(figure) : linesBody(figure);
  const { theme } = figure;
  const width = Math.max(body.width, minWidth) + 2 * margin;
  const lines = wrapped(caption(figure), width - 2 * margin);
  const height = body.height + 2 * margin + legendHeight + lines.length * linePitch;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-size="${fontSize}">
<title id="title">${xmlText(`Attention: ${caption(figure)}`)}</title>
<desc id="desc">${xmlText(`${figure.summary ?? ''} Strongest weight ${percent(figure.view.largest)}.`.trim())}</desc>
<rect width="100%" height="100%" fill="${hex(theme.background)}"/>
<g transform="translate(${margin} ${margin})">
${body.content}
</g>
<g transform="translate(${margin} ${margin + body.height + 16})" font-family="${xmlText(theme.uiFont)}" font-size="11" fill="${hex(theme.quiet)}">
${legend(figure)}
${lines.map((line, index) => `<text y="${legendHeight + index * linePitch}">${xmlText(line)}</text>`).join('\n')}
</g>
</svg>
`;
}

interface Body {
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

const label = (unit: Unit) => xmlText(elide(unit.label, maxLabelLength));

const isWide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u;

/** An estimate for a monospaced font: there is nothing to measure with outside a page. */
const textWidth = (text: string) =>
  Array.from(text).reduce((sum, one) => sum + (isWide.test(one) ? 1 : 0.61), 0) * fontSize;

const widthOf = (units: readonly Unit[]): number =>
  Math.max(0, ...units.map(unit => textWidth(elide(unit.label, maxLabelLength))));

/** A text in lines no wider than there is room, parted between words, and within one that is too long alone. */
function wrapped(text: string, room: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/(?<= )/u)) {
    if (line !== '' && textWidth(line + part.trimEnd()) > room) {
      lines.push(line.trimEnd());
      line = '';
    }
    for (const character of part) {
      if (textWidth(line + character) > room && character !== ' ') {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return [...lines, line];
}

/** Large enough to read each label where there are few, small enough to be one picture where there are many. */
const cellFor = (count: number) => (count <= 80 ? 19 : count <= 200 ? 10 : 5);

function matrixBody(figure: Figure): Body {
  const { view, theme } = figure;
  const { queries, keys } = view;
  const cell = cellFor(Math.max(queries.length, keys.length));
  const [rowLabel, columnLabel] = [widthOf(queries), widthOf(keys)];
  const layout = layOutMatrix({
    offScale: view.offScale,
    // Room for exactly these cells beside the labels, and a little over.
    width: cell * keys.length + rowLabel + columnLabel + 60,
    height: cell * queries.length + columnLabel + 60,
    rowLabel,
    columnLabel,
    fontSize,
    isPair: false,
    pixelRatio: 1,
  });
  const { left, top, matrixWidth, matrixHeight } = layout;
  const text = `font-family="${xmlText(theme.codeFont)}" fill="${hex(theme.quiet)}" dominant-baseline="central"`;
  const rowLabels = queries.flatMap((unit, row) =>
    row % layout.rowStep === 0
      ? [
          `<text x="${left - 6}" y="${round(top + middleOf(layout.rowEdges, row))}">${label(unit)}</text>`,
        ]
      : [],
  );
  const columnLabels = keys.flatMap((unit, column) =>
    column % layout.columnStep === 0 ? [columnText(layout, unit, column)] : [],
  );
  return {
    width: layout.width,
    height: layout.height,
    content: `<g shape-rendering="crispEdges">
${masked(figure, layout)}${cells(figure, layout).join('\n')}
<rect x="${left - 0.5}" y="${top - 0.5}" width="${matrixWidth + 1}" height="${matrixHeight + 1}" fill="none" stroke="${hex(theme.line)}"/>
${boundaries(figure, layout)}
</g>
<g ${text} text-anchor="end">
${rowLabels.join('\n')}
</g>
<g ${text} text-anchor="${layout.angle === 45 ? 'start' : 'middle'}">
${columnLabels.join('\n')}
</g>`,
  };
}

function columnText(
  { left, top, columnEdges, angle }: MatrixLayout,
  unit: Unit,
  column: number,
): string {
  const x = round(left + middleOf(columnEdges, column));
  const y = top - 6;
  return angle === 45
    ? `<text transform="translate(${x} ${y}) rotate(-45)">${label(unit)}</text>`
    : `<text x="${x}" y="${y - fontSize / 2}">${label(unit)}</text>`;
}

/**
 * The cells as one path for each colour; neighbours of a colour in a row are one rectangle, and the colour
 * of the background is not drawn. So 512 by 512 cells stay a few megabytes.
 */
function cells(
  { view, theme, scale }: Figure,
  { left, top, rowEdges, columnEdges, gap }: MatrixLayout,
): readonly string[] {
  const columns = view.keys.length;
  const { rows: narrowRows, columns: narrowColumns } = view.offScale;
  const paths = new Map<string, string[]>();
  const [accents, greys] = [theme.accent, theme.quiet].map(ink =>
    Array.from({ length: levels }, (_, level) =>
      hex(mix(theme.background, ink, level / (levels - 1))),
    ),
  ) as [string[], string[]]; // A map of a pair is a pair.
  const colorAt = (row: number, column: number) => {
    const isOff = narrowRows[row] === true || narrowColumns[column] === true;
    const weight = view.weights[row * columns + column] ?? 0;
    const level = Math.round(strengthOf(weight, isOff ? 1 : view.largest, scale) * (levels - 1));
    return level > 0 ? (isOff ? greys : accents)[level] : undefined;
  };
  for (let row = 0; row < view.queries.length; row++) {
    const [y = 0, bottom = y] = rowEdges.slice(row, row + 2);
    let column = 0;
    while (column < columns) {
      const color = colorAt(row, column);
      let end = column + 1;
      // With gaps between them cells stay apart.
      while (gap === 0 && end < columns && colorAt(row, end) === color) {
        end++;
      }
      if (color !== undefined) {
        const x = columnEdges[column] ?? 0;
        const width = round((columnEdges[end] ?? x) - x - gap);
        const height = round(bottom - y - gap);
        const path = paths.get(color) ?? [];
        path.push(`M${round(left + x)} ${round(top + y)}h${width}v${height}h${-width}z`);
        paths.set(color, path);
      }
      column = end;
    }
  }
  return Array.from(paths, ([color, path]) => `<path fill="${color}" d="${path.join('')}"/>`);
}

/** Grey where a token may not look ahead; nothing where all may be looked at. */
function masked(
  { view, theme }: Figure,
  { left, top, rowEdges, columnEdges, matrixWidth }: MatrixLayout,
): string {
  if (!view.looksBack) {
    return '';
  }
  const rows = view.queries.map((_, row) => {
    const seen = columnEdges[keysSeen(view, row)] ?? matrixWidth;
    const width = matrixWidth - seen;
    const [start = 0, end = start] = rowEdges.slice(row, row + 2);
    return `M${left + seen} ${top + start}h${width}v${end - start}h${-width}z`;
  });
  return `<path fill="${hex(theme.quiet)}" fill-opacity="0.25" d="${rows.join('')}"><title>${maskedWords}</title></path>\n`;
}

function boundaries({ view, theme }: Figure, layout: MatrixLayout): string {
  const { left, top, rowEdges, columnEdges, matrixWidth, matrixHeight } = layout;
  const [row, column] = [boundary(view.queries), boundary(view.keys)];
  const line = (path: string) => `<path d="${path}" stroke="${hex(theme.quiet)}"/>`;
  return [
    row === undefined ? '' : line(`M${left} ${top + (rowEdges[row] ?? 0)}h${matrixWidth + 8}`),
    column === undefined
      ? ''
      : line(`M${left + (columnEdges[column] ?? 0)} ${top}v${matrixHeight + 8}`),
  ].join('');
}

function linesBody({ view, theme, minShare }: Figure): Body {
  const { queries, keys } = view;
  const [leftLabel, rightLabel] = [widthOf(queries), widthOf(keys)];
  const [left, right] = [leftLabel + 8, lineWidth - rightLabel - 8];
  const middle = (left + right) / 2;
  const y = (index: number) => (index + 0.5) * linePitch;
  const curves = queries.flatMap((_, query) =>
    keys.flatMap((__, key) => {
      const weight = view.weights[query * keys.length + key] ?? 0;
      return weight < minShare
        ? []
        : [
            `<path d="M${round(left)} ${y(query)}C${round(middle)} ${y(query)} ${round(middle)} ${y(key)} ${round(right)} ${y(key)}" stroke-opacity="${round(weight)}" stroke-width="${round(0.75 + 2.25 * weight)}"/>`,
          ];
    }),
  );
  const labels = (units: readonly Unit[], x: number, anchor: string) =>
    `<g font-family="${xmlText(theme.codeFont)}" fill="${hex(theme.quiet)}" dominant-baseline="central" text-anchor="${anchor}">
${units.map((unit, index) => `<text x="${round(x)}" y="${y(index)}">${label(unit)}</text>`).join('\n')}
</g>`;
  return {
    width: lineWidth,
    height: Math.max(queries.length, keys.length) * linePitch,
    content: `<g fill="none" stroke="${hex(theme.accent)}">
${curves.join('\n')}
</g>
${labels(queries, left - 8, 'end')}
${labels(keys, right + 8, 'start')}`,
  };
}

function legend({ view, theme, scale }: Figure): string {
  const [width, steps] = [144, 24];
  const bar = Array.from({ length: steps }, (_, step) => {
    const color = hex(mix(theme.background, theme.accent, step / (steps - 1)));
    return `<rect x="${(step * width) / steps}" width="${width / steps}" height="8" fill="${color}"/>`;
  });
  const mark = (place: number, anchor: string) =>
    `<text x="${place * width}" y="22" text-anchor="${anchor}">${xmlText(percent(weightAt(place, view.largest, scale)))}</text>`;
  return `${bar.join('')}<rect width="${width}" height="8" fill="none" stroke="${hex(theme.line)}"/>
${mark(0, 'start')}${mark(0.5, 'middle')}${mark(1, 'end')}`;
}

const round = (value: number) => Math.round(value * 100) / 100;
