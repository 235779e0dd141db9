import { constants, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, inRoot } from './paths.mjs';

/** What of the repository an extension in development is made of. */
const contents = ['package.json', 'package.nls.json', 'l10n', 'dist', 'media', 'models'];

/**
 * A folder with the extension alone, for the VS Code server. The repository itself will not do: the
 * server lies in it, and VS Code takes every theme below an extension in development, its own then too, for
 * one that is being developed, and shows it instead of the chosen one.
 *
 * Copies and not links: VS Code knows an extension by the true path of the script that asks for its API, and
 * gives one that it does not know a lesser API, without translations and without bytes in webview messages.
 * @returns {string} absolute path
 */
export function developmentFolder() {
  const folder = join(cache, 'extension');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of contents.filter(one => existsSync(inRoot(one)))) {
    cpSync(inRoot(name), join(folder, name), {
      recursive: true,
      mode: constants.COPYFILE_FICLONE, // Costs no space where the file system can share it.
    });
  }
  return folder;
}
