import { join } from 'node:path';
import { exitCode } from './command.mjs';
import { cache, inRoot } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { setUpVscodeServer } from './setup/vscodeServer.mjs';
import { runMain } from './terminal.mjs';

/** Takes a picture of every state of the panel in a real VS Code; what is named after it (`-t light`) chooses. */
await runMain(async () => {
  await setUpNodeModules();
  await setUpBuild();
  await setUpChromium();
  await setUpVscodeServer();
  process.exitCode =
    (await exitCode(process.execPath, [
      inRoot('node_modules/vitest/vitest.mjs'),
      ...['run', '--project', 'screenshots', ...process.argv.slice(2)],
    ])) === 0
      ? 0
      : 1;
  console.log(`\n  The pictures are in ${join(cache, 'screenshots')}.`);
});
