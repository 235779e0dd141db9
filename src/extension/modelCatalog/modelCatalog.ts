/** Reads the model folders of the extension. */
import * as vscode from 'vscode';
import { bundledModels } from './bundledModels';
import type { ModelFiles, TokenizerFiles } from '../../common/protocol/engine/api';
import { EngineError } from '../../common/errors';
import {
  parseModelJson,
  parseManifest,
  type Manifest,
  type ModelFile,
} from '../../common/protocol/manifest';
import { readModelFiles } from '../../common/engineClient/modelFolder';
import {
  parseLabelStudy,
  parseTranslationEvaluation,
  type LabelStudy,
  type TranslationEvaluation,
} from '../../common/content/evaluation';

/** Reads the model folders of the extension, on disk or on the web. */
export class ModelCatalog {
  /** @param root the folder that holds the model folders; replaced by tests. */
  constructor(public root: vscode.Uri) {}

  /** Reads the manifests of all readable models, in the order of `bundledModels`. @throws EngineError if there is none. */
  async manifests(): Promise<Manifest[]> {
    const read = await Promise.allSettled(bundledModels.map(modelId => this.manifest(modelId)));
    const manifests = read.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = read.find(result => result.status === 'rejected');
    if (manifests.length === 0 && failed) {
      throw failed.reason;
    }
    return manifests;
  }

  /** @throws EngineError `model-missing`, `model-invalid`. */
  async manifest(modelId: string): Promise<Manifest> {
    return parseManifest(
      parseModelJson(await this.#read(modelId, 'manifest.json'), 'manifest.json'),
    );
  }

  /** Reads a whole model folder into memory. @throws EngineError `model-missing`, `model-invalid`. */
  async files(modelId: string): Promise<ModelFiles> {
    return readModelFiles(await this.manifest(modelId), ({ path }) => this.#read(modelId, path));
  }

  /** Reads the files needed to tokenize text. @throws EngineError `model-missing`, `model-invalid`. */
  async tokenizer(modelId: string): Promise<TokenizerFiles> {
    const manifest = await this.manifest(modelId);
    return { manifest, tokenizer: await this.#read(modelId, manifest.files.tokenizer.path) };
  }

  /** Reads the evaluation of a translator; undefined if there is none. */
  async quality(modelId: string): Promise<TranslationEvaluation | undefined> {
    return parseTranslationEvaluation(await this.#evaluation(modelId));
  }

  /** Reads the study of a classifier by number of labels; undefined if there is none. */
  async labelStudy(modelId: string): Promise<LabelStudy | undefined> {
    return parseLabelStudy(await this.#evaluation(modelId));
  }

  async #evaluation(modelId: string): Promise<unknown> {
    const file = 'quality.json';
    const bytes = await this.#read(modelId, file).catch(() => undefined);
    return bytes && parseModelJson(bytes, file);
  }

  uri(modelId: string, { path }: Pick<ModelFile, 'path'>): vscode.Uri {
    return vscode.Uri.joinPath(this.root, modelId, path);
  }

  async #read(modelId: string, path: string): Promise<ArrayBuffer> {
    try {
      return await readBuffer(this.uri(modelId, { path }));
    } catch (cause) {
      throw new EngineError(
        'model-missing',
        `The model's file ${path} cannot be read. Reinstall the extension.`,
        { cause },
      );
    }
  }
}

/** Reads a file into a buffer of its own, which may be transferred. */
export async function readBuffer(uri: vscode.Uri): Promise<ArrayBuffer> {
  const bytes = await vscode.workspace.fs.readFile(uri);
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength === byteLength
    ? buffer
    : new Uint8Array(bytes).buffer;
}
