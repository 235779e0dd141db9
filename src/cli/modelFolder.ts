/** Finds and reads model folders for the command line. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFiles, TokenizerFiles } from '../common/protocol/engine/api';
import { EngineError } from '../common/errors';
import { parseModelJson, parseManifest, type Manifest } from '../common/protocol/manifest';
import { readModelFiles } from '../common/engineClient/modelFolder';

/** The manifests of all model folders in a directory, by name of folder. @throws EngineError `model-missing`, `model-invalid` */
export async function listModels(directory: string): Promise<readonly Manifest[]> {
  const folders = await folderNames(directory);
  return Promise.all(folders.map(folder => readManifest(join(directory, folder))));
}

/** Where a model is. @throws EngineError `model-missing`, with the models that there are. */
export async function findModelFolder(directory: string, modelId: string): Promise<string> {
  const folders = await folderNames(directory);
  if (!folders.includes(modelId)) {
    const known = folders.join(', ');
    throw new EngineError(
      'model-missing',
      `There is no model "${modelId}". Take one of: ${known}.`,
    );
  }
  return join(directory, modelId);
}

async function folderNames(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new EngineError('model-missing', `There is no folder of models at ${directory}.`, {
      cause,
    });
  });
  const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  return folders.sort();
}

/** Reads a model folder into memory. @throws EngineError `model-missing`, `model-invalid` */
export async function readModelFolder(folder: string): Promise<ModelFiles> {
  return readModelFiles(await readManifest(folder), ({ path }) => readBuffer(join(folder, path)));
}

/** Reads what of it is needed to cut text. @throws as {@link readModelFolder} */
export async function readTokenizer(folder: string): Promise<TokenizerFiles> {
  const manifest = await readManifest(folder);
  return { manifest, tokenizer: await readBuffer(join(folder, manifest.files.tokenizer.path)) };
}

/** @throws as {@link readModelFolder} */
export async function readManifest(folder: string): Promise<Manifest> {
  return parseManifest(
    parseModelJson(await readBuffer(join(folder, 'manifest.json')), 'manifest.json'),
  );
}

/** A file in a buffer of its own, so that it can be moved to a worker. */
export async function readBuffer(path: string): Promise<ArrayBuffer> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new EngineError('model-missing', `The file ${path} cannot be read. Is it there?`, {
      cause,
    });
  });
  return bytes.buffer.byteLength === bytes.byteLength ? bytes.buffer : new Uint8Array(bytes).buffer;
}
