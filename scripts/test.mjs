import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { exitCode, tail } from './command.mjs';
import { cache, inRoot, logs, root } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { inVenv, setUpPython } from './setup/python.mjs';
import { setUpVscodeServer } from './setup/vscodeServer.mjs';
import { bold, dim, duration, green, red, Remedy, runMain, table, yellow } from './terminal.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name what `npm test -- <name>` takes
 * @property {string} what
 * @property {(() => Promise<unknown>)[]} needs
 * @property {readonly (readonly string[])[]} commands programs of this project with their arguments
 * @property {boolean} [isExtra] runs only when it is named
 * @property {boolean} [quiet] says something only when it fails
 * @property {0 | 1} [lane] of two that run side by side, each its suites one after the other; without one it runs
 *   alone at the end
 */

const node = process.execPath;
const bin = (/** @type {string} */ name) => inRoot('node_modules', name);
const vitest = (/** @type {string} */ project) => [
  ...[node, bin('vitest/vitest.mjs'), 'run', '--project', project],
  ...['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${outcomes(project)}`],
];
/** What Vitest tells of each test, for the end of the run. */
const outcomes = (/** @type {string} */ suite) => join(logs, `test-${suite}.json`);
const tsc = (/** @type {string} */ project) => [
  ...[node, bin('typescript/bin/tsc'), '-p', project, '--incremental'],
  ...['--tsBuildInfoFile', join(cache, 'types', `${project.replace(/\W/g, '-')}.tsbuildinfo`)],
];

/** For programs whose output goes through a file to a terminal. */
const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};

/** The suites that were asked for; all where none was. */
const named = process.argv.slice(2);

/**
 * A run of named suites is for the inner loop: it lints the files that have changed. Some rules ask for types that come
 * from other files, so a run of everything lints every file.
 */
const lintCache = () => {
  if (named.length === 0) {
    return [];
  }
  // What decides of a finding beside the file itself.
  const hash = createHash('sha256');
  for (const name of readdirSync(root).filter(one => /^(eslint|tsconfig|package-lock)/.test(one))) {
    hash.update(readFileSync(inRoot(name)));
  }
  for (const name of readdirSync(inRoot('scripts')).filter(one => one.endsWith('.mjs'))) {
    hash.update(readFileSync(inRoot('scripts', name)));
  }
  const place = join(cache, 'lint', hash.digest('hex').slice(0, 16));
  return ['--cache', '--cache-strategy', 'content', '--cache-location', place];
};

const pythonNeeded = async () => {
  if (!(await setUpPython())) {
    throw new Skipped('there is no Python here');
  }
};

const setUpOldestVscode = () => setUpVscodeServer('oldest');

/** Everything that `npm test` runs, in this order, and what it runs when asked. @type {readonly Suite[]} */
const suites = [
  {
    name: 'types',
    what: 'TypeScript, each layer with its own ambient types',
    needs: [],
    commands: ['.', 'src/common', 'src', 'webview', 'test'].map(tsc),
    quiet: true,
    lane: 0,
  },
  {
    name: 'lint',
    what: 'ESLint: strict rules and the layers; knip: nothing unused',
    needs: [],
    commands: [
      [node, bin('eslint/bin/eslint.js'), '--max-warnings', '0', ...lintCache(), '.'],
      [node, bin('knip/bin/knip.js')],
    ],
    quiet: true,
    lane: 1,
  },
  {
    name: 'format',
    what: 'Prettier',
    needs: [],
    commands: [
      [
        ...[node, bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn'],
        ...['--cache', '--cache-strategy', 'content', '--cache-location', join(cache, 'format')],
        '.',
      ],
    ],
    quiet: true,
    lane: 0,
  },
  {
    name: 'training',
    what: 'ruff and pytest over training/',
    needs: [pythonNeeded],
    commands: [
      [inVenv('ruff'), 'check', 'training'],
      [inVenv('ruff'), 'format', '--check', 'training'],
      [inVenv('python'), '-m', 'pytest', '-q', 'training'],
    ],
    quiet: true,
    lane: 0,
  },
  {
    name: 'unit',
    what: 'what needs neither browser nor VS Code',
    needs: [setUpBuild],
    commands: [vitest('unit')],
    lane: 0,
  },
  {
    name: 'parity',
    what: 'model folders against PyTorch, through the engine',
    needs: [setUpBuild],
    commands: [vitest('parity')],
    lane: 0,
  },
  {
    name: 'browser',
    what: 'the shipped workers in Chromium under the shipped CSP',
    needs: [setUpBuild, setUpChromium],
    commands: [vitest('browser')],
    lane: 0,
  },
  {
    name: 'pages',
    what: 'the pages in Chromium, with a host of their own',
    needs: [setUpBuild, setUpChromium],
    commands: [vitest('pages')],
    lane: 1,
  },
  {
    name: 'extension',
    what: 'the extension host of a real VS Code',
    needs: [setUpBuild, setUpChromium, setUpVscodeServer],
    commands: [[node, join('test', 'extension', 'launch', 'server.mjs')]],
    lane: 1,
  },
  {
    name: 'oldest',
    what: 'the same in the oldest VS Code that `engines` allows',
    needs: [setUpBuild, setUpChromium, setUpOldestVscode],
    commands: [[node, join('test', 'extension', 'launch', 'server.mjs'), '--oldest']],
    isExtra: true,
    lane: 1,
  },
  {
    name: 'workbench',
    what: 'a real VS Code, driven as a person drives it',
    needs: [setUpBuild, setUpChromium, setUpVscodeServer],
    commands: [vitest('workbench')],
    lane: 1,
  },
  // The last: it leaves a production build behind.
  {
    name: 'package',
    what: 'the VSIX: all that belongs into it, nothing else, and what it weighs',
    needs: [],
    commands: [[node, join('scripts', 'package.mjs')]],
  },
];

class Skipped extends Error {}

/** @typedef {{ suite: Suite, outcome: 'passed' | 'failed' | 'skipped', ms: number, why?: string }} Result */

await runMain(async () => {
  const chosen = choose(named);
  await setUpNodeModules();
  const started = performance.now();
  const skipped = await setUp(chosen);
  const isShown = chosen.length === 1;
  const run = async (/** @type {readonly Suite[]} */ lane) => {
    /** @type {Result[]} */
    const results = [];
    for (const suite of lane) {
      results.push(skipped.get(suite) ?? (await runSuite(suite, isShown)));
    }
    return results;
  };
  const inLane = (/** @type {number | undefined} */ lane) =>
    chosen.filter(suite => suite.lane === lane);
  const results = (await Promise.all([run(inLane(0)), run(inLane(1))])).flat();
  results.push(...(await run(inLane(undefined))));
  report(results, performance.now() - started);
});

/** @param {string[]} names @returns {readonly Suite[]} */
function choose(names) {
  const unknown = names.filter(name => !suites.some(suite => suite.name === name));
  if (unknown.length > 0) {
    const known = suites.map(suite => `  ${suite.name.padEnd(10)} ${suite.what}`).join('\n');
    throw new Remedy(`There is no suite ${unknown.join(', ')}. There are\n\n${known}`);
  }
  return names.length === 0
    ? suites.filter(suite => !suite.isExtra)
    : suites.filter(suite => names.includes(suite.name));
}

/**
 * Makes what the suites need, each thing once.
 * @param {readonly Suite[]} chosen
 * @returns {Promise<Map<Suite, Result>>} the suites that cannot run on this machine, with the reason
 */
async function setUp(chosen) {
  const made = new Map();
  const skipped = new Map();
  for (const suite of chosen) {
    for (const need of suite.needs) {
      made.set(need, made.get(need) ?? (await need().catch(asSkipped)) ?? true);
      const why = made.get(need);
      if (why instanceof Skipped) {
        skipped.set(suite, { suite, outcome: 'skipped', ms: 0, why: why.message });
      }
    }
  }
  return skipped;
}

/** @param {unknown} error @returns {Skipped} */
function asSkipped(error) {
  if (error instanceof Skipped) {
    return error;
  }
  throw error;
}

/**
 * @param {Suite} suite
 * @param {boolean} isShown what it says goes to the terminal at once, and not when it has ended
 * @returns {Promise<Result>}
 */
async function runSuite(suite, isShown) {
  const started = performance.now();
  const { name, what, quiet = false } = suite;
  const heading = `${bold(name)} ${dim(what)}`;
  rmSync(outcomes(name), { force: true });
  if (isShown) {
    console.log(`\n${heading}`);
  }
  /** @type {Result['outcome']} */
  let outcome = 'passed';
  const said = [];
  for (const [index, [program = '', ...args]] of suite.commands.entries()) {
    const log = isShown ? undefined : `test-${name}-${index}.log`;
    const code = await exitCode(program, args, {
      cwd: root,
      ...(log !== undefined && { log, env: colours }),
    });
    outcome = code === 0 ? 'passed' : 'failed';
    if (log !== undefined && (outcome === 'failed' || !quiet)) {
      said.push(tail(join(logs, log), quiet ? 80 : Infinity));
    }
    if (outcome === 'failed') {
      break;
    }
  }
  const ms = performance.now() - started;
  if (!isShown) {
    console.log(
      ['', `${heading} ${outcomeWord(outcome)} ${dim(duration(ms))}`, ...said].join('\n'),
    );
  }
  return { suite, outcome, ms };
}

/** @param {Result['outcome']} outcome */
function outcomeWord(outcome) {
  return { passed: green, failed: red, skipped: yellow }[outcome](outcome);
}

/** @param {Result[]} results @param {number} totalMs */
function report(results, totalMs) {
  const ordered = suites.flatMap(suite => results.filter(result => result.suite === suite));
  const rows = ordered.map(({ suite, outcome, ms, why }) => [
    suite.name,
    duration(ms),
    outcomeWord(outcome) + (why === undefined ? '' : `: ${why}`),
  ]);
  console.log(
    `\n${table([['suite', 'time', 'outcome'], ...rows])}\n${dim(`in all ${duration(totalMs)}`)}`,
  );
  for (const { suite } of ordered.filter(({ outcome }) => outcome === 'failed')) {
    const names = failures(suite.name);
    if (names.length > 0) {
      console.log(`\n${bold(suite.name)} ${red('failed')}\n${names.join('\n')}`);
    }
  }
  const changed = changedPictures();
  if (changed.length > 0) {
    console.log(yellow(`\nPictures that changed, beside the expected ones: ${changed.join(', ')}`));
  }
  if (results.some(result => result.outcome === 'failed')) {
    process.exitCode = 1;
  }
}

/**
 * Said again at the end, because the suites that followed have filled the terminal.
 * @param {string} suite
 * @returns {string[]} the tests of a Vitest suite that failed, each with the first line of its reason
 */
function failures(suite) {
  if (!existsSync(outcomes(suite))) {
    return [];
  }
  /** @type {{ testResults: { name: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(outcomes(suite), 'utf8'));
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const lines = failed.map(one => `  ${one.fullName}: ${firstLine(one.failureMessages[0])}`);
    // A file that does not even load has no tests.
    const all = lines.length === 0 && message !== '' ? [`  ${firstLine(message)}`] : lines;
    return all.length > 0 ? [relative(root, name), ...all] : [];
  });
}

/** @param {string | undefined} text */
function firstLine(text) {
  return text?.split('\n')[0] ?? '';
}

/** @returns {string[]} names of the pictures that the workbench suite left in its ignored folder */
function changedPictures() {
  const folder = inRoot('test', 'workbench', 'changed');
  return existsSync(folder)
    ? readdirSync(folder).filter(name => name.endsWith('-changed.png'))
    : [];
}
