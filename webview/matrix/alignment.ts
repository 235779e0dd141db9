/** Which tokens of two readings stand for the same: by characters of one text, or in order by what they say. */
import type { Side, Unit } from './units';

/** Units of A and of B that stand for the same, by their indexes; several where two tokenizers cut a word differently. */
export interface UnitPair {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** In the order of A. A unit that is in no pair has no partner. */
export type Alignment = readonly UnitPair[];

/** One side of a picture, and the texts that its units were cut from. */
export interface AlignedAxis {
  readonly units: readonly Unit[];
  /** What stood for each side, by segment. */
  readonly texts: Readonly<Record<Side, readonly string[]>>;
}

/**
 * Aligns two axes: by characters where they were cut from the same text, whatever cut it, else by equal units in order.
 * Special tokens are always aligned by their names, in order.
 */
export function align(a: AlignedAxis, b: AlignedAxis): Alignment {
  const [textsA, textsB] = [textsOf(a), textsOf(b)];
  const isSameText =
    textsA.length === textsB.length && textsA.every((text, index) => text === textsB[index]);
  if (!isSameText) {
    return alignByLabel(a.units, b.units);
  }
  const words = alignByCharacters(a.units, b.units, textsA);
  const special = ({ units }: AlignedAxis) =>
    units.flatMap((unit, index) => (unit.isSpecial ? index : []));
  const [specialA, specialB] = [special(a), special(b)];
  const pairs = alignByLabel(pick(a.units, specialA), pick(b.units, specialB)).map(pair => ({
    a: pick(specialA, pair.a),
    b: pick(specialB, pair.b),
  }));
  return [...words, ...pairs].sort((x, y) => (x.a[0] ?? 0) - (y.a[0] ?? 0));
}

const pick = <T>(all: readonly T[], indexes: readonly number[]): readonly T[] =>
  indexes.flatMap(index => all.slice(index, index + 1));

function textsOf({ units, texts }: AlignedAxis): readonly string[] {
  const side = units.find(({ isSpecial }) => !isSpecial)?.side;
  return side ? texts[side] : [];
}

/**
 * Pairs the longest sequence of equal units that both have in the same order (a longest common subsequence; of several,
 * the one that takes the earliest units of A).
 */
export function alignByLabel(a: readonly Unit[], b: readonly Unit[]): Alignment {
  const isSame = (x: number, y: number) =>
    a[x]?.label === b[y]?.label && a[x]?.isSpecial === b[y]?.isSpecial;
  // What both begin and end with is in a longest one: two readings often differ in one word.
  let start = 0;
  while (start < a.length && start < b.length && isSame(start, start)) {
    start++;
  }
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && isSame(endA - 1, endB - 1)) {
    endA--;
    endB--;
  }
  const pairs: UnitPair[] = [];
  const add = (x: number, y: number) => pairs.push({ a: [x], b: [y] });
  for (let index = 0; index < start; index++) {
    add(index, index);
  }
  // [x, y]: the length of a longest common subsequence of what begins at x and at y.
  const [height, width] = [endA - start, endB - start + 1];
  const longest = new Uint16Array((height + 1) * width);
  for (let x = height - 1; x >= 0; x--) {
    for (let y = width - 2; y >= 0; y--) {
      longest[x * width + y] = isSame(start + x, start + y)
        ? longest[(x + 1) * width + y + 1]! + 1
        : Math.max(longest[(x + 1) * width + y]!, longest[x * width + y + 1]!);
    }
  }
  let [x, y] = [0, 0];
  while (x < height && y < width - 1) {
    if (isSame(start + x, start + y)) {
      add(start + x++, start + y++);
    } else if (longest[x * width + y + 1]! >= longest[(x + 1) * width + y]!) {
      y++;
    } else {
      x++;
    }
  }
  for (let index = 0; index < a.length - endA; index++) {
    add(endA + index, endB + index);
  }
  return pairs;
}

/** Pairs the units that share characters of a text; white space counts nothing, for some tokenizers leave it out. */
function alignByCharacters(
  a: readonly Unit[],
  b: readonly Unit[],
  texts: readonly string[],
): Alignment {
  // Units of A, then of B; each knows one of its own group, up to the first of it (union-find).
  const parents = Array.from({ length: a.length + b.length }, (_, node) => node);
  const rootOf = (node: number) => {
    let root = node;
    while (parents[root] !== root) {
      root = parents[root] = parents[parents[root]!]!;
    }
    return root;
  };
  const owners = texts.map(() => new Map<number, number>());
  [...a, ...b].forEach(({ isSpecial, range: { segment, start, end } }, node) => {
    const text = texts[segment] ?? '';
    const owner = owners[segment];
    for (let place = start; !isSpecial && owner && place < end; place++) {
      if (/\S/u.test(text.charAt(place))) {
        const other = owner.get(place);
        if (other === undefined) {
          owner.set(place, node);
        } else {
          const [x, y] = [rootOf(node), rootOf(other)];
          parents[Math.max(x, y)] = Math.min(x, y);
        }
      }
    }
  });
  const groups = new Map<number, { readonly a: number[]; readonly b: number[] }>();
  parents.forEach((_, node) => {
    const root = rootOf(node);
    const group = groups.get(root) ?? { a: [], b: [] };
    groups.set(root, group);
    (node < a.length ? group.a : group.b).push(node < a.length ? node : node - a.length);
  });
  return [...groups.values()].filter(pair => pair.a.length > 0 && pair.b.length > 0);
}

/** The pair that each unit of one reading is in; -1 for one without a partner. */
export function pairsOf(alignment: Alignment, which: 'a' | 'b', length: number): Int32Array {
  const pairs = new Int32Array(length).fill(-1);
  alignment.forEach((pair, index) => pair[which].forEach(unit => (pairs[unit] = index)));
  return pairs;
}
