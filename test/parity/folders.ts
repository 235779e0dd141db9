import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Manifest } from '../../src/common/protocol/manifest';

const root = join(import.meta.dirname, '../..');

/** The model folders of a family, the shipped ones first, then the tiny ones. */
export function foldersOf(family: Manifest['family']): readonly string[] {
  return ['models', 'test/fixtures'].flatMap(parent =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => join(root, parent, entry.name))
      .filter(folder => manifestOf(folder).family === family),
  );
}

/** The ids of the shipped models of a family. */
export const shippedOf = (family: Manifest['family']): readonly string[] =>
  foldersOf(family)
    .filter(folder => folder.startsWith(join(root, 'models')))
    .map(folder => basename(folder));

/** Our own file; the engine checks it. */
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
