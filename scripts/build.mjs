import { setUpNodeModules } from './setup/nodeModules.mjs';
import { runMain } from './terminal.mjs';

/** `esbuild.mjs` for a fresh clone too: its packages are installed first. Options are handed on. */
await runMain(async () => {
  await setUpNodeModules();
  await import('../esbuild.mjs');
});
