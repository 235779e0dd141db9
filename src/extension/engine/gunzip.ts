/** @throws when the bytes are not all of a gzip file. */
export async function gunzip(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(unpacked).arrayBuffer();
}
