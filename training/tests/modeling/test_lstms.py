"""Both LSTM translators keep the same promises, and each has its own."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from training.decoding import translate_greedily
from training.modeling.lstm import Lstm, LstmConfig
from training.modeling.lstm_attention import LstmAttention, LstmAttentionConfig

LSTM = LstmConfig(
    layers=2,
    embedding_size=12,
    hidden_size=20,
    vocab_size=40,
    context_length=32,
    reverse_source=True,
    dropout=0.1,
)
ATTENTION = LstmAttentionConfig(
    layers=2,
    embedding_size=12,
    encoder_size=10,
    hidden_size=18,
    attention_size=14,
    vocab_size=40,
    context_length=32,
    dropout=0.1,
)
B, S, T = 3, 5, 7
BEGIN, END = 0, 1


def make(config: LstmConfig | LstmAttentionConfig) -> nn.Module:
    torch.manual_seed(0)
    return (Lstm if isinstance(config, LstmConfig) else LstmAttention)(config)


@pytest.fixture(params=[LSTM, ATTENTION], ids=["lstm", "attention"])
def model(request: pytest.FixtureRequest) -> nn.Module:
    return make(request.param).eval()


@pytest.fixture
def source() -> torch.Tensor:
    return torch.arange(B * S).reshape(B, S)


@pytest.fixture
def target() -> torch.Tensor:
    return torch.arange(B * T).reshape(B, T) + 7


def test_logits_have_the_documented_shape(model: nn.Module, source, target):
    assert model(source, target).logits.shape == (B, T, 40)


def test_no_position_sees_a_later_one(model: nn.Module, source, target):
    changed = target.clone()
    changed[:, -1] = 39
    before, after = model(source, target).logits, model(source, changed).logits
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.equal(before[:, -1], after[:, -1])


@pytest.mark.parametrize("position", [0, S - 1])
def test_every_position_depends_on_the_whole_source(model, source, target, position: int):
    changed = source.clone()
    changed[:, position] = 39
    differences = (model(source, target).logits - model(changed, target).logits).abs().amax(-1)
    assert differences.min() > 1e-6


def test_stepping_gives_what_reading_at_once_gives(model: nn.Module, source, target):
    state = model.begin(source)
    stepped = []
    for position in range(T):
        logits, state = model.step(target[:, position], state)
        stepped.append(logits)
    torch.testing.assert_close(torch.stack(stepped, 1), model(source, target).logits)


def test_a_reordered_state_goes_on_as_the_rows_it_was_made_of(model: nn.Module, source, target):
    _, state = model.step(target[:, 0], model.begin(source))
    rows = torch.tensor([2, 0, 0])
    expected, _ = model.step(target[:, 1], state)
    actual, _ = model.step(target[rows, 1], model.reorder(state, rows))
    torch.testing.assert_close(actual, expected[rows])


def test_states_of_every_step_are_those_of_pytorchs_own_lstm(model: nn.Module, source):
    hidden, cell = model.encoder_states(source)
    x = model.embed_source(source) if isinstance(model, Lstm) else model.embed(source)
    outputs, (last_hidden, last_cell) = model.encoder(x)
    if isinstance(model, Lstm):
        torch.testing.assert_close(hidden[-1], outputs.flip(1))  # The source is read from its end.
        torch.testing.assert_close(hidden[:, :, 0], last_hidden)
        torch.testing.assert_close(cell[:, :, 0], last_cell)
    else:
        torch.testing.assert_close(hidden[-1], outputs)
        forward, backward = cell[-1].chunk(2, -1)
        torch.testing.assert_close(forward[:, -1], last_cell[-2])
        torch.testing.assert_close(backward[:, 0], last_cell[-1])


def test_the_gradient_reaches_every_parameter(model: nn.Module, source, target):
    model(source, target).logits.logsumexp(-1).sum().backward()
    assert not [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]


@pytest.mark.parametrize("config", [LSTM, ATTENTION], ids=["lstm", "attention"])
def test_a_few_pairs_are_learned_by_heart(config: LstmConfig | LstmAttentionConfig):
    model = make(replace(config, dropout=0.0))
    generator = torch.Generator().manual_seed(3)
    source = torch.randint(2, 40, (4, S), generator=generator)
    words = torch.randint(2, 40, (4, 3), generator=generator)
    target = torch.cat((torch.full((4, 1), BEGIN), words, torch.full((4, 1), END)), 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(120):
        loss = nn.functional.cross_entropy(
            model(source, target[:, :-1]).logits.flatten(0, 1), target[:, 1:].flatten()
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    translated = translate_greedily(model.eval(), source.tolist(), BEGIN, END)
    assert translated == words.tolist()


def test_a_reversed_source_is_the_same_as_a_source_written_backwards(source, target):
    straight = make(replace(LSTM, reverse_source=False)).eval()
    torch.testing.assert_close(
        straight(source.flip(1), target).logits, make(LSTM).eval()(source, target).logits
    )


def test_attention_is_a_softmax_of_its_scores_and_the_context_its_mean(source, target):
    model = make(ATTENTION).eval()
    output = model(source, target)
    assert output.attention.shape == output.scores.shape == (B, T, S)
    torch.testing.assert_close(output.attention, output.scores.softmax(-1))
    values = model.begin(source).memory.values
    torch.testing.assert_close(output.context, output.attention @ values)


def test_attention_is_asked_with_the_state_before_the_step(source, target):
    """The first row does not depend on the first target token."""
    model = make(ATTENTION).eval()
    first = model(source, target).attention
    second = model(source, target + 1).attention
    assert torch.equal(first[:, 0], second[:, 0])
    assert not torch.equal(first[:, 1], second[:, 1])


def test_given_attention_takes_the_place_of_the_models_own(source, target):
    model = make(ATTENTION).eval()
    state = model.begin(source)
    own, _ = model.step(target[:, 0], state)
    _, attention, _ = model.attend(state.hidden, state.memory)
    same, _ = model.step(target[:, 0], state, attention)
    torch.testing.assert_close(same, own)
    one = nn.functional.one_hot(torch.tensor([S - 1] * B), S).float()
    assert not torch.allclose(model.step(target[:, 0], state, one)[0], own)
