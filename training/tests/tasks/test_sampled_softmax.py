"""A softmax over a sample estimates that over all words."""

import numpy as np
import pytest
import torch

from training.tasks.sampled_softmax import SampledSoftmax


def test_a_softmax_over_a_sample_is_that_over_all_words_on_average():
    torch.manual_seed(0)
    hidden, table, bias = torch.randn(64, 16) / 4, torch.randn(400, 16), torch.randn(400) / 4
    counts = torch.arange(400, 0, -1)[torch.randperm(400)]
    targets = torch.multinomial(counts.float(), 64, replacement=True)
    whole = torch.nn.functional.cross_entropy(hidden @ table.T + bias, targets).item()
    sampled = SampledSoftmax(counts, 200)
    losses = [sampled.loss(hidden, table, bias, targets).item() for _ in range(300)]
    assert np.mean(losses) == pytest.approx(whole, rel=0.02)
