"""The classifier of ULMFiT judges what stands in a text, and no padding."""

import torch

from training.modeling.ulmfit import ReviewClassifier, concat_pool
from training.tests.tiny_reviews import CONFIG


def test_pooling_leaves_out_what_is_padded():
    states = torch.randn(2, 5, 3)
    lengths = torch.tensor([5, 2])
    pooled = concat_pool(states, lengths)
    short = states[1, :2]
    torch.testing.assert_close(pooled[1], torch.cat((short[-1], short.amax(0), short.mean(0))))
    torch.testing.assert_close(pooled[0, :3], states[0, -1])


def test_padding_changes_no_verdict():
    torch.manual_seed(0)
    model = ReviewClassifier(CONFIG).eval()
    ids = torch.arange(6)[None]
    padded = torch.cat((ids, torch.full((1, 4), 7)), 1)
    torch.testing.assert_close(model(padded, torch.tensor([6])), model(ids, torch.tensor([6])))
