import { styleText } from 'node:util';

/** What a script says to the person who started it. Plain where nobody looks, or where `NO_COLOR` is set. */

export const bold = (/** @type {string} */ text) => styleText('bold', text);
export const dim = (/** @type {string} */ text) => styleText('dim', text);
export const red = (/** @type {string} */ text) => styleText('red', text);
export const green = (/** @type {string} */ text) => styleText('green', text);
export const yellow = (/** @type {string} */ text) => styleText('yellow', text);

/** A failure that the person can do something about: its message is the cause and one action. */
export class Remedy extends Error {}

/** @param {number} ms @returns {string} "850 ms", "12.3 s", "2 min 05 s" */
export function duration(ms) {
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  const seconds = ms / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}

/** @param {number} bytes @returns {string} decimal megabytes or kilobytes */
export function size(bytes) {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(2)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}

/**
 * Rows as columns, numbers to the right.
 * @param {readonly (readonly string[])[]} rows the first is the head
 */
export function table(rows) {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map(row => row[column]?.length ?? 0)),
  );
  const isNumber = (/** @type {string} */ text) => /^[-<]?\d/.test(text);
  return rows
    .map((row, index) =>
      row
        .map((cell, column) => {
          const width = widths?.[column] ?? 0;
          const right = isNumber(rows[1]?.[column] ?? '');
          return right ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd()
        .replace(/^.*$/s, line => (index === 0 ? bold(line) : line)),
    )
    .join('\n');
}

/**
 * Does one thing that may take long: says what, shows that it goes on, and says how long it took.
 * @template T
 * @param {string} title "Building"
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = performance.now();
  const elapsed = () => duration(performance.now() - started);
  const live = process.stdout.isTTY;
  process.stdout.write(`  ${title} ... ${live ? '' : '\n'}`);
  const timer = setInterval(
    () =>
      process.stdout.write(
        live ? `\r  ${title} ... ${dim(elapsed())} ` : `    ${title}: ${elapsed()} so far\n`,
      ),
    live ? 1000 : 15_000,
  );
  try {
    const result = await work();
    process.stdout.write(
      live ? `\r  ${title} ... ${dim(elapsed())}    \n` : `  ${title}: done in ${elapsed()}\n`,
    );
    return result;
  } catch (error) {
    process.stdout.write(live ? `\r  ${title} ... ${red('failed')} after ${elapsed()}\n` : '');
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs a script's main function; a failure is told in words and ends the process with 1.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    const known = error instanceof Remedy;
    console.error(
      `\n${red('Failed.')} ${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    process.exitCode = 1;
  }
}
