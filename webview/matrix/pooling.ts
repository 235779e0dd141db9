/**
 * Shrinks a matrix to an image: each pixel shows the largest weight under it, so no link is lost between pixels.
 *
 * @param weights [rows, columns], row-major; not changed.
 * @returns [height, width], row-major; the same values where it is not smaller than the matrix.
 */
export function poolMax(
  weights: Float32Array,
  rows: number,
  columns: number,
  height: number,
  width: number,
): Float32Array<ArrayBuffer> {
  const pooled = new Float32Array(height * width);
  const columnEdges = edges(columns, width);
  const rowEdges = edges(rows, height);
  for (let y = 0; y < height; y++) {
    for (let row = rowEdges[2 * y]!; row < rowEdges[2 * y + 1]!; row++) {
      for (let x = 0; x < width; x++) {
        let largest = pooled[y * width + x]!;
        for (let column = columnEdges[2 * x]!; column < columnEdges[2 * x + 1]!; column++) {
          const weight = weights[row * columns + column]!;
          if (weight > largest) {
            largest = weight;
          }
        }
        pooled[y * width + x] = largest;
      }
    }
  }
  return pooled;
}

/** [first, end) of the cells under each pixel, at least one cell each. */
function edges(cells: number, pixels: number): Uint32Array {
  const found = new Uint32Array(2 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const first = Math.min(cells - 1, Math.floor((pixel * cells) / pixels));
    found[2 * pixel] = first;
    found[2 * pixel + 1] = Math.max(first + 1, Math.floor(((pixel + 1) * cells) / pixels));
  }
  return found;
}
