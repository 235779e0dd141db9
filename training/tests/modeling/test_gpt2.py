"""GPT-2 reads no later token, and a cache changes nothing."""

import pytest
import torch

from training.modeling.gpt2 import Gpt2, Gpt2Config

CONFIG = Gpt2Config(layers=2, heads=4, hidden_size=32, vocab_size=40, context_length=16)
B, T = 3, 7


@pytest.fixture
def model() -> Gpt2:
    torch.manual_seed(0)
    model = Gpt2(CONFIG).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(5)  # So that a change is seen through all layers.
    return model


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.arange(B * T).reshape(B, T)


def test_outputs_have_the_documented_shapes(model: Gpt2, ids):
    output = model(ids)
    assert output.logits.shape == (B, T, CONFIG.vocab_size)
    assert [h.shape for h in output.hidden_states] == [(B, T, 32)] * (CONFIG.layers + 1)
    assert [a.shape for a in output.attentions] == [(B, 4, T, T)] * CONFIG.layers
    assert [(k.shape, v.shape) for k, v in output.present] == [((B, 4, T, 8),) * 2] * CONFIG.layers
    assert model.lens(output, -1).shape == (CONFIG.layers + 1, B, CONFIG.vocab_size)


def test_logits_without_the_weights_of_attention_are_the_same(model: Gpt2, ids):
    torch.testing.assert_close(model.predict(ids), model(ids).logits)


def test_no_position_sees_a_later_one(model: Gpt2, ids):
    for attention in model(ids).attentions:
        assert attention.triu(1).abs().max() == 0
        torch.testing.assert_close(attention.sum(-1), torch.ones(B, 4, T))
    changed = ids.clone()
    changed[:, -1] = 39
    before, after = model(ids).logits, model(changed).logits
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.allclose(before[:, -1], after[:, -1])


@pytest.mark.parametrize("first", [1, 3, 6])
def test_reading_on_with_a_cache_gives_what_reading_at_once_gives(model: Gpt2, ids, first: int):
    whole = model(ids)
    start = model(ids[:, :first])
    rest = model(ids[:, first:], start.present)
    torch.testing.assert_close(torch.cat((start.logits, rest.logits), 1), whole.logits)
    for there, here in zip(rest.attentions, whole.attentions, strict=True):
        torch.testing.assert_close(there, here[:, :, first:])
    for there, here in zip(rest.present, whole.present, strict=True):
        torch.testing.assert_close(there, here)


def test_the_lens_of_the_last_layer_is_what_the_model_says(model: Gpt2, ids):
    output = model(ids)
    torch.testing.assert_close(model.lens(output, -1)[-1], output.logits[:, -1])
    assert not torch.allclose(model.lens(output, -1)[0], output.logits[:, -1])


def test_a_token_is_told_by_where_it_stands(model: Gpt2):
    logits = model(torch.zeros(1, 4, dtype=torch.int64)).logits
    assert not torch.allclose(logits[:, 0], logits[:, 3], atol=1e-3)


def test_more_tokens_than_positions_are_refused(model: Gpt2, ids):
    past = model(torch.zeros(B, 10, dtype=torch.int64)).present
    with pytest.raises(AssertionError, match="17 tokens, but the model has 16 positions"):
        model(ids, past)


def test_it_computes_what_hugging_face_computes_with_the_same_parameters(model: Gpt2, ids):
    transformers = pytest.importorskip("transformers")
    theirs = transformers.GPT2Model(
        transformers.GPT2Config(
            vocab_size=CONFIG.vocab_size,
            n_positions=CONFIG.context_length,
            n_embd=CONFIG.hidden_size,
            n_layer=CONFIG.layers,
            n_head=CONFIG.heads,
            attn_implementation="eager",
        )
    ).eval()
    model.load_state_dict(theirs.state_dict())
    with torch.inference_mode():
        expected = theirs(ids, output_hidden_states=True, output_attentions=True)
        actual = model(ids)
    torch.testing.assert_close(actual.hidden_states, list(expected.hidden_states))
    torch.testing.assert_close(actual.attentions, list(expected.attentions))


def test_a_small_model_learns_a_text_by_heart():
    torch.manual_seed(0)
    model = Gpt2(CONFIG)
    text = torch.randint(0, CONFIG.vocab_size, (4, 13))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(150):
        logits = model(text[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), text[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    logits = model.eval()(text[:, :-1]).logits
    assert torch.equal(logits[:, 2:].argmax(-1), text[:, 3:])
