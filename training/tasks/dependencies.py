"""The task of the dependency parser is to find the head of every word, and its relation to it.

An epoch reads each sentence once, with the encoder's states of the sentence alone or among its
neighbours, by chance: people give a sentence, or a text.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training.config import TrainingConfig
from training.data.treebank import FOLDER, TRAIN
from training.modeling.dependency_parser import DependencyParser
from training.tasks.arborescence import best_tree

IGNORED = -100
VALIDATION = "ewt-dev"
READINGS = ("alone", "context")


@dataclass(frozen=True)
class Batch:
    states: Tensor  # [B, U, L + 1, D]
    heads: Tensor  # [B, U]; IGNORED for roots and padding.
    relations: Tensor  # [B, U]; likewise.
    present: Tensor  # [B, U]

    @property
    def tokens(self) -> int:
        return int((self.heads != IGNORED).sum())


class Part:
    """One part of the treebank in one reading."""

    def __init__(self, folder: Path, name: str, reading: str):
        self.states = np.load(folder / f"{name}-{reading}-states.npy", mmap_mode="r")
        trees = np.load(folder / f"{name}-{reading}-trees.npz")
        self.sizes = trees["sizes"]
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.heads, self.relations = trees["heads"], trees["relations"]
        word_ends = np.cumsum(trees["words"])[:-1]
        self.units = np.split(trees["units"], word_ends)
        self.gold = np.split(trees["gold"], word_ends)
        self.punctuation = np.split(trees["punctuation"], word_ends)

    def batch(self, numbers: list[int]) -> Batch:
        longest = int(self.sizes[numbers].max())
        shape = (len(numbers), longest)
        states = np.zeros((*shape, *self.states.shape[1:]), np.float32)
        heads, relations = (np.full(shape, IGNORED) for _ in range(2))
        present = np.zeros(shape, bool)
        for row, number in enumerate(numbers):
            start, size = self.starts[number], self.sizes[number]
            states[row, :size] = self.states[start : start + size]
            heads[row, 1:size] = self.heads[start + 1 : start + size]
            relations[row, 1:size] = self.relations[start + 1 : start + size]
            present[row, :size] = True
        return Batch(*map(torch.from_numpy, (states, heads, relations, present)))


@dataclass(frozen=True)
class Numbers:
    part: tuple[str, str]
    sentences: list[int]


class DependencyTask:
    def __init__(self, config: TrainingConfig, folder: Path = FOLDER):
        self.config = config
        self.parts = {
            (name, reading): Part(folder, name, reading) for name in TRAIN for reading in READINGS
        }
        self.validation = Part(folder, VALIDATION, "alone")
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        self.relations: list[str] = facts["relations"]

    def batches(self, epoch: int) -> list[Numbers]:
        """Sentences of about one length together, to pad little; the same for the same epoch."""
        generator = np.random.default_rng((self.config.seed, epoch))
        batches = []
        for name in TRAIN:
            count = len(self.parts[name, "alone"].sizes)
            in_context = generator.random(count) < 0.5
            for reading, chosen in zip(READINGS, (~in_context, in_context), strict=True):
                sizes = self.parts[name, reading].sizes
                noise = generator.random(count) * 4
                order = sorted(np.flatnonzero(chosen), key=lambda n: sizes[n] + noise[n])
                groups = grouped(order, sizes, self.config.batch_tokens)
                batches += [Numbers((name, reading), group) for group in groups]
        return [batches[number] for number in generator.permutation(len(batches))]

    def load(self, numbers: Numbers) -> Batch:
        return self.parts[numbers.part].batch(numbers.sentences)

    def loss(self, model: DependencyParser, batch: Batch, label_smoothing: float) -> Tensor:
        """The cross-entropies of head and relation, each given the right head, summed."""
        output = model(batch.states, batch.heads.clamp(min=0), batch.present)
        # Smoothing would spread over heads that are none, whose logits are -inf.
        arcs = F.cross_entropy(
            output.arcs.flatten(0, 1).float(), batch.heads.flatten(), ignore_index=IGNORED
        )
        relations = F.cross_entropy(
            output.relations.flatten(0, 1).float(),
            batch.relations.flatten(),
            ignore_index=IGNORED,
            label_smoothing=label_smoothing,
        )
        return arcs + relations

    def evaluate(self, model: DependencyParser) -> dict[str, float]:
        scores = attachment(model, self.validation, self.relations)
        return {"unlabelled": scores["unlabelled"], "labelled": scores["labelled"]}


def grouped(order: list[int], sizes: np.ndarray, limit: int) -> Iterator[list[int]]:
    """Of `limit` units with padding, or a single sentence that is longer."""
    group: list[int] = []
    longest = 0
    for number in order:
        longest = max(longest, int(sizes[number]))
        if group and longest * (len(group) + 1) > limit:
            yield group
            group, longest = [], int(sizes[number])
        group.append(int(number))
    if group:
        yield group


@torch.inference_mode()
def parse(model: DependencyParser, states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """states [U, L + 1, D] of a sentence -> heads [U] of the best tree, relations [U]."""
    x = torch.from_numpy(states.astype(np.float32))[None]
    present = torch.ones(1, len(states), dtype=torch.bool)
    arcs = model(x, torch.zeros(1, len(states), dtype=torch.int64), present).arcs
    heads = best_tree(arcs[0].log_softmax(-1).double().numpy())
    given = torch.from_numpy(heads).clamp(min=0)[None]
    return heads, model(x, given, present).relations[0].argmax(-1).numpy()


def attachment(model: DependencyParser, part: Part, relations: list[str]) -> dict[str, float]:
    counts = AttachmentCounts(relations)
    for number, start in enumerate(part.starts):
        heads, found = parse(model, part.states[start : start + part.sizes[number]])
        counts.add(heads, found, part.units[number], part.gold[number], part.punctuation[number])
    return counts.scores()


class AttachmentCounts:
    """Attachment scores over the words of the treebank, punctuation among them.

    A word that has no unit of its own counts as wrong. `labelled` compares relations without their
    subtypes, as the shared tasks of Universal Dependencies do (Zeman et al. 2018, section 6).
    """

    def __init__(self, relations: list[str]):
        self.base = np.array([relation.split(":")[0] for relation in relations])
        self.counts: Counter[str] = Counter()

    def add(
        self,
        heads: np.ndarray,  # [U], what the parser found.
        relations: np.ndarray,  # [U]
        units: np.ndarray,  # Of each word of the treebank.
        gold: np.ndarray,  # The unit of its head, and the number of its relation.
        punctuation: np.ndarray,
    ) -> None:
        right = (units > 0) & (heads[units] == gold[:, 0])
        found, expected = relations[units], gold[:, 1]
        self.counts += Counter(
            words=len(units),
            sentences=1,
            unlabelled=int(right.sum()),
            labelled=int((right & (self.base[found] == self.base[expected])).sum()),
            labelledWithSubtypes=int((right & (found == expected)).sum()),
            notPunctuation=int((~punctuation).sum()),
            rightNotPunctuation=int((right & ~punctuation).sum()),
            wholeSentences=int(right.all()),
        )

    def scores(self) -> dict[str, float]:
        counts = self.counts
        shares = {
            name: counts[name] / counts["words"]
            for name in ("unlabelled", "labelled", "labelledWithSubtypes")
        }
        return {
            "sentences": counts["sentences"],
            "words": counts["words"],
            **shares,
            "unlabelledWithoutPunctuation": counts["rightNotPunctuation"]
            / counts["notPunctuation"],
            "wholeSentences": counts["wholeSentences"] / counts["sentences"],
        }
