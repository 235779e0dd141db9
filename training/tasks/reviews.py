"""The task of a classifier is to tell whether the writer of a review liked what it is about."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training.config import TrainingConfig
from training.device import device_of, on_device
from training.modeling.ulmfit import ReviewClassifier

# Of a longer review the first and the last so many are read: what it is about, and the verdict.
FIRST_TOKENS, LAST_TOKENS = 96, 204
READ_TOKENS = FIRST_TOKENS + LAST_TOKENS
TEST_ROWS = 512
POOL = 20  # Batches that are sorted by length together, so that little is padded.


@dataclass(frozen=True)
class ReviewBatch:
    ids: Tensor  # [B, T], padded at the end.
    lengths: Tensor  # [B]
    labels: Tensor  # [B]

    @property
    def tokens(self) -> int:
        return int(self.lengths.sum())


class Reviews:
    """One part of a set, as training/data/reviews.py wrote it."""

    def __init__(self, file: Path):
        with np.load(file) as arrays:
            self.ids, self.starts = arrays["ids"], arrays["starts"]
            self.labels = arrays["labels"].astype(np.int64)
        self.lengths = np.minimum(np.diff(self.starts), READ_TOKENS)

    def __len__(self) -> int:
        return len(self.labels)

    def read(self, number: int) -> np.ndarray:
        ids = self.ids[self.starts[number] : self.starts[number + 1]]
        if len(ids) <= READ_TOKENS:
            return ids
        return np.concatenate((ids[:FIRST_TOKENS], ids[-LAST_TOKENS:]))

    def batch(self, numbers: np.ndarray) -> ReviewBatch:
        lengths = self.lengths[numbers]
        ids = np.zeros((len(numbers), lengths.max()), np.int64)
        for row, number in zip(ids, numbers, strict=True):
            row[: self.lengths[number]] = self.read(number)
        parts = (ids, lengths, self.labels[numbers])
        return ReviewBatch(*(torch.from_numpy(part) for part in parts))

    def draw(self, count: int, seed: int) -> np.ndarray:
        """Numbers of so many reviews by chance, half of each label; all of them if `count` is."""
        if count >= len(self):
            return np.arange(len(self))
        generator = np.random.default_rng((seed, count))
        halves = [
            generator.permutation(np.flatnonzero(self.labels == label))[: count // 2]
            for label in (0, 1)
        ]
        return np.concatenate(halves)


class ReviewTask:
    """An epoch reads every chosen review once, or, of a few, each so often that it is worth it."""

    def __init__(self, config: TrainingConfig, reviews: Reviews, chosen: np.ndarray):
        self.config = config
        self.reviews = reviews
        self.chosen = chosen
        self.rows = min(config.batch_tokens // READ_TOKENS, len(chosen))

    def batches(self, epoch: int) -> list[np.ndarray]:
        generator = np.random.default_rng((self.config.seed, epoch))
        total = max(len(self.chosen), self.config.updates * self.rows)
        readings = [
            generator.permutation(self.chosen) for _ in range(ceil(total / len(self.chosen)))
        ]
        order = np.concatenate(readings)[:total]
        batches = []
        for start in range(0, total, POOL * self.rows):
            pool = order[start : start + POOL * self.rows]
            pool = pool[np.argsort(self.reviews.lengths[pool], kind="stable")]
            parts = [pool[at : at + self.rows] for at in range(0, len(pool), self.rows)]
            batches += [parts[number] for number in generator.permutation(len(parts))]
        return batches

    def load(self, numbers: np.ndarray) -> ReviewBatch:
        return self.reviews.batch(numbers)

    def loss(self, model: ReviewClassifier, batch: ReviewBatch, label_smoothing: float) -> Tensor:
        logits = model(batch.ids, batch.lengths)
        return F.cross_entropy(logits.float(), batch.labels, label_smoothing=label_smoothing)

    def evaluate(self, model: ReviewClassifier) -> dict[str, float]:
        """Nothing: the test is read once, at the end, and decides nothing."""
        return {}


@torch.inference_mode()
def accuracy(model: ReviewClassifier, reviews: Reviews) -> float:
    """The share that is judged right, computed in float32."""
    model.eval()
    device = device_of(model)
    order = np.argsort(reviews.lengths, kind="stable")
    right = 0
    for start in range(0, len(order), TEST_ROWS):
        batch = on_device(reviews.batch(order[start : start + TEST_ROWS]), device)
        logits = model(batch.ids, batch.lengths)
        right += int((logits.argmax(-1) == batch.labels).sum())
    return right / len(reviews)
