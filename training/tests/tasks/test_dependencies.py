"""The best tree is found, and attachment is counted over the words of the treebank."""

from itertools import product

import numpy as np
import pytest
import torch

from training.modeling.dependency_parser import DependencyParser, DependencyParserConfig
from training.tasks.arborescence import best_tree
from training.tasks.dependencies import AttachmentCounts, grouped, parse


def is_tree(heads: tuple[int, ...]) -> bool:
    """Whether every unit comes to the root, which has one unit under it."""
    for unit in range(1, len(heads)):
        for _ in heads:
            unit = heads[unit] if unit > 0 else unit
        if unit != 0:
            return False
    return heads.count(0) == 1


@pytest.mark.parametrize("kind", ["any", "few"])
def test_no_tree_has_a_larger_sum(kind: str):
    generator = np.random.default_rng(0)
    for _ in range(150):
        units = int(generator.integers(2, 6))
        shape = (units, units)
        if kind == "any":
            scores = generator.normal(size=shape)
        else:
            scores = generator.integers(-2, 3, shape) * 1.0
        heads = best_tree(scores)
        trees = [
            (-1, *others)
            for others in product(range(units), repeat=units - 1)
            if is_tree((-1, *others))
        ]

        def total(tree, scores=scores):
            return sum(scores[unit, tree[unit]] for unit in range(1, len(tree)))

        assert is_tree(tuple(heads.tolist()))
        assert total(heads) == pytest.approx(max(map(total, trees)))


def test_a_word_without_a_unit_is_wrong_and_subtypes_count_apart():
    counts = AttachmentCounts(["nsubj", "nsubj:pass", "punct", "root"])
    counts.add(
        heads=np.array([-1, 2, 0, 2]),
        relations=np.array([0, 1, 3, 2]),
        units=np.array([1, 2, -1, 3]),
        gold=np.array([[2, 0], [0, 3], [2, 0], [1, 2]]),
        punctuation=np.array([False, False, False, True]),
    )
    assert counts.scores() == {
        "sentences": 1,
        "words": 4,
        "unlabelled": 0.5,
        "labelled": 0.5,
        "labelledWithSubtypes": 0.25,
        "unlabelledWithoutPunctuation": pytest.approx(2 / 3),
        "wholeSentences": 0,
    }


def test_groups_stay_within_the_limit_with_padding():
    sizes = np.array([2, 3, 5, 9, 30])
    groups = list(grouped([0, 1, 2, 3, 4], sizes, 12))
    assert groups == [[0, 1], [2], [3], [4]]


def test_a_small_parser_learns_trees_by_heart():
    torch.manual_seed(0)
    model = DependencyParser(DependencyParserConfig(1, 16, 16, 8, 3))
    states = torch.randn(1, 6, 2, 16)
    heads = torch.tensor([[-100, 2, 0, 2, 5, 3]])
    relations = torch.tensor([[-100, 0, 1, 2, 0, 1]])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(80):
        output = model(states, heads.clamp(min=0), torch.ones(1, 6, dtype=torch.bool))
        loss = sum(
            torch.nn.functional.cross_entropy(logits[0], targets[0])
            for logits, targets in ((output.arcs, heads), (output.relations, relations))
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found, names = parse(model, states[0].numpy())
    assert found.tolist() == [-1, 2, 0, 2, 5, 3]
    assert names[1:].tolist() == [0, 1, 2, 0, 1]


def test_padding_is_nobody_s_head():
    model = DependencyParser(DependencyParserConfig(1, 16, 16, 8, 3)).eval()
    states = torch.randn(2, 5, 2, 16)
    present = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    heads = torch.zeros(2, 5, dtype=torch.int64)
    arcs = model(states, heads, present).arcs
    alone = model(states[1:, :3], heads[1:, :3], present[1:, :3]).arcs
    assert torch.isinf(arcs[1, :, 3:]).all()
    assert torch.allclose(arcs[1, :3, :3], alone[0], atol=1e-5)
