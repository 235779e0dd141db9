import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { exitCode } from './command.mjs';
import { cache, inRoot } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { setUpVscodeServer } from './setup/vscodeServer.mjs';
import { dim, green, red, runMain, table } from './terminal.mjs';

/** Measures, prints a table, and leaves the same as JSON. What is named after it chooses among the files. */

const figures = join(cache, 'bench', 'figures.jsonl');
const report = join(cache, 'bench', 'report.json');

await runMain(async () => {
  await setUpNodeModules();
  await setUpBuild();
  await setUpChromium();
  await setUpVscodeServer();
  rmSync(figures, { force: true });
  const code = await exitCode(process.execPath, [
    inRoot('node_modules/vitest/vitest.mjs'),
    ...['run', '--project', 'bench', ...process.argv.slice(2)],
  ]);
  /** @type {{ name: string, value: number, unit: string, limit?: number, note?: string }[]} */
  const rows = readFileSync(figures, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
  writeFileSync(report, `${JSON.stringify({ machine, figures: rows }, undefined, 2)}\n`);
  console.log(`\n${machine}\n`);
  console.log(
    table([
      ['figure', 'median', 'unit', 'limit', ''],
      ...rows.map(({ name, value, unit, limit, note }) => [
        name,
        value.toFixed(unit === 'x' ? 2 : 1),
        unit,
        limit === undefined ? '' : String(limit),
        [verdict(value, unit, limit), note ? dim(note) : ''].filter(Boolean).join('  '),
      ]),
    ]),
  );
  console.log(dim(`\nThe same as JSON: ${report}`));
  process.exitCode = code === 0 ? 0 : 1;
});

/** @param {number} value @param {string} unit @param {number | undefined} limit */
function verdict(value, unit, limit) {
  if (limit === undefined) {
    return '';
  }
  return (unit === 'fps' ? value >= limit : value <= limit) ? green('reached') : red('missed');
}
