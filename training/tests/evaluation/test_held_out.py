"""Figures of a trained model count each token once, with what stands before it."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from training.data.byte_level import learn_byte_level
from training.evaluation.held_out import beginnings, fill_gaps, sample, total_nats, windows_of
from training.modeling.gpt2 import Gpt2, Gpt2Config
from training.tasks.masked import CLS, FIRST_WORD, MASK, SEP

CONTEXT = 8


@pytest.mark.parametrize("length", [2, 5, 8, 9, 10, 12, 13, 14, 40, 103])
def test_every_token_but_the_first_counts_once_with_half_a_context_before_it(length: int):
    counted = []
    for windows, first in windows_of(torch.arange(length), CONTEXT):
        for window in windows.tolist():
            assert window == [*range(window[0], window[-1] + 1)]
            assert len(window) <= CONTEXT + 1
            assert first >= CONTEXT // 2 or window[0] == 0
            counted += window[first + 1 :]
    assert counted == [*range(1, length)]


def test_nats_of_a_text_that_fits_are_those_of_reading_it_once():
    torch.manual_seed(0)
    model = Gpt2(Gpt2Config(1, 2, 16, 20, 32)).eval()
    ids = torch.randint(0, 20, (33,))
    with torch.inference_mode():
        expected = F.cross_entropy(model(ids[None, :-1]).logits[0], ids[1:], reduction="sum")
    assert total_nats(model, ids) == pytest.approx(float(expected), rel=1e-5)


def test_beginnings_of_documents_are_equally_long():
    ids = np.array([0, 5, 6, 7, 0, 8, 0, 9, 9, 9, 9, 9])
    assert beginnings(ids, 9).tolist() == [0, 5, 6, 0, 8, 0, 9, 9]


def test_a_sample_begins_with_its_prompt_and_is_the_same_for_the_same_seed():
    tokenizer = learn_byte_level(["a few words to learn from"], 270)
    model = Gpt2(Gpt2Config(1, 2, 16, 270, 32)).eval()
    first, again, other = (sample(model, tokenizer, "words", seed) for seed in (1, 1, 2))
    assert first == again != other
    assert first.startswith("words")


def test_of_each_sentence_one_word_is_a_gap_and_its_rank_counts():
    texts = np.array([[FIRST_WORD + 1, FIRST_WORD + 2, 100]] * 50, np.uint16)

    class Task:
        """Puts the first of the two words first, the second after six others."""

        def predict(self, _model, batch):
            ids = batch.ids.flatten()
            assert set(batch.ids[:, 0].tolist()) == {CLS}
            assert set(batch.ids[:, -1].tolist()) == {SEP}
            assert (ids == MASK).nonzero().flatten().tolist() == batch.positions.tolist()
            logits = torch.zeros(len(batch.positions), FIRST_WORD + 3)
            logits[:, :6] = 1.0
            logits[:, FIRST_WORD + 1] = 2.0
            return logits

    found = fill_gaps(Task(), None, {3: texts})
    assert found["sentences"] == 50
    assert 0.3 < found["first"] == found["amongFive"] < 0.7
