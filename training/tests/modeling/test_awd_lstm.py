"""AWD-LSTM learns, carries its state, and drops what it should."""

from dataclasses import replace

import pytest
import torch

from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig, VariationalDropout, layer_sizes

CONFIG = AwdLstmConfig(
    layers=2,
    embedding_size=12,
    hidden_size=20,
    vocab_size=40,
    context_length=64,
    embedding_dropout=0.0,
    input_dropout=0.0,
    weight_dropout=0.0,
    hidden_dropout=0.0,
    output_dropout=0.0,
)
DROPPING = replace(
    CONFIG,
    embedding_dropout=0.2,
    input_dropout=0.2,
    weight_dropout=0.2,
    hidden_dropout=0.2,
    output_dropout=0.2,
)
B, T = 3, 8


def make_model(config: AwdLstmConfig = CONFIG) -> AwdLstm:
    torch.manual_seed(0)
    return AwdLstm(config)


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.arange(B * T).reshape(B, T)


def test_outputs_have_the_documented_shapes(ids):
    output = make_model()(ids)
    assert output.logits.shape == (B, T, 40)
    shapes = [(hidden.shape, cell.shape) for hidden, cell in output.state]
    assert shapes == [((B, 20), (B, 20)), ((B, 12), (B, 12))]


def test_no_position_sees_a_later_one(ids):
    changed = ids.clone()
    changed[:, -1] = 39
    model = make_model().eval()
    before, after = model(ids).logits, model(changed).logits
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.allclose(before[:, -1], after[:, -1])


@pytest.mark.parametrize("parts", [(1, 7), (4, 4), (2, 3, 3)])
def test_a_state_that_is_carried_gives_what_one_long_window_gives(ids, parts):
    model = make_model().eval()
    whole = model(ids)
    state, logits = None, []
    for part in ids.split(parts, 1):
        output = model(part, state)
        state = output.state
        logits.append(output.logits)
    torch.testing.assert_close(torch.cat(logits, 1), whole.logits)
    torch.testing.assert_close(state, whole.state)


def test_the_table_of_the_input_is_that_of_the_output():
    shapes = {name: tuple(p.shape) for name, p in make_model().named_parameters()}
    assert [name for name, shape in shapes.items() if shape[:1] == (40,)] == [
        "bias",
        "embedding.weight",
    ]


def test_variational_dropout_misses_the_same_at_all_steps_and_as_much_as_it_says():
    torch.manual_seed(0)
    dropout = VariationalDropout(0.3).train()
    x = dropout(torch.ones(200, 5, 100))
    assert torch.equal(x, x[:, :1].expand_as(x))
    assert not torch.equal(x[0], x[1])
    # 20,000 draws: the standard error is 0.3 %.
    assert (x == 0).float().mean() == pytest.approx(0.3, abs=0.02)
    assert x.mean() == pytest.approx(1, abs=0.03)


def test_embedding_dropout_misses_whole_words_wherever_they_stand():
    model = make_model(replace(CONFIG, vocab_size=4000, embedding_dropout=0.25)).train()
    ids = torch.arange(4000).repeat(2, 1)
    x = model.embed(ids)
    missing = (x == 0).all(-1)
    assert torch.equal(missing[0], missing[1])
    assert torch.equal(missing, (x == 0).any(-1))
    assert missing[0].float().mean() == pytest.approx(0.25, abs=0.03)
    kept = ~missing
    torch.testing.assert_close(x[kept], model.embedding(ids)[kept] * 12**0.5 / 0.75)


def test_weight_dropout_misses_connections_between_hidden_states_alone():
    """With no state before it, the first step does not use them."""
    model = make_model(replace(CONFIG, weight_dropout=0.5)).train()
    ids = torch.arange(8)[None]
    one, other, all_there = model(ids).logits, model(ids).logits, model.eval()(ids).logits
    torch.testing.assert_close(one[:, 0], all_there[:, 0])
    assert not torch.allclose(one[:, 1:], all_there[:, 1:], atol=1e-4)
    assert not torch.allclose(one[:, 1:], other[:, 1:], atol=1e-4)


def test_weight_dropout_is_right_on_average():
    """Gradients of the connections that are missing are 0, of a half of them."""
    model = make_model(replace(CONFIG, hidden_size=64, weight_dropout=0.4)).train()
    model(torch.arange(20)[None]).logits.square().sum().backward()
    missing = (model.lstms[0].weight_hh_l0.grad == 0).float().mean()
    assert missing == pytest.approx(0.4, abs=0.03)


def test_nothing_is_missing_when_it_does_not_learn(ids):
    model = make_model(DROPPING)
    assert not torch.equal(model(ids).logits, model(ids).logits)
    model.eval()
    torch.testing.assert_close(model(ids).logits, make_model().eval()(ids).logits)


def test_a_small_model_learns_a_text_by_heart():
    torch.manual_seed(0)
    model = make_model()
    text = torch.randint(0, CONFIG.vocab_size, (4, 13))
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    for _ in range(200):
        logits = model(text[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), text[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    logits = model.eval()(text[:, :-1]).logits
    assert torch.equal(logits[:, 2:].argmax(-1), text[:, 3:])


def test_all_stages_have_one_shape_of_five_to_eight_million_parameters():
    names = [f"ulmfit{part}" for part in ("", "-imdb", "-cornell", "-classifier", "-scratch")]
    configs = [load_config(CONFIGS / f"{name}.toml", AwdLstmConfig)[0] for name in names]
    shapes = {(*layer_sizes(c), c.layers, c.vocab_size, c.context_length) for c in configs}
    assert len(shapes) == 1
    count = sum(parameter.numel() for parameter in AwdLstm(configs[0]).parameters())
    assert 5e6 < count < 8e6
