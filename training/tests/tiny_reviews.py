"""Tests of ULMFiT share a tiny network, its settings, and some reviews that are easy to judge."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from training.data.byte_level import learn_byte_level
from training.data.reviews import Review, save_reviews
from training.tasks.reviews import READ_TOKENS
from training.tests.modeling.test_awd_lstm import CONFIG as TINY
from training.tests.train.test_trainer import CONFIG as TRAINING

CONFIG = replace(TINY, vocab_size=300)
FEW = replace(
    TRAINING,
    batch_tokens=8 * READ_TOKENS,
    epochs=3,
    updates=12,
    peak_rate=1e-1,
    layer_factor=2.6,
)
GOOD, BAD = "what a good and moving film", "a bad film and a dull one"


def write_tiny_reviews(folder: Path) -> None:
    """As `training/data/reviews.py` writes them, and a general text."""
    tokenizer = learn_byte_level([GOOD, BAD], 300)
    tokenizer.save(str(folder / "tokenizer.json"))
    ids = np.random.default_rng(0).integers(0, 200, 1003).astype(np.uint16)
    np.save(folder / "general-train.npy", ids)
    np.save(folder / "general-validation.npy", ids[:200])
    reviews = [
        Review(text * (1 + n % 3), int(text == GOOD)) for n in range(20) for text in (GOOD, BAD)
    ]
    save_reviews(folder / "small.npz", tokenizer, reviews)
