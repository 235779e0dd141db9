/** A node of a tree that is drawn: of branches, or of a beam search. */
export interface TreeNode {
  /** Index of its parent, less than its own; -1 for the root, which is not drawn. */
  readonly parent: number;
}

/** A way through the tree to its end, always along the first child: one line. */
export interface Chain {
  /** Indexes, from the first to the last; at least one. */
  readonly nodes: readonly number[];
  /** Index of the node of a line above that it forks from; -1 for the root. */
  readonly from: number;
  /** How many lines it hangs from. */
  readonly depth: number;
}

/**
 * A tree as lines: a way to its end, then what forks from it, from its beginning on. There are as many lines as ways.
 *
 * @param compare orders the children of a node; by default as they were added.
 */
export function chainsOf(
  nodes: readonly TreeNode[],
  compare: (a: number, b: number) => number = (a, b) => a - b,
): readonly Chain[] {
  const children = new Map<number, number[]>();
  nodes.forEach(({ parent }, index) => {
    const siblings = children.get(parent);
    if (siblings) {
      siblings.push(index);
    } else {
      children.set(parent, [index]);
    }
  });
  children.forEach(siblings => siblings.sort(compare));
  const chains: Chain[] = [];
  // A stack and no recursion: a tree may be as deep as a text is long.
  const open = (children.get(-1) ?? []).map(first => ({ first, from: -1, depth: 0 })).reverse();
  for (let start = open.pop(); start; start = open.pop()) {
    const { first, from, depth } = start;
    const chain = [first];
    const forks: typeof open = [];
    for (let last: number | undefined = first; last !== undefined;) {
      const [next, ...others]: number[] = children.get(last) ?? [];
      for (const other of others) {
        forks.push({ first: other, from: last, depth: depth + 1 });
      }
      if (next !== undefined) {
        chain.push(next);
      }
      last = next;
    }
    chains.push({ nodes: chain, from, depth });
    open.push(...forks.reverse());
  }
  return chains;
}
