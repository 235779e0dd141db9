import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onPath, run } from './command.mjs';
import { developmentFolder } from './developmentFolder.mjs';
import { cache, examples, root } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { setUpVscodeServer, vscodeServer } from './setup/vscodeServer.mjs';
import { bold, dim, Remedy, runMain } from './terminal.mjs';
import { startVscodeServer } from './vscodeServer.mjs';

const usage = `npm start [-- --server] [-- --port <number>]

  --server  use the VS Code server even where there is a desktop VS Code
  --port    of the server; a free one by default`;

/** The text that is open when the window opens. */
const firstFile = join(examples, 'pronouns.md');

await runMain(async () => {
  const options = readOptions();
  if (options === undefined) {
    return;
  }
  console.log(bold('Evolution of Language Models'));
  await setUpNodeModules();
  await setUpBuild();
  const desktop = options.server ? undefined : findDesktop();
  if (desktop !== undefined) {
    await openDesktop(desktop);
  } else {
    await serve(options.port);
  }
});

function readOptions() {
  const { values } = parseArgs({
    options: {
      server: { type: 'boolean', default: false },
      port: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Remedy(`--port wants a number from 1 to 65535, not ${values.port}.`);
  }
  return { server: values.server, port };
}

/** @returns {string | undefined} path of a desktop VS Code */
function findDesktop() {
  const named = process.env['VSCODE_EXECUTABLE'];
  if (named !== undefined && !existsSync(named)) {
    throw new Remedy(
      `VSCODE_EXECUTABLE is ${named}, and there is no such file. Correct it or unset it.`,
    );
  }
  return named ?? onPath('code', 'code-insiders', 'codium');
}

/** @param {string} program */
async function openDesktop(program) {
  console.log(`  Opening an Extension Development Host with ${program}.`);
  await run(program, [
    `--extensionDevelopmentPath=${root}`,
    '--new-window',
    examples,
    '--goto',
    firstFile,
  ]);
  console.log(
    '  In its window: select some text and run "Evolution: Show Attention" from the palette.',
  );
}

/** @param {number | undefined} port */
async function serve(port) {
  await setUpVscodeServer();
  const server = await startVscodeServer({
    ...(port !== undefined && { port }),
    dataDir: join(cache, 'vscode-data'),
    installed: developmentFolder(),
  });
  const address = server.address({ folder: examples, file: firstFile });
  console.log(`
  VS Code ${vscodeServer().version()} with the extension, on this machine only:

    ${bold(address)}

  Open it in a browser, select some text and run "Evolution: Show Attention" from the palette (F1).
  ${dim('Ctrl+C ends it.')}`);
  await new Promise(resolve => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.stop();
}
