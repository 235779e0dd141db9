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
