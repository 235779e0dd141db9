/** How the keyboard moves over the cells of a matrix. */

type CellPlace = readonly [query: number, key: number];

/** The cell that a key leads to, within a matrix of some rows and columns; undefined for a key that does not move. */
export function cellAfter(
  key: string,
  [query, column]: CellPlace,
  [rows, columns]: readonly [rows: number, columns: number],
): CellPlace | undefined {
  const [lastQuery, lastKey] = [rows - 1, columns - 1];
  const moves: Partial<Record<string, CellPlace>> = {
    ArrowUp: [query - 1, column],
    ArrowDown: [query + 1, column],
    ArrowLeft: [query, column - 1],
    ArrowRight: [query, column + 1],
    Home: [query, 0],
    End: [query, lastKey],
    PageUp: [0, column],
    PageDown: [lastQuery, column],
  };
  const move = moves[key];
  const clamp = (value: number, last: number) => Math.max(0, Math.min(last, value));
  return move && [clamp(move[0], lastQuery), clamp(move[1], lastKey)];
}
