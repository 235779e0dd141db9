import { readFile } from 'node:fs/promises';

const namespaceImport = /^import \* as vscode from 'vscode';$/m;

/**
 * Takes VS Code's API as it is given. Of `import * as vscode` esbuild makes a copy of all its hundreds of names, a
 * getter each, and again for every file: more than half of what loading the extension took.
 *
 * @type {import('esbuild').Plugin}
 */
export const plainVscode = {
  name: 'plain-vscode',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return {
        loader: 'ts',
        contents: text.replace(namespaceImport, "import vscode = require('vscode');"),
      };
    });
  },
};
