import { exitCode } from './command.mjs';
import { inRoot } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { Remedy } from './terminal.mjs';

/** Makes `dist/engine.js` if need be and runs it. Its answer alone goes to stdout; what is said on the way, to stderr. */
const toStdout = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
try {
  await setUpNodeModules();
  await setUpBuild();
  const code = await exitCode(
    process.execPath,
    [inRoot('dist', 'engine.js'), ...process.argv.slice(2)],
    // npm changes to the root; a relative path is meant from where the person is.
    { cwd: process.env['INIT_CWD'] ?? process.cwd() },
  );
  process.exitCode = typeof code === 'number' ? code : 1;
} catch (error) {
  const message = error instanceof Remedy ? error.message : String(error);
  toStdout(`${JSON.stringify({ error: { code: 'internal', message } })}\n`);
  process.exitCode = 1;
}
