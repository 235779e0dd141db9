import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { setFormula } from '../../../../scripts/setFormulas.mjs';
import {
  type Lesson,
  parseContentJson,
  parseLesson,
  parseSources,
  plainWords,
  spansOf,
  stageIds,
} from '../../../../src/common/content/lesson';

const read = (path: string): unknown =>
  JSON.parse(readFileSync(`media/lessons/${path}`, 'utf8')) as unknown;
const sources = parseSources(read('sources.json'));
const lessons = stageIds.map(id => [id, parseLesson(read(`en/${id}.json`))] as const);

/** Everything that is prose, with whatever vouches for its figures besides a citation inside. */
function proseOf({ before, idea, question, experiment, left, notes }: Lesson) {
  return [before, ...idea, question.ask, question.why, ...experiment.steps, left]
    .map(words => ({ words, source: undefined as string | undefined }))
    .concat(notes);
}

const citedIn = (lesson: Lesson) => [
  ...proseOf(lesson).flatMap(({ words }) =>
    spansOf(words).flatMap(span => (span.kind === 'cite' ? [span.source] : [])),
  ),
  ...[...lesson.notes, ...lesson.figures, ...lesson.equations].map(({ source }) => source),
];

/** A digit that is a measured figure: none of a year, a date, a model's name or a step. */
const hasFigure = (words: string): boolean =>
  /\d/.test(
    plainWords(words)
      .replace(/\b(?:19|20)\d\d\b/g, '')
      .replace(/\b(?:GPT-|step t [−-] ?)\d/g, ''),
  );

test('each language has a lesson for every stage, and no other file', () => {
  const languages = readdirSync('media/lessons', { withFileTypes: true }).filter(one =>
    one.isDirectory(),
  );
  for (const { name } of languages) {
    expect(readdirSync(`media/lessons/${name}`).sort()).toEqual(
      stageIds.map(id => `${id}.json`).sort(),
    );
  }
});

test('the stages are in the order of their years', () => {
  const years = lessons.map(([, { year }]) => year);
  expect(years).toEqual([...years].sort((a, b) => a - b));
});

test('every source is cited somewhere', () => {
  const maps = readFileSync('media/maps/en.json', 'utf8');
  const cited = new Set([
    ...lessons.flatMap(([, lesson]) => citedIn(lesson)),
    ...[...maps.matchAll(/(?:\[@|"source:)(\w+)/g)].map(([, source]) => source ?? ''),
  ]);
  expect(Object.keys(sources).filter(id => !cited.has(id))).toEqual([]);
});

describe.each(lessons)('the lesson "%s"', (id, lesson) => {
  test('tells its idea in at most 150 words', () => {
    expect(lesson.idea.map(plainWords).join(' ').split(/\s+/).length).toBeLessThanOrEqual(150);
  });

  test('names itself as its file does', () => {
    expect(lesson.id).toBe(id);
  });

  test('cites sources that exist', () => {
    expect(citedIn(lesson).filter(source => !(source in sources))).toEqual([]);
  });

  test('gives a source for every figure in its prose', () => {
    const without = proseOf(lesson).filter(
      ({ words, source }) => source === undefined && hasFigure(words) && !words.includes('[@'),
    );
    expect(without).toEqual([]);
  });

  test('has a diagram whose every edge joins nodes and whose every link leads somewhere', () => {
    const { nodes, edges } = lesson.diagram;
    const ids = nodes.map(node => node.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { from, to } of edges) {
      expect(ids).toEqual(expect.arrayContaining([from, to]));
    }
    const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
    expect(ids.filter(one => !joined.has(one))).toEqual([]);
    const parts = nodes.flatMap(({ opens }) =>
      opens?.startsWith('part:') ? [opens.slice('part:'.length)] : [],
    );
    expect(lesson.parts).toEqual(expect.arrayContaining(parts));
    expect(parts.length).toBeGreaterThan(0);
  });

  test('has equations that can be set, each of whose symbols is explained', () => {
    for (const { tex, symbols } of lesson.equations) {
      const html = setFormula(tex, true);
      const marked = [...html.matchAll(/data-symbol="(\w+)"/g)].map(([, symbol]) => symbol);
      expect([...new Set(marked)].sort()).toEqual(symbols.map(symbol => symbol.id).sort());
      for (const symbol of symbols) {
        expect(() => setFormula(symbol.tex, false)).not.toThrow();
      }
    }
  });

  test('links symbols to values of its own live parts', () => {
    const parts = lesson.equations.flatMap(({ symbols }) =>
      symbols.flatMap(({ value }) => (value === undefined ? [] : [value.split('.')[0]])),
    );
    expect(parts.filter(part => !lesson.parts.some(one => one === part))).toEqual([]);
  });

  test('asks of its tasks nothing that its examples show, and names each right answer once', () => {
    for (const { shots, asked } of lesson.tasks ?? []) {
      asked.forEach(([word, accepted]) => {
        expect(new Set(accepted).size).toBe(accepted.length);
        expect(accepted).not.toContain(word);
        expect(shots.map(([shown]) => shown)).not.toContain(word);
      });
    }
  });

  test('asks a question that has an answer, and an experiment of a part that it shows', () => {
    const { question, experiment, parts } = lesson;
    expect(question.right).toBeLessThan(question.choices.length);
    expect(parts).toContain(experiment.part);
  });
});

test.each([
  ['a figure without a source', { figures: [{ value: '1', words: 'one' }] }],
  ['a link that is not secure', { reading: [{ title: 'x', url: 'http://x.org' }] }],
  ['a part that does not exist', { parts: ['toy'] }],
  [
    'a link of a diagram that leads nowhere',
    {
      diagram: {
        ...{ words: 'x', size: { LR: [1, 1], TB: [1, 1] }, edges: [] },
        nodes: [{ id: 'a', label: 'a', opens: 'part:toy' }],
      },
    },
  ],
])('%s is refused', (_, wrong) => {
  const [[, good]] = lessons as [(typeof lessons)[number]];
  expect(() => parseLesson({ ...good, ...wrong })).toThrow(/^A lesson is wrong at /);
});

test('the opposite of “old” may be “new”', () => {
  const asked = lessons.flatMap(([, { tasks = [] }]) => tasks.flatMap(task => task.asked));
  expect(Object.fromEntries(asked)['old']).toEqual(['young', 'new']);
});

test('the rule for figures sees one', () => {
  expect(hasFigure('It has 65 million parameters.')).toBe(true);
  expect(hasFigure('GPT-2 came in 2019.')).toBe(false);
});

test.each(['lessons/en/bert.json', 'maps/en.json', 'studies/reward.json'])(
  'a damaged %s is told as a fault of the extension, and blames no model',
  file => {
    expect(() => parseContentJson(Uint8Array.of(0x7b), file)).toThrow(
      expect.objectContaining({
        code: 'internal',
        message: expect.stringMatching(
          /^The extension's file \S+ is damaged \(.*\)\. Reinstall the extension\.$/,
        ) as string,
      }),
    );
  },
);
