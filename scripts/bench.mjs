import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { benchExitCode, benchRows, benchTable } from './benchReport.mjs';
import { exitCode } from './command.mjs';
import { cache, inRoot } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { setUpVscodeServer } from './setup/vscodeServer.mjs';
import { dim, runMain } from './terminal.mjs';

/** Measures, prints a table, and leaves the same as JSON. What is named after it chooses among the files. */

const figures = join(cache, 'bench', 'figures.jsonl');
const results = join(cache, 'bench', 'vitest.json');
const report = join(cache, 'bench', 'report.json');

await runMain(async () => {
  await setUpNodeModules();
  await setUpBuild();
  await setUpChromium();
  await setUpVscodeServer();
  [figures, results].forEach(file => rmSync(file, { force: true }));
  const asked = process.argv.slice(2);
  const code = await exitCode(process.execPath, [
    inRoot('node_modules/vitest/vitest.mjs'),
    ...['run', '--project', 'bench', '--reporter=default', '--reporter=json'],
    ...[`--outputFile.json=${results}`, ...asked],
  ]);
  const rows = benchRows(linesOf(figures), filesOf(results), {
    isNarrowed: asked.some(argument => /^(-t|--testNamePattern)\b/.test(argument)),
  });
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
  writeFileSync(report, `${JSON.stringify({ machine, figures: rows }, undefined, 2)}\n`);
  console.log(`\n${machine}\n\n${benchTable(rows)}`);
  console.log(dim(`\nThe same as JSON: ${report}`));
  process.exitCode = code === 0 ? benchExitCode(rows) : 1;
});

/** @param {string} path @returns {Parameters<typeof benchRows>[0]} one figure a line; none where nothing was measured */
function linesOf(path) {
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line))
    : [];
}

/** @param {string} path @returns {Parameters<typeof benchRows>[1]} */
function filesOf(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : undefined;
}
