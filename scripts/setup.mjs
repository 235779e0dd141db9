import { setUpBuild } from './setup/build.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { setUpPython } from './setup/python.mjs';
import { setUpVscodeServer } from './setup/vscodeServer.mjs';
import { runMain, yellow } from './terminal.mjs';

/** Sets up all that tests and development need; what is there already costs nothing. */
await runMain(async () => {
  await setUpNodeModules();
  await setUpBuild();
  await setUpChromium();
  await setUpVscodeServer();
  if (!(await setUpPython())) {
    console.log(yellow('  There is no Python here: the tests of training/ are left out.'));
  }
  console.log('  Everything is set up.');
});
