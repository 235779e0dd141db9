/** Unpacks gzip files with the platform's own stream. */
/** Unpacks a gzip file. @throws if the bytes are not a whole gzip file. */
export async function gunzip(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(unpacked).arrayBuffer();
}
