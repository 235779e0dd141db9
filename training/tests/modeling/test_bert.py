"""BERT has the right shapes, masks what is padded, and knows positions."""

import pytest
import torch

from training.export.bert.tiny import CONFIG, make_tiny_bert
from training.modeling.bert import BertOutput

B, S = 2, 7


def forward(input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> BertOutput:
    ones = torch.ones_like(input_ids)
    with torch.inference_mode():
        return make_tiny_bert()(
            input_ids,
            ones if attention_mask is None else attention_mask,
            torch.zeros_like(input_ids),
            torch.arange(input_ids.shape[1]).expand_as(input_ids),
        )


@pytest.fixture
def input_ids() -> torch.Tensor:
    return torch.arange(B * S).reshape(B, S) + 10


def test_outputs_have_the_documented_shapes(input_ids: torch.Tensor):
    output = forward(input_ids)
    assert output.last_hidden_state.shape == (B, S, CONFIG.hidden_size)
    assert output.hidden_states.shape == (CONFIG.layers + 1, B, S, CONFIG.hidden_size)
    assert output.attentions.shape == (CONFIG.layers, B, CONFIG.heads, S, S)


def test_the_last_hidden_state_is_the_last_of_all(input_ids: torch.Tensor):
    output = forward(input_ids)
    assert torch.equal(output.last_hidden_state, output.hidden_states[-1])


def test_every_row_of_attention_sums_to_one(input_ids: torch.Tensor):
    sums = forward(input_ids).attentions.sum(dim=-1)
    torch.testing.assert_close(sums, torch.ones_like(sums))


def test_attention_is_far_from_uniform_in_the_tiny_model(input_ids: torch.Tensor):
    assert forward(input_ids).attentions.max() > 0.9


def test_padding_is_never_attended_to(input_ids: torch.Tensor):
    mask = torch.ones_like(input_ids)
    mask[:, -2:] = 0
    assert forward(input_ids, mask).attentions[..., -2:].max() == 0


def test_padding_does_not_change_the_tokens_before_it(input_ids: torch.Tensor):
    mask = torch.ones_like(input_ids)
    mask[:, -2:] = 0
    padded = forward(input_ids, mask).last_hidden_state[:, :-2]
    torch.testing.assert_close(
        padded, forward(input_ids[:, :-2]).last_hidden_state, atol=1e-5, rtol=0
    )


def test_the_order_of_tokens_matters(input_ids: torch.Tensor):
    forwards = forward(input_ids).last_hidden_state
    backwards = forward(input_ids.flip(1)).last_hidden_state.flip(1)
    assert not torch.allclose(forwards, backwards, atol=1e-2)


def test_more_tokens_than_positions_are_refused():
    with pytest.raises(AssertionError, match="33 tokens, but the model has 32 positions"):
        forward(torch.zeros(1, 33, dtype=torch.int64))
