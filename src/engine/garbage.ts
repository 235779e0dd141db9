/** In bytes, and how often. Nobody writes to it, so that no memory is behind it. */
const untouched = 2 ** 26;
const times = 4;

/**
 * Has V8 free what a load has left behind: a file of weights may be 100 MB, and would stand beside the model for
 * minutes, as V8 collects by how many bytes of buffers were made and does not count what WebAssembly takes.
 */
export function collectGarbage(): void {
  try {
    for (let index = 0; index < times; index++) {
      new ArrayBuffer(untouched);
    }
  } catch {
    // Where there is no room for this either, V8 has collected already.
  }
}
