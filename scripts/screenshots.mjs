import { join } from 'node:path';
import { exitCode } from './command.mjs';
import { cache, inRoot } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { setUpVscodeServer } from './setup/vscodeServer.mjs';
import { runMain } from './terminal.mjs';

/**
 * Takes pictures in a real VS Code: of every state, for people to look at, or with `--product` those that are part of
 * the product. What is named after it (`-t light`) chooses.
 */
const isOfProduct = process.argv[2] === '--product';

await runMain(async () => {
  await setUpNodeModules();
  await setUpBuild();
  await setUpChromium();
  await setUpVscodeServer();
  process.exitCode =
    (await exitCode(process.execPath, [
      inRoot('node_modules/vitest/vitest.mjs'),
      ...['run', '--project', isOfProduct ? 'pictures' : 'screenshots'],
      ...process.argv.slice(isOfProduct ? 3 : 2),
    ])) === 0
      ? 0
      : 1;
  const folder = isOfProduct ? inRoot('media', 'walkthrough') : join(cache, 'screenshots');
  console.log(`\n  The pictures are in ${folder}.`);
});
