/** Reads the files of a model into the page, and knows which models predict a next token. */
import type { ModelFiles, TokenizerFiles } from '../../src/common/protocol/engine/api';
import { EngineError, type ErrorCode } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import { filesOf, readModelFiles } from '../../src/common/engineClient/modelFolder';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Remote } from '../../src/common/protocol/rpc';
import { takeDownload } from './ahead';
import { download } from './download';

/** Called while files come in: bytes so far and bytes in all. */
export type OnBytes = (loaded: number, total: number) => void;

/**
 * Reads a model folder by the webview URIs that the host gives.
 *
 * @throws EngineError `model-missing` when a file cannot be read. Checksums are the engine's to check.
 */
export async function readModel(
  host: Remote<HostApi>,
  manifest: Manifest,
  onBytes: OnBytes,
): Promise<ModelFiles> {
  const uris = await host.modelUris({ modelId: manifest.id });
  const total = filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0);
  let loaded = 0;
  return readModelFiles(manifest, ({ path, bytes: size }) =>
    (path === manifest.files.tokenizer.path ? readTwice : fetchBytes)(
      uris[path] ?? path,
      'model-missing',
      {
        size,
        onBytes: bytes => {
          loaded += bytes;
          onBytes(loaded, total);
        },
      },
    ),
  );
}

/** The same of what is needed to cut text. @throws EngineError `model-missing` */
export async function readTokenizer(
  host: Remote<HostApi>,
  manifest: Manifest,
): Promise<TokenizerFiles> {
  const uris = await host.modelUris({ modelId: manifest.id });
  const { path } = manifest.files.tokenizer;
  return { manifest, tokenizer: await readTwice(uris[path] ?? path, 'model-missing') };
}

/** Files that were asked for once. */
const once = new Map<string, Promise<ArrayBuffer>>();

/** Of a file that is needed twice, as a tokenizer alone and with its model: it is fetched the first time only. */
async function readTwice(...given: Parameters<typeof fetchBytes>): Promise<ArrayBuffer> {
  const [uri] = given;
  const first = once.get(uri);
  if (first) {
    once.delete(uri);
    return first;
  }
  const reading = fetchBytes(...given);
  once.set(uri, reading);
  reading.catch(() => once.delete(uri));
  return (await reading).slice(0); // Either is given away.
}

interface FetchOptions {
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Its size, where it is known. */
  readonly size?: number | undefined;
}

/**
 * The bytes behind a webview URI.
 *
 * @param code of the error when they cannot be read.
 */
export async function fetchBytes(
  uri: string,
  code: ErrorCode,
  { onBytes, size }: FetchOptions = {},
): Promise<ArrayBuffer> {
  const begun = takeDownload(uri) ?? download(uri, size);
  onBytes?.(begun.loaded);
  begun.onBytes = onBytes;
  try {
    return await begun.bytes;
  } catch (cause) {
    throw unreadable(uri, code, cause);
  }
}

export function unreadable(uri: string, code: ErrorCode, cause: unknown): EngineError {
  const name = decodeURIComponent(uri.split('/').at(-1) ?? uri);
  return new EngineError(
    code,
    `${name} is missing or damaged; if it stays so, install the extension again. (${String(cause)})`,
    { cause },
  );
}

/** It reads a text and tells what comes next. */
export const writesOn = ({ family }: Manifest): boolean => family === 'decoder-only';

/** It tells what stands in the place of a mask. */
export const fillsMasks = ({ family, tokens }: Manifest): boolean =>
  family === 'encoder-only' && tokens?.mask !== undefined;

/** The models that this page can show, the oldest first. */
export const predictors = (models: readonly Manifest[]): readonly Manifest[] =>
  models.filter(model => writesOn(model) || fillsMasks(model)).toSorted((a, b) => a.year - b.year);

/** The model of an id where it can be shown, else one that writes on, else any that can be shown. */
export function modelFor(models: readonly Manifest[], modelId: string): Manifest | undefined {
  const possible = predictors(models);
  return possible.find(({ id }) => id === modelId) ?? possible.findLast(writesOn) ?? possible[0];
}

/** "GPT-2": for sentences. */
export const shortName = ({ name }: Manifest): string => name.replace(/ \(.*\)$/, '');

/** "Transformer 2017, EN→FR", "BERT 2018": what a model is and what it is for, where there is little room. */
export function titleOf({ name, year, languages }: Pick<Manifest, 'name' | 'year' | 'languages'>) {
  const { source, target } = languages ?? {};
  const job = source && target ? `, ${source.toUpperCase()}→${target.toUpperCase()}` : '';
  return `${name.replace(/ \(.*\)$/, '')} ${year}${job}`;
}

/** The titles of several models; those that would be the same are told apart by their whole names. */
export function titlesOf(models: readonly Manifest[]): readonly string[] {
  const titles = models.map(titleOf);
  return titles.map((title, index) =>
    titles.indexOf(title) === titles.lastIndexOf(title) ? title : (models[index]?.name ?? title),
  );
}
