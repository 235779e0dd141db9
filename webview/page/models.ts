import type { ModelFiles, TokenizerFiles } from '../../src/shared/engineApi';
import { EngineError, type ErrorCode } from '../../src/shared/errors';
import type { Manifest } from '../../src/shared/manifest';
import { filesOf, readModelFiles } from '../../src/shared/modelFolder';
import type { HostApi } from '../../src/shared/pageApi';
import type { Remote } from '../../src/shared/rpc';

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
  return readModelFiles(manifest, ({ path }) =>
    fetchBytes(uris[path] ?? path, 'model-missing', {
      onBytes: bytes => {
        loaded += bytes;
        onBytes(loaded, total);
      },
    }),
  );
}

/** The same of what is needed to cut text. @throws EngineError `model-missing` */
export async function readTokenizer(
  host: Remote<HostApi>,
  manifest: Manifest,
): Promise<TokenizerFiles> {
  const uris = await host.modelUris({ modelId: manifest.id });
  const { path } = manifest.files.tokenizer;
  return { manifest, tokenizer: await fetchBytes(uris[path] ?? path, 'model-missing') };
}

interface FetchOptions {
  readonly onBytes?: (bytes: number) => void;
  /** Unpacks on the way. */
  readonly isGzipped?: boolean;
}

/**
 * The bytes behind a webview URI.
 *
 * @param code of the error when they cannot be read.
 */
export async function fetchBytes(
  uri: string,
  code: ErrorCode,
  { onBytes, isGzipped = false }: FetchOptions = {},
): Promise<ArrayBuffer> {
  try {
    const response = await fetch(uri);
    if (!response.ok) {
      throw new Error(`${response.status} ${response.statusText}`);
    }
    let stream = response.body;
    if (stream && onBytes) {
      stream = stream.pipeThrough(counter(onBytes));
    }
    if (stream && isGzipped) {
      stream = stream.pipeThrough(new DecompressionStream('gzip'));
    }
    return await new Response(stream).arrayBuffer();
  } catch (cause) {
    const name = decodeURIComponent(uri.split('/').at(-1) ?? uri);
    throw new EngineError(
      code,
      `${name} is missing or damaged; if it stays so, install the extension again. (${String(cause)})`,
      { cause },
    );
  }
}

const counter = (onBytes: (bytes: number) => void) =>
  new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onBytes(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
