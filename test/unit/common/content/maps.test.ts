import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  parseContentJson,
  parseLesson,
  parseSources,
  plainWords,
  spansOf,
  stageIds,
} from '../../../../src/common/content/lesson';
import { type EvolutionMap, type MapTarget, parseMaps } from '../../../../src/common/content/maps';

const read = (path: string) =>
  parseContentJson(new Uint8Array(readFileSync(`media/${path}`)).buffer, path);
const sources = parseSources(read('lessons/sources.json'));
const lessons = stageIds.map(id => parseLesson(read(`lessons/en/${id}.json`)));
const parts = lessons.flatMap(lesson => lesson.parts);
const maps = parseMaps(read('maps/en.json')).map(map => [map.id, map] as const);

/** Everything that is prose; what a row or an event leads to vouches for its figures where it is a paper. */
function proseOf(map: EvolutionMap): { words: string; opens: MapTarget | undefined }[] {
  const own = [{ words: map.words, opens: undefined }];
  switch (map.kind) {
    case 'chart':
      return own;
    case 'timeline':
      return [...own, ...map.events];
    case 'shapes':
      return [...own, ...map.shapes];
    case 'table':
      return [
        ...own,
        ...map.rows.flatMap(({ cells, opens }) => cells.map(words => ({ words, opens }))),
      ];
  }
}

function targetsOf(map: EvolutionMap): MapTarget[] {
  switch (map.kind) {
    case 'chart':
      return map.chart.nodes.flatMap(({ opens }) => opens ?? []);
    case 'timeline':
      return map.events.map(({ opens }) => opens);
    case 'shapes':
      return map.shapes.map(({ opens }) => opens);
    case 'table':
      return map.rows.map(({ opens }) => opens);
  }
}

/** An amount of something: no year, date, name of a model, or complexity. */
const hasFigure = (words: string): boolean =>
  /\d/.test(
    plainWords(words)
      .replace(/\b(?:19|20)\d\d\b/g, '')
      .replace(/\bGPT-\d|O\(1\)/g, ''),
  );

test('every language has maps of the same places', () => {
  const shapes = readdirSync('media/maps').map(file =>
    parseMaps(read(`maps/${file}`)).map(map => [map.id, map.kind, targetsOf(map)]),
  );
  expect(shapes.length).toBeGreaterThan(0);
  shapes.forEach(shape => expect(shape).toEqual(shapes[0]));
});

describe.each(maps)('the map "%s"', (_, map) => {
  test('leads to papers and to live parts that there are', () => {
    const targets = targetsOf(map);
    expect(targets.length).toBeGreaterThan(1);
    const nowhere = targets.filter(target => {
      const [kind = '', name = ''] = target.split(':');
      const there: Readonly<Record<string, readonly string[]>> = {
        ...{ stage: stageIds, part: parts, source: Object.keys(sources) },
      };
      return !there[kind]?.includes(name);
    });
    expect(nowhere).toEqual([]);
  });

  test('cites sources that exist, and one for every figure', () => {
    const all = proseOf(map);
    const cited = all.flatMap(({ words }) =>
      spansOf(words).flatMap(span => (span.kind === 'cite' ? [span.source] : [])),
    );
    expect(cited.filter(source => !(source in sources))).toEqual([]);
    const without = all.filter(
      ({ words, opens }) =>
        hasFigure(words) && !words.includes('[@') && !opens?.startsWith('source:'),
    );
    expect(without.map(({ words }) => words)).toEqual([]);
  });
});

test.each(maps.flatMap(([id, map]) => (map.kind === 'chart' ? [[id, map.chart] as const] : [])))(
  'the chart "%s" joins all that is in it',
  (_, { nodes, edges }) => {
    const ids = nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort()).toEqual(ids.sort());
  },
);

/** What a chart says, and where in the story it leads. */
const charted = maps.flatMap(([, map]) =>
  map.kind === 'chart'
    ? map.chart.nodes.flatMap(({ label, opens }) =>
        opens && !opens.startsWith('source:') ? [[label, opens] as const] : [],
      )
    : [],
);

test.each(charted)('“%s” leads to %s, where it is spoken of', (label, opens) => {
  const [, name = ''] = opens.split(':');
  const lesson = lessons.find(one => one.id === name || one.parts.some(part => part === name));
  const told = JSON.stringify(lesson).toLowerCase();
  const words = [...label.toLowerCase().matchAll(/[\p{L}-]{3,}/gu)].map(([word]) => word);
  expect(words.some(word => told.includes(word.replace(/s$/, '')))).toBe(true);
});

test.each(maps.flatMap(([id, map]) => (map.kind === 'table' ? [[id, map] as const] : [])))(
  'the table "%s" has a cell in each column',
  (_, { columns, rows }) => {
    rows.forEach(({ name, cells }) => expect([name, ...cells]).toHaveLength(columns.length));
  },
);

test('the events are in the order of their years', () => {
  const years = maps.flatMap(([, map]) =>
    map.kind === 'timeline' ? map.events.map(({ when }) => /\d{4}/.exec(when)?.[0]) : [],
  );
  expect(years.length).toBeGreaterThan(10);
  expect(years).toEqual(years.toSorted());
});

test.each(['part:toy', 'stage:2014', 'source:', 'view:attention', 'https://x.org'])(
  'a place that leads to %s is refused',
  opens => {
    const event = { when: '2014', name: 'x', words: 'x', opens };
    const map = {
      kind: 'timeline',
      id: 'x',
      title: 'x',
      words: 'x',
      events: [event, event, event],
    };
    expect(() => parseMaps([map])).toThrow(/^A map is wrong at 0\.events\.0\.opens/);
  },
);
