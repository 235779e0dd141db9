import { runTests } from '@vscode/test-electron';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examples, inRoot, root } from '../../../scripts/paths.mjs';
import { setUpBuild } from '../../../scripts/setup/build.mjs';
import { runMain } from '../../../scripts/terminal.mjs';

/** Runs the same suite in a desktop VS Code: `VSCODE_EXECUTABLE`, or the stable one, which is downloaded. */
await runMain(async () => {
  await setUpBuild();
  const home = mkdtempSync(join(tmpdir(), 'lm-evolution-suite-'));
  const folder = join(home, 'workspace');
  cpSync(examples, folder, { recursive: true });
  const vscodeExecutablePath = process.env['VSCODE_EXECUTABLE'];
  try {
    await runTests({
      ...(vscodeExecutablePath !== undefined && { vscodeExecutablePath }),
      extensionDevelopmentPath: root,
      extensionTestsPath: inRoot('dist', 'test', 'extension', 'run.js'),
      launchArgs: [
        folder,
        '--disable-extensions',
        '--disable-workspace-trust',
        `--user-data-dir=${join(home, 'data')}`,
      ],
    });
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});
