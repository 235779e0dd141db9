"""Reviews are read at both ends, drawn by label, and each is in an epoch."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from training.data.byte_level import learn_byte_level
from training.data.reviews import Review, save_reviews
from training.tasks.reviews import FIRST_TOKENS, LAST_TOKENS, READ_TOKENS, Reviews, ReviewTask
from training.tests.tiny_reviews import BAD, FEW, GOOD


def test_a_long_review_is_read_at_both_ends(reviews_folder: Path):
    tokenizer = learn_byte_level([GOOD, BAD], 300)
    save_reviews(reviews_folder / "long.npz", tokenizer, [Review("x" * 900, 1), Review(BAD, 0)])
    reviews = Reviews(reviews_folder / "long.npz")
    whole = reviews.ids[: reviews.starts[1]]
    assert len(whole) == 901
    read = reviews.read(0)
    np.testing.assert_array_equal(read[:FIRST_TOKENS], whole[:FIRST_TOKENS])
    np.testing.assert_array_equal(read[FIRST_TOKENS:], whole[-LAST_TOKENS:])
    batch = reviews.batch(np.array([1, 0]))
    assert batch.ids.shape == (2, READ_TOKENS)
    assert batch.lengths.tolist() == [len(reviews.read(1)), READ_TOKENS]
    assert batch.labels.tolist() == [0, 1]
    assert batch.ids[0, batch.lengths[0] :].sum() == 0


def test_labels_are_drawn_in_halves_and_differently_for_each_seed(reviews_folder: Path):
    reviews = Reviews(reviews_folder / "small.npz")
    drawn = reviews.draw(10, 1)
    assert len(set(drawn)) == 10
    assert reviews.labels[drawn].sum() == 5
    np.testing.assert_array_equal(drawn, reviews.draw(10, 1))
    assert set(drawn) != set(reviews.draw(10, 2))
    assert len(reviews.draw(10**6, 1)) == len(reviews) == 40


def test_an_epoch_reads_each_review_once_or_often_enough(reviews_folder: Path):
    reviews = Reviews(reviews_folder / "small.npz")
    once = ReviewTask(replace(FEW, updates=0), reviews, np.arange(40)).batches(0)
    assert sorted(np.concatenate(once)) == list(range(40))
    often = ReviewTask(FEW, reviews, np.arange(10)).batches(0)
    assert [len(batch) for batch in often] == [8] * 12
    assert set(np.concatenate(often)) == set(range(10))
