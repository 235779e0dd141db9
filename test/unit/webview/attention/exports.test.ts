import { describe, expect, test } from 'vitest';
import { csvOf } from '../../../../webview/attention/export/csv';
import { fileStem } from '../../../../webview/common/escape';
import { htmlOf } from '../../../../webview/attention/export/html';
import { jsonOf } from '../../../../webview/attention/export/json';
import { markdownOf } from '../../../../webview/attention/export/markdown';
import { svgOf } from '../../../../webview/attention/export/svg';
import { attentionOf, sampleOf } from '../sample';

const nasty = ['[CLS]', '<b>', '&amp;', '"q"', '=1+1', 'a|b', '‮abc', '[SEP]'];
const sample = sampleOf(nasty);
const figure = sample.figure();

/** Every tag is closed in order; enough of a parser for what we write ourselves. */
function checkWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [tag, slash, name = '', rest = ''] of xml.matchAll(/<(\/?)([a-zA-Z]+)([^<>]*)>/g)) {
    if (slash) {
      expect(open.pop(), tag).toBe(name);
    } else if (!rest.endsWith('/')) {
      open.push(name);
    }
  }
  expect(open).toEqual([]);
  expect(xml.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
}

describe('the SVG', () => {
  const svg = svgOf(figure);
  test('is well formed and stands alone', () => {
    checkWellFormed(svg);
    expect(svg).not.toMatch(/var\(|url\(|href|<script|<style|<image/);
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
  });
  test.each([
    ['a short text', sampleOf(['a', 'b'])],
    ['a long one', sampleOf(nasty.concat(nasty, nasty))],
  ])('has all of its caption within its width, of %s', (_, { figure: make }) => {
    const long = {
      ...make(),
      subject: { ...make().subject, label: `${'very-'.repeat(20)}long.md:1` },
    };
    const text = svgOf(long);
    const width = Number(/ width="(\d+)"/.exec(text)?.[1]);
    const lines = [...text.matchAll(/<text y="\d+">([^<]*)<\/text>/g)].map(([, line = '']) => line);
    expect(lines.join(' ').replace(/\s/g, '')).toContain(
      'average of all 4 heads'.replace(/\s/g, ''),
    );
    expect(lines.join('').replace(/\s/g, '')).toContain('very-'.repeat(20));
    for (const line of lines) {
      const characters = line.replace(/&\w+;/g, 'x').length;
      expect(characters * 11 * 0.61, line).toBeLessThanOrEqual(width - 32);
    }
    const height = Number(/ height="(\d+)"/.exec(text)?.[1]);
    expect(height).toBeGreaterThan(lines.length * 20);
  });
  test('has every token as text, escaped', () => {
    expect(svg).toContain('&lt;b&gt;');
    expect(svg).toContain('&quot;q&quot;');
    expect(svg).not.toContain('<b>');
    expect(svg).not.toContain('\u202e');
  });
  test('has a cell for each weight that is not nothing', () => {
    const rectangles = svg.match(/M[\d.]+ [\d.]+h/g) ?? [];
    expect(rectangles).toHaveLength(nasty.length ** 2);
  });
  test('colours the largest weight with the accent', () => {
    expect(svg).toContain('fill="#0063d3"');
  });
  test('of lines is well formed and draws what is at least 2 %', () => {
    const sharp = sampleOf(
      ['[CLS]', 'a', 'b', '[SEP]'],
      [],
      attentionOf(1, 1, 4, (_, __, query, key) => (key === query ? 97 : 1)),
    );
    const lines = svgOf({ ...sharp.figure(), viewKind: 'lines' });
    checkWellFormed(lines);
    expect(lines.match(/stroke-opacity/g)).toHaveLength(4);
  });
  test('of 512 tokens is still a vector image of a few megabytes', () => {
    const many = sampleOf(
      Array.from({ length: 512 }, (_, index) => `t${index}`),
      [],
      attentionOf(1, 1, 512, (_, __, query, key) => 1 / (1 + Math.abs(query - key))),
    );
    const large = svgOf(many.figure());
    expect(large.length).toBeLessThan(8_000_000);
    expect(large).not.toContain('<image');
  });
});

describe('the CSV', () => {
  const lines = csvOf(figure).trimEnd().split('\r\n');
  test('has a line for each cell and their exact weights', () => {
    expect(lines).toHaveLength(1 + nasty.length ** 2);
    const weights = lines.slice(1).map(line => Number(line.split(',').at(-1)));
    expect(Float32Array.from(weights)).toEqual(figure.view.weights);
  });
  test('has no field that a spreadsheet would run', () => {
    expect(lines.some(line => /(?:^|,)"[=+\-@]/.test(line))).toBe(false);
    expect(lines[1 + 4 * nasty.length]).toMatch(/^4,"'=1\+1",0,"\[CLS\]",/);
  });
});

describe('the JSON', () => {
  const read = JSON.parse(jsonOf(figure)) as {
    weights: number[][];
    queries: { text: string; start: number; end: number }[];
    about: string;
    heads: unknown[];
    segments: { text: string }[];
  };
  test('has the weights as they are, float by float', () => {
    expect(Float32Array.from(read.weights.flat())).toEqual(figure.view.weights);
  });
  test('has offsets that point into its text', () => {
    const { start, end } = read.queries[4] ?? { start: 0, end: 0 };
    expect(read.segments[0]?.text.slice(start, end)).toBe('=1+1');
  });
  test('names the heads that were averaged as the screen does, from 1, and says so', () => {
    expect(read.heads).toEqual([
      { layer: 1, head: 1 },
      { layer: 1, head: 2 },
      { layer: 2, head: 1 },
      { layer: 2, head: 2 },
    ]);
    expect(read.about).toContain('counted from 1');
  });
  test('tells nothing of where the text is kept', () => {
    const [segment] = figure.subject.segments;
    const origin = { uri: 'file:///home/me/notes.md', version: 1, pieces: [] };
    const subject = { ...figure.subject, segments: [{ ...segment, origin }] as const };
    expect(jsonOf({ ...figure, subject })).not.toContain('home/me');
  });
});

describe('the HTML page', () => {
  const html = htmlOf(figure);
  test('runs no script, loads nothing, and says everything once', () => {
    expect(html).not.toMatch(
      /<script|javascript:|https?:\/\/(?!www\.w3\.org\/2000\/svg)|<link|@import/,
    );
    expect(html).not.toContain('<b>');
    expect(html).toContain('BERT &lt;mini&gt;');
  });
  test('has a table with a head for each token', () => {
    expect(html.match(/<th scope="col">/g)).toHaveLength(nasty.length);
    expect(html.match(/<th scope="row">/g)).toHaveLength(nasty.length);
  });
});

describe('the Markdown', () => {
  const markdown = markdownOf({
    figure,
    attention: sample.attention,
    tokens: sample.shown.analysis.source,
    runMs: 41.3,
  });
  test('has a row for each token in tables of even width', () => {
    const rows = markdown.split('\n').filter(line => line.startsWith('| ') && /%|about/.test(line));
    expect(rows).toHaveLength(nasty.length + 2);
    const bars = (line: string) => line.replaceAll('\\|', '').split('|').length;
    expect(new Set(rows.slice(0, nasty.length).map(bars))).toEqual(new Set([6]));
  });
  test('says what each head does, for all heads', () => {
    expect(markdown).toContain('| Layer | Head 1 | Head 2 |');
  });
  test('has no HTML in it', () => {
    const outsideCode = markdown.replace(/```[\s\S]*?```/g, '').replace(/\\./g, '');
    expect(outsideCode).not.toMatch(/<[a-z]/i);
  });
  test('has no two blank lines together', () => {
    const target = { ...figure, targetText: 'Le chat' };
    for (const one of [figure, target, sampleOf(['a', 'b'], [0, 1]).figure()]) {
      const text = markdownOf({
        ...{ figure: one, attention: sample.attention, runMs: 1 },
        tokens: sample.shown.analysis.source,
      });
      expect(text).not.toContain('\n\n\n');
    }
  });
  test('says of a translation that is empty that nothing was written', () => {
    const told = (targetText: string | undefined) =>
      markdownOf({
        figure: { ...figure, targetText, domainShifts: [{ kind: 'no-words' }] },
        attention: sample.attention,
        tokens: sample.shown.analysis.source,
        runMs: 1,
      });
    expect(told('')).toContain('Translation:\n\nThe model wrote nothing.');
    expect(told('Non.')).not.toContain('wrote nothing');
    expect(told('Non.')).toContain('a text without a word is a guess');
  });
  test('keeps a text with fences in one block', () => {
    const fenced = sampleOf(['[CLS]', '```', '[SEP]']);
    const text = markdownOf({
      figure: fenced.figure(),
      attention: fenced.attention,
      tokens: fenced.shown.analysis.source,
      runMs: 1,
    });
    expect(text).toContain('````text\n```\n````');
  });
});

describe('a model that only looks back', () => {
  const back = sampleOf(['the', 'cat', 'sat'], [], {
    ...attentionOf(1, 1, 3, (_, __, query, key) => (key > query ? 0 : 1 + key)),
    kind: 'decoder',
  });
  const masked = back.figure();

  test('has no numbers for what it may not look at, in any format', () => {
    expect(csvOf(masked).trimEnd().split('\r\n')).toHaveLength(1 + 6);
    const { weights } = JSON.parse(jsonOf(masked)) as { weights: (number | null)[][] };
    expect(weights.map(row => row.map(weight => weight === null))).toEqual([
      [false, true, true],
      [false, false, true],
      [false, false, false],
    ]);
    expect(htmlOf(masked).match(/<td class="masked"><\/td>/g)).toHaveLength(3);
    expect(svgOf(masked)).toContain('Masked');
    const markdown = markdownOf({
      ...{ figure: masked, attention: back.attention, runMs: 1 },
      tokens: back.shown.analysis.source,
    });
    expect(markdown).toContain('| the | the 100\u00a0% |  |  |');
    for (const text of [htmlOf(masked), markdown]) {
      expect(text).not.toMatch(/(?:cat|sat|<td>) ?0\u00a0%/);
    }
  });
  test('is told from one that looks both ways', () => {
    expect(svgOf(figure)).not.toContain('Masked');
  });
});

describe('a word that the model does not know', () => {
  const unknown = sampleOf(['[CLS]', 'cat', '[UNK]', '[SEP]']);
  const strange = unknown.figure();
  const markdown = markdownOf({
    ...{ figure: strange, attention: unknown.attention, runMs: 1 },
    tokens: unknown.shown.analysis.source,
  });

  test.each([
    ['CSV', csvOf(strange), '"[UNK]"'],
    ['JSON', jsonOf(strange), '"isUnknown":true'],
    ['SVG', svgOf(strange), '>[UNK]<'],
    ['HTML', htmlOf(strange), '1 word is unknown to this model'],
    ['Markdown', markdown, '1 word is unknown to this model'],
  ])('is said in %s', (_, text, expected) => {
    expect(text).toContain(expected);
  });
});

test.each([
  ['notes.md:12', 'attention-notes.md-12'],
  ['../../etc/passwd', 'attention-etc-passwd'],
  ['a<b>:c|d', 'attention-a-b-c-d'],
  ['', 'attention'],
  ['日本語.txt:3', 'attention-日本語.txt-3'],
])('the file of %s is called %s', (label, stem) => {
  expect(fileStem('attention', { label })).toBe(stem);
});
