/** A token that was appended to the text, or to another one. */
interface BranchNode {
  /** Index of the node it was appended to, less than its own; -1 for the text itself. */
  readonly parent: number;
  /** Of the vocabulary. */
  readonly id: number;
}

/** All ways in which a text was gone on from, and the place where the user is. A node's index never changes. */
export interface Branches {
  readonly nodes: readonly BranchNode[];
  /** Index of the node that was appended last on the way that is looked at; -1 at the end of the text. */
  readonly at: number;
  /** Where "forward" leads: a node at or below `at`, the end of the way that was walked last. */
  readonly tip: number;
}

/** Nothing was appended yet. */
export const noBranches: Branches = { nodes: [], at: -1, tip: -1 };

/** Indexes of the nodes from the text to a node, which is the last; none for -1. */
export function pathTo({ nodes }: Pick<Branches, 'nodes'>, index: number): readonly number[] {
  const path: number[] = [];
  for (let at = index; at >= 0; at = nodes[at]?.parent ?? -1) {
    path.push(at);
  }
  return path.reverse();
}

/** Token ids from the text to the place where the user is. */
export const appendedIds = (branches: Branches, index = branches.at): readonly number[] =>
  pathTo(branches, index).map(each => branches.nodes[each]?.id ?? 0);

/** Goes to a node, or to the end of the text (-1). */
export function goTo(branches: Branches, index: number): Branches {
  const isOnTheWay = index < 0 || pathTo(branches, branches.tip).includes(index);
  return { ...branches, at: index, tip: isOnTheWay ? branches.tip : index };
}

/** Appends a token at the place where the user is, and goes there; the same token is never there twice. */
export function append(branches: Branches, id: number): Branches {
  const { nodes, at } = branches;
  const known = nodes.findIndex(node => node.parent === at && node.id === id);
  if (known >= 0) {
    return goTo(branches, known);
  }
  const index = nodes.length;
  return { nodes: [...nodes, { parent: at, id }], at: index, tip: index };
}

/** One token back. */
export const back = (branches: Branches): Branches =>
  branches.at < 0 ? branches : goTo(branches, branches.nodes[branches.at]?.parent ?? -1);

/** One token on, along the way that was walked last. */
export function forward(branches: Branches): Branches {
  const next = ahead(branches)[0];
  return next === undefined ? branches : goTo(branches, next);
}

/**
 * The ways on from a node, where all before it has become part of the text.
 *
 * @returns the branches, and for each of their nodes the index that it had.
 */
export function below(
  { nodes, at, tip }: Branches,
  root: number,
): { readonly branches: Branches; readonly before: readonly number[] } {
  const before: number[] = [];
  const placeOf = new Map([[root, -1]]);
  nodes.forEach(({ parent }, index) => {
    if (placeOf.has(parent)) {
      placeOf.set(index, before.length);
      before.push(index);
    }
  });
  const place = (index: number) => placeOf.get(index) ?? -1;
  return {
    before,
    branches: {
      nodes: before.map(index => ({ parent: place(nodes[index]!.parent), id: nodes[index]!.id })),
      at: place(at),
      tip: place(tip),
    },
  };
}

/** Indexes of the nodes after `at` along the way that was walked last. */
export function ahead(branches: Branches): readonly number[] {
  const path = pathTo(branches, branches.tip);
  return path.slice(path.indexOf(branches.at) + 1);
}
