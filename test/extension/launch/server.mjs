import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { openLog } from '../../../scripts/command.mjs';
import { developmentFolder } from '../../../scripts/developmentFolder.mjs';
import { examples, inRoot } from '../../../scripts/paths.mjs';
import { setUpBuild } from '../../../scripts/setup/build.mjs';
import { chromiumArgs, setUpChromium } from '../../../scripts/setup/chromium.mjs';
import { setUpVscodeServer, vscodeServer } from '../../../scripts/setup/vscodeServer.mjs';
import { Remedy, runMain } from '../../../scripts/terminal.mjs';
import { startVscodeServer } from '../../../scripts/vscodeServer.mjs';

/**
 * Runs the extension suite, or another file that exports `run`, in the Node extension host of the VS Code
 * server, its window in Chromium. `--oldest`: of the oldest VS Code that the extension allows.
 */

const {
  values,
  positionals: [tests = inRoot('dist', 'test', 'extension', 'run.js')],
} = parseArgs({ allowPositionals: true, options: { oldest: { type: 'boolean' } } });
const release = values.oldest ? 'oldest' : 'pinned';

/** What starts a line of the suite itself. Mirrors `suite/mark.ts`. */
const mark = '\u2063';
/** All else that window and extension host print. */
const chatter = openLog('extension-window.log');

/** Longest silence of the suite, in ms. */
const maxSilence = 180_000;

await runMain(async () => {
  await setUpBuild();
  await setUpVscodeServer(release);
  const executablePath = await setUpChromium();
  const home = mkdtempSync(join(tmpdir(), 'lm-evolution-suite-'));
  const folder = join(home, 'workspace');
  cpSync(examples, folder, { recursive: true });
  const server = await startVscodeServer({ release, dataDir: join(home, 'data') });
  const browser = await chromium.launch({ executablePath, args: chromiumArgs });
  try {
    console.log(`VS Code ${vscodeServer(release).version()}, server and Chromium`);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const code = await untilExit(page, () =>
      page.goto(
        server.address({
          folder,
          extension: developmentFolder(),
          tests,
        }),
      ),
    );
    if (code !== 0) {
      throw new Remedy('The extension suite failed.');
    }
  } finally {
    await browser.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});

/**
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} open
 * @returns {Promise<number>} 0 when `run` resolved
 */
function untilExit(page, open) {
  return new Promise((resolve, reject) => {
    let timer = setTimeout(giveUp, maxSilence);
    function giveUp() {
      reject(new Remedy(`The extension suite said nothing for ${maxSilence / 1000} s.`));
    }
    page.on('close', () => reject(new Remedy('The window was closed in the middle of the suite.')));
    page.on('crash', () => reject(new Remedy('The window crashed in the middle of the suite.')));
    void (async () => {
      await page.exposeFunction(
        'codeAutomationLog',
        (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
          const line = format(...args);
          if (line.startsWith(mark)) {
            clearTimeout(timer);
            timer = setTimeout(giveUp, maxSilence);
            console.log(line.slice(mark.length));
          } else {
            chatter.write(`${type}: ${line}\n`);
          }
        },
      );
      await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => {
        clearTimeout(timer);
        resolve(code);
      });
      await open();
    })().catch(reject);
  });
}
