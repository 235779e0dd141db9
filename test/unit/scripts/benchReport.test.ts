import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { benchExitCode, benchRows, benchTable } from '../../../scripts/benchReport.mjs';
import { root } from '../../../scripts/paths.mjs';

const figure = (name: string, value: number | null, more: object = {}) => ({
  ...{ name, unit: 'ms' as const, file: 'test/bench/a.bench.ts', test: 'all > of a' },
  value: value as number, // From JSON, where NaN has become null.
  ...more,
});
const passed = (title: string, status = 'passed', ...failureMessages: string[]) => ({
  ...{ ancestorTitles: ['all'], title, status, failureMessages },
});
const file = (name: string, tests: ReturnType<typeof passed>[], message = '') => ({
  ...{ name: join(root, 'test/bench', name), message, assertionResults: tests },
  status: message === '' && tests.every(({ status }) => status === 'passed') ? 'passed' : 'failed',
});

/** What it says of each row, and how the command ends. */
function told(...given: Parameters<typeof benchRows>) {
  const rows = benchRows(...given);
  return {
    rows: rows.map(({ name, value, verdict, reason }) =>
      [name, value, verdict, reason].filter(part => part !== undefined && part !== '').join(' | '),
    ),
    code: benchExitCode(rows),
  };
}

const a = file('a.bench.ts', [passed('of a')]);

test.each<[string, ReturnType<typeof told>, ReturnType<typeof told>]>([
  ['all measured', told([figure('a', 1)], [a]), { rows: ['a | 1'], code: 0 }],
  [
    'limits, which are no failure when missed',
    told([figure('a', 3, { limit: 3 }), figure('b', 4, { limit: 3 })], [a]),
    { rows: ['a | 3 | reached', 'b | 4 | missed'], code: 0 },
  ],
  [
    'frames a second, of which more are better',
    told(
      [figure('a', 60, { unit: 'fps', limit: 59 }), figure('b', 58, { unit: 'fps', limit: 59 })],
      [a],
    ),
    { rows: ['a | 60 | reached', 'b | 58 | missed'], code: 0 },
  ],
  [
    'a test that failed after its first figure, beside a file that measured all',
    told(
      [figure('a', 1), figure('b', 2, { file: 'test/bench/b.bench.ts', test: 'all > of b' })],
      [a, file('b.bench.ts', [passed('of b', 'failed', "KeyError: 'x'\n  at y")])],
    ),
    { rows: ['a | 1', 'b | 2', "all > of b | FAILED | KeyError: 'x'"], code: 1 },
  ],
  [
    'a set-up that failed: its tests are one row',
    told([figure('a', 1)], [a, file('b.bench.ts', [passed('of b', 'skipped')], 'no npm\n at z')]),
    { rows: ['a | 1', 'test/bench/b.bench.ts | FAILED | no npm'], code: 1 },
  ],
  [
    'a test that was skipped',
    told([figure('a', 1)], [a, file('b.bench.ts', [passed('of b', 'skipped')])]),
    { rows: ['a | 1', 'all > of b | FAILED | it was skipped'], code: 1 },
  ],
  [
    'a test that nobody asked for',
    told([figure('a', 1)], [a, file('b.bench.ts', [passed('of b', 'skipped')])], {
      isNarrowed: true,
    }),
    { rows: ['a | 1'], code: 0 },
  ],
  [
    'a test that measured nothing',
    told([figure('a', 1)], [a, file('b.bench.ts', [passed('of b')])]),
    { rows: ['a | 1', 'all > of b | FAILED | it measured nothing'], code: 1 },
  ],
  [
    'a figure that is no number',
    told([figure('a', 1), figure('b', null)], [a]),
    { rows: ['a | 1', 'b | FAILED | no number came of it'], code: 1 },
  ],
  [
    'a crash of it all',
    told([figure('a', 1)], undefined),
    { rows: ['a | 1', 'the benchmarks | FAILED | Vitest ended before it could report'], code: 1 },
  ],
  [
    'a name that no benchmark has',
    told([], []),
    { rows: ['the benchmarks | FAILED | no benchmark has this name'], code: 1 },
  ],
])('the report tells of %s', (_, actual, expected) => {
  expect(actual).toEqual(expected);
});

describe('the table', () => {
  test('says FAILED in the place of the figure, and why', () => {
    const lines = benchTable(
      benchRows(
        [figure('quick', 1.25, { limit: 3, note: 'warm' })],
        [a, file('b.bench.ts', [passed('of b', 'failed', 'no model')])],
      ),
    ).split('\n');
    expect(lines[1]).toMatch(/^quick +1\.3 +ms +3 +reached {2}warm$/);
    expect(lines[2]).toMatch(/^all > of b +FAILED +no model$/);
  });
});
