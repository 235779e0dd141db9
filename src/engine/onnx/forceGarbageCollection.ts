/** In bytes, and how often. Nobody writes to it, so that no memory is behind it. */
const untouched = 2 ** 26;
const times = 4;
/** In bytes: a model of less leaves little behind, and a collection takes some 10 ms. */
export const worthCollecting = 2 ** 24;

/**
 * Has V8 free what a load has left behind: the file of a model may be 100 MB, and would stand beside the model for
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
