"""The dependency tree with the largest sum of scores: Chu and Liu 1965, Edmonds 1967.

As in McDonald et al. 2005, "Non-projective Dependency Parsing using Spanning Tree Algorithms".
`src/common/attention/arborescence.ts` does the same.
"""

import numpy as np


def best_tree(scores: np.ndarray) -> np.ndarray:
    """[U, U] scores of arcs, dependent then head, unit 0 being the root -> [U] heads.

    The scores beside the diagonal are finite. Exactly one unit depends on the root, as Universal
    Dependencies demand: each arc to the root costs more than all others could bring, so the best
    tree has one alone. The root's own head is -1.
    """
    scores = scores.copy()
    np.fill_diagonal(scores, -np.inf)
    arcs = scores[1:][np.isfinite(scores[1:])]
    if arcs.size:
        scores[1:, 0] -= len(scores) * (arcs.max() - arcs.min()) + 1
    return spanning(scores)


def greedy(scores: np.ndarray) -> np.ndarray:
    heads = scores.argmax(1)
    heads[0] = -1
    return heads


def spanning(scores: np.ndarray) -> np.ndarray:
    """The best spanning arborescence from unit 0; the diagonal is -inf."""
    heads = greedy(scores)
    cycle = find_cycle(heads)
    if cycle is None:
        return heads
    inside = np.array(sorted(cycle))
    outside = np.array([unit for unit in range(len(scores)) if unit not in cycle])
    in_cycle = scores[inside, heads[inside]]
    # The cycle becomes one unit, the last: entering it at a unit gives up that unit's arc in it.
    entering = scores[np.ix_(inside, outside)] - in_cycle[:, None]
    leaving = scores[np.ix_(outside, inside)]
    contracted = np.full((len(outside) + 1,) * 2, -np.inf)
    contracted[:-1, :-1] = scores[np.ix_(outside, outside)]
    contracted[-1, :-1] = entering.max(0)
    contracted[:-1, -1] = leaving.max(1)
    small = spanning(contracted)
    for number, unit in enumerate(outside[1:], 1):
        head = small[number]
        last = len(outside)
        heads[unit] = inside[leaving[number].argmax()] if head == last else outside[head]
    entered = entering[:, small[-1]].argmax()
    heads[inside[entered]] = outside[small[-1]]
    return heads


def find_cycle(heads: np.ndarray) -> set[int] | None:
    checked = np.zeros(len(heads), bool)
    checked[0] = True
    for start in range(1, len(heads)):
        path = []
        unit = start
        while not checked[unit]:
            checked[unit] = True
            path.append(unit)
            unit = int(heads[unit])
        if unit in path:
            return set(path[path.index(unit) :])
    return None
