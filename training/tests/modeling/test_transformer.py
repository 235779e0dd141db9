"""The Transformer reads no later token, and step by step gives what it gives at once."""

import pytest
import torch

from training.modeling.transformer import Transformer, TransformerConfig, sinusoids

CONFIG = TransformerConfig(
    layers=2,
    heads=4,
    hidden_size=32,
    intermediate_size=48,
    vocab_size=40,
    context_length=16,
    dropout=0.1,
)
B, S, T = 3, 5, 7


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(0)
    return Transformer(CONFIG).eval()


@pytest.fixture
def source() -> torch.Tensor:
    return torch.arange(B * S).reshape(B, S)


@pytest.fixture
def target() -> torch.Tensor:
    return torch.arange(B * T).reshape(B, T) + 7


def test_outputs_have_the_documented_shapes(model: Transformer, source, target):
    output = model(source, target)
    assert output.logits.shape == (B, T, CONFIG.vocab_size)
    for attentions, shape in (
        (output.encoder_attentions, (B, CONFIG.heads, S, S)),
        (output.decoder_attentions, (B, CONFIG.heads, T, T)),
        (output.cross_attentions, (B, CONFIG.heads, T, S)),
    ):
        assert [attention.shape for attention in attentions] == [shape] * CONFIG.layers
        for attention in attentions:
            torch.testing.assert_close(attention.sum(-1), torch.ones(shape[:-1]))


def test_no_position_sees_a_later_one(model: Transformer, source, target):
    for attention in model(source, target).decoder_attentions:
        assert attention.triu(1).abs().max() == 0
    changed = target.clone()
    changed[:, -1] = 39
    before, after = model(source, target).logits, model(source, changed).logits
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.equal(before[:, -1], after[:, -1])


def test_every_position_sees_the_whole_source(model: Transformer, source, target):
    changed = source.clone()
    changed[:, -1] = 39
    differences = (model(source, target).logits - model(changed, target).logits).abs().amax(-1)
    assert differences.min() > 1e-4


def test_stepping_with_a_cache_gives_what_reading_at_once_gives(model: Transformer, source, target):
    state = model.begin(source)
    stepped = []
    for position in range(T):
        logits, state = model.step(target[:, position], state)
        stepped.append(logits)
    torch.testing.assert_close(torch.stack(stepped, 1), model(source, target).logits)


def test_positions_are_sines_and_cosines_of_the_paper():
    table = sinusoids(4, 8)
    assert table.shape == (4, 8)
    torch.testing.assert_close(table[3, 0], torch.tensor(3.0).sin())
    torch.testing.assert_close(table[3, 5], torch.tensor(3 / 10_000 ** (4 / 8)).cos())


def test_more_tokens_than_positions_are_refused(model: Transformer, target):
    with pytest.raises(AssertionError, match="17 tokens, but the model has 16 positions"):
        model(torch.zeros(1, 17, dtype=torch.int64), target)
