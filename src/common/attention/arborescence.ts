/** The best tree of scored arcs: the maximum spanning arborescence of Chu and Liu (1965) and Edmonds (1967). */

/** Scores of arcs, row-major [dependent, head], of `units` units. Unit 0 is the root; the diagonal is never read. */
export interface ArcScores {
  readonly units: number;
  /** [units, units], finite. */
  readonly scores: ArrayLike<number>;
}

/**
 * Finds the tree with the largest sum of scores in which exactly one unit depends on the root, as Universal Dependencies
 * demand. In O(U³) at worst; mostly every unit's favourite is a tree already.
 *
 * @returns the head of each unit; -1 for the root itself.
 * @see McDonald et al. 2005, "Non-projective Dependency Parsing using Spanning Tree Algorithms", section 2.2.2
 */
export function bestTree({ units, scores }: ArcScores): number[] {
  const all = Array.from({ length: units }, (_, dependent) =>
    Array.from({ length: units }, (__, head) => scores[dependent * units + head] ?? 0),
  );
  const arcs = all.slice(1).flatMap((row, index) => row.filter((_, head) => head !== index + 1));
  const most = arcs.reduce((larger, score) => Math.max(larger, score), -Infinity);
  const least = arcs.reduce((smaller, score) => Math.min(smaller, score), Infinity);
  // Each arc to the root costs more than all others could bring, so the best tree has one alone.
  const cost = arcs.length > 0 ? units * (most - least) + 1 : 0;
  return spanning(
    all.map((row, dependent) =>
      row.map((score, head) =>
        head === dependent ? -Infinity : head === 0 ? score - cost : score,
      ),
    ),
  );
}

/** A square of scores, [dependent][head], with -Infinity on the diagonal. */
type Scores = readonly (readonly number[])[];

/** The best arborescence under unit 0, with any number of units under it. */
function spanning(scores: Scores): number[] {
  const heads = scores.map((row, unit) => (unit === 0 ? -1 : largest(row)));
  const cycle = findCycle(heads);
  if (!cycle) {
    return heads;
  }
  const isInside = new Set(cycle);
  const outside = scores.flatMap((_, unit) => (isInside.has(unit) ? [] : [unit]));
  const at = (dependent: number | undefined, head: number | undefined) =>
    scores[dependent ?? 0]?.[head ?? 0] ?? -Infinity;
  // Entering the cycle at a unit gives up that unit's arc within it.
  const entryOf = (head: number) => best(cycle, unit => at(unit, head) - at(unit, heads[unit]));
  const exitOf = (dependent: number) => best(cycle, unit => at(dependent, unit));
  const contracted = [
    ...outside.map(dependent => [
      ...outside.map(head => at(dependent, head)),
      exitOf(dependent).score,
    ]),
    [...outside.map(head => entryOf(head).score), -Infinity], // The cycle as one unit, the last.
  ];
  const found = spanning(contracted);
  for (const [index, dependent] of outside.entries()) {
    const head = found[index] ?? -1;
    if (head >= 0) {
      heads[dependent] = outside[head] ?? exitOf(dependent).unit;
    }
  }
  const headOfCycle = outside[found[outside.length] ?? 0] ?? 0;
  heads[entryOf(headOfCycle).unit] = headOfCycle;
  return heads;
}

/** The units of a cycle that heads run into, if there is one. */
function findCycle(heads: readonly number[]): readonly number[] | undefined {
  const isDone = new Set([0]);
  for (let start = 1; start < heads.length; start++) {
    const path: number[] = [];
    let unit = start;
    while (!isDone.has(unit)) {
      isDone.add(unit);
      path.push(unit);
      unit = heads[unit] ?? 0;
    }
    const first = path.indexOf(unit);
    if (first >= 0) {
      return path.slice(first);
    }
  }
  return undefined;
}

/** The index of the largest number, the first of several. */
const largest = (row: readonly number[]): number =>
  row.reduce((index, score, other) => (score > (row[index] ?? -Infinity) ? other : index), 0);

function best(units: readonly number[], scoreOf: (unit: number) => number) {
  const scores = units.map(scoreOf);
  const index = largest(scores);
  return { unit: units[index] ?? 0, score: scores[index] ?? -Infinity };
}
