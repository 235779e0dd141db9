/** Bytes on their way to the page. */
export interface Download {
  /** All of them. Rejects when they cannot be read. */
  readonly bytes: Promise<ArrayBuffer>;
  /** How many have come. */
  readonly loaded: number;
  /** Hears of those that come from now on: how many, each time. */
  onBytes: ((count: number) => void) | undefined;
}

/** Of a file whose size is not known. */
const usualSize = 2 ** 16;

/**
 * Begins to read a file.
 *
 * @param size in bytes, where it is known: the file is then written to where it stays.
 */
export function download(uri: string, size = usualSize): Download {
  const progress: { loaded: number; onBytes: Download['onBytes'] } = {
    loaded: 0,
    onBytes: undefined,
  };
  const bytes = read(uri, size, count => {
    progress.loaded += count;
    progress.onBytes?.(count);
  });
  bytes.catch(() => undefined); // Whoever wants them is told.
  return Object.assign(progress, { bytes });
}

async function read(
  uri: string,
  size: number,
  onBytes: (count: number) => void,
): Promise<ArrayBuffer> {
  const response = await fetch(uri);
  if (!response.ok || !response.body) {
    throw new Error(`${response.status} ${response.statusText}`);
  }
  const reader = response.body.getReader();
  let all = new Uint8Array(size);
  let length = 0;
  for (;;) {
    const { value } = await reader.read();
    if (!value) {
      return length === all.length ? all.buffer : all.buffer.slice(0, length);
    }
    if (length + value.length > all.length) {
      const larger = new Uint8Array(Math.max(2 * all.length, length + value.length));
      larger.set(all.subarray(0, length));
      all = larger;
    }
    all.set(value, length);
    length += value.length;
    onBytes(value.length);
  }
}

/** Compiles gzipped WebAssembly while it comes in. */
export function compileWasm(uri: string): Promise<WebAssembly.Module> {
  const compiled = WebAssembly.compileStreaming(unpacked(uri));
  compiled.catch(() => undefined); // Whoever wants it is told.
  return compiled;
}

async function unpacked(uri: string): Promise<Response> {
  const { ok, status, statusText, body } = await fetch(uri);
  if (!ok || !body) {
    throw new Error(`${status} ${statusText}`);
  }
  return new Response(body.pipeThrough(new DecompressionStream('gzip')), {
    headers: { 'content-type': 'application/wasm' },
  });
}
