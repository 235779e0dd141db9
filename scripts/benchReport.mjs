import { relative } from 'node:path';
import { root } from './paths.mjs';
import { dim, green, red, table } from './terminal.mjs';

/**
 * What was measured, and what could not be.
 *
 * @typedef {import('../test/bench/figures').Figure} Figure
 *
 * @typedef {object} Recorded a figure, and who measured it
 * @property {string} file
 * @property {string} test
 *
 * @typedef {object} TestResult of Vitest's JSON
 * @property {readonly string[]} ancestorTitles
 * @property {string} title
 * @property {string} status
 * @property {readonly string[]} failureMessages
 *
 * @typedef {object} FileResult of Vitest's JSON
 * @property {string} name absolute path
 * @property {string} status
 * @property {string} message why none of its tests could run
 * @property {readonly TestResult[]} assertionResults
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {number} [value]
 * @property {Figure['unit']} [unit]
 * @property {number} [limit]
 * @property {string} [note]
 * @property {'reached' | 'missed' | 'FAILED' | ''} verdict
 * @property {string} [reason] why it could not be measured, in one line
 */

/**
 * Each figure in the order of its measuring, then what could not be measured: a test that failed, was skipped, or
 * ended without a figure; a file that did not run; all of it.
 *
 * @param {readonly (Figure & Recorded)[]} figures
 * @param {readonly FileResult[] | undefined} files undefined where Vitest itself gave no report
 * @param {{ isNarrowed?: boolean }} [options] isNarrowed: only some tests of the files were asked for
 * @returns {Row[]}
 */
export function benchRows(figures, files, { isNarrowed = false } = {}) {
  if (!files || (files.length === 0 && figures.length === 0)) {
    const reason = files ? 'no benchmark has this name' : 'Vitest ended before it could report';
    return [...figures.map(measured), failed('the benchmarks', reason)];
  }
  const unmeasured = files.flatMap(({ name, message, status, assertionResults }) => {
    const file = relative(root, name);
    if (message || (status === 'failed' && assertionResults.length === 0)) {
      return [failed(file, message || 'it has no test')];
    }
    return assertionResults.flatMap(test => {
      const title = titleOf(test);
      const isSilent = !figures.some(figure => figure.file === file && figure.test === title);
      const reason = reasonOf(test, isSilent, isNarrowed);
      return reason === undefined ? [] : [failed(title, reason)];
    });
  });
  return [...figures.map(measured), ...unmeasured];
}

/** A missed limit is a result; what was not measured is none. @param {readonly Row[]} rows @returns {0 | 1} */
export const benchExitCode = rows => (rows.some(({ verdict }) => verdict === 'FAILED') ? 1 : 0);

/** @param {readonly Row[]} rows */
export const benchTable = rows =>
  table([
    ['figure', 'median', 'unit', 'limit', ''],
    ...rows.map(({ name, value, unit, limit, note, verdict, reason }) => [
      name,
      value === undefined ? 'FAILED' : value.toFixed(unit === 'x' ? 2 : 1),
      unit ?? '',
      limit === undefined ? '' : String(limit),
      [
        verdict === 'reached' ? green(verdict) : verdict === 'missed' ? red(verdict) : '',
        reason === undefined ? '' : red(reason),
        note ? dim(note) : '',
      ]
        .filter(Boolean)
        .join('  '),
    ]),
  ]);

/** As `expect.getState().currentTestName` has it. @param {TestResult} test */
const titleOf = ({ ancestorTitles, title }) => [...ancestorTitles, title].join(' > ');

/** @param {TestResult} test @param {boolean} isSilent @param {boolean} isNarrowed */
function reasonOf({ status, failureMessages }, isSilent, isNarrowed) {
  if (status === 'failed') {
    return failureMessages[0] ?? 'it failed';
  }
  if (status !== 'passed') {
    return isNarrowed ? undefined : 'it was skipped';
  }
  return isSilent ? 'it measured nothing' : undefined;
}

/** JSON has no NaN and no infinity: they have become null. @param {Figure & { value: number | null }} figure @returns {Row} */
function measured({ name, value, unit, limit, note }) {
  return !Number.isFinite(value)
    ? failed(name, 'no number came of it')
    : {
        name,
        value,
        unit,
        ...(limit !== undefined && { limit }),
        ...(note !== undefined && { note }),
        verdict: limit === undefined ? '' : isReached(value, unit, limit) ? 'reached' : 'missed',
      };
}

/** @param {number} value @param {Figure['unit']} unit @param {number} limit */
const isReached = (value, unit, limit) => (unit === 'fps' ? value >= limit : value <= limit);

/** @param {string} name @param {string} reason @returns {Row} */
const failed = (name, reason) => ({
  name,
  verdict: 'FAILED',
  reason: (reason.trim().split('\n')[0] ?? '').slice(0, 160),
});
