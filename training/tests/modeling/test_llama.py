"""Llama reads no later token, rotates by position, and a cache changes nothing."""

import pytest
import torch

from training.modeling.llama import Llama, LlamaConfig, rotary_tables, rotate

CONFIG = LlamaConfig(
    layers=2,
    heads=6,
    key_value_heads=2,
    hidden_size=48,
    intermediate_size=40,
    vocab_size=40,
    context_length=16,
    rope_base=100.0,
    rms_norm_eps=1e-5,
)
B, T = 3, 7


@pytest.fixture
def model() -> Llama:
    torch.manual_seed(0)
    model = Llama(CONFIG).eval()
    with torch.no_grad():
        for parameter in model.layers.parameters():
            parameter.mul_(2)  # So that a change is seen through all layers.
        model.embed_tokens.weight.mul_(0.1)
    return model


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.arange(B * T).reshape(B, T)


def test_outputs_have_the_documented_shapes(model: Llama, ids):
    output = model(ids)
    assert output.logits.shape == (B, T, CONFIG.vocab_size)
    assert [h.shape for h in output.hidden_states] == [(B, T, 48)] * (CONFIG.layers + 1)
    assert [a.shape for a in output.attentions] == [(B, 6, T, T)] * CONFIG.layers
    assert [(k.shape, v.shape) for k, v in output.present] == [((B, 2, T, 8),) * 2] * CONFIG.layers


def test_no_position_sees_a_later_one(model: Llama, ids):
    for attention in model(ids).attentions:
        assert attention.triu(1).abs().max() == 0
        torch.testing.assert_close(attention.sum(-1), torch.ones(B, 6, T))
    changed = ids.clone()
    changed[:, -1] = 39
    before, after = model(ids).logits, model(changed).logits
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.allclose(before[:, -1], after[:, -1])


@pytest.mark.parametrize("first", [1, 3, 6])
def test_reading_on_with_a_cache_gives_what_reading_at_once_gives(model: Llama, ids, first: int):
    whole = model(ids)
    start = model(ids[:, :first])
    rest = model(ids[:, first:], start.present)
    torch.testing.assert_close(torch.cat((start.logits, rest.logits), 1), whole.logits)
    for there, here in zip(rest.attentions, whole.attentions, strict=True):
        torch.testing.assert_close(there, here[:, :, first:])
    for there, here in zip(rest.present, whole.present, strict=True):
        torch.testing.assert_close(there, here)


def test_more_tokens_than_positions_are_refused(model: Llama, ids):
    past = model(torch.zeros(B, 10, dtype=torch.int64)).present
    with pytest.raises(AssertionError, match="17 tokens, but the model has 16 positions"):
        model(ids, past)


def test_a_rotation_is_a_complex_product():
    cos, sin = rotary_tables(CONFIG)
    x = torch.randn(CONFIG.context_length, CONFIG.head_size)
    first, second = x.double().chunk(2, -1)
    positions = torch.arange(CONFIG.context_length).double()[:, None]
    frequencies = CONFIG.rope_base ** (-torch.arange(4).double() / 4)
    turned = torch.complex(first, second) * torch.exp(1j * positions * frequencies)
    expected = torch.cat((turned.real, turned.imag), -1)
    torch.testing.assert_close(rotate(x, cos, sin).double(), expected, atol=1e-5, rtol=1e-5)


def test_a_product_of_rotated_vectors_tells_their_distance_only():
    cos, sin = rotary_tables(CONFIG)
    query, key = (torch.randn(8).expand(CONFIG.context_length, 8) for _ in range(2))
    products = rotate(query, cos, sin) @ rotate(key, cos, sin).T
    for distance in range(-3, 4):
        diagonal = products.diagonal(distance)
        torch.testing.assert_close(diagonal, diagonal[:1].expand_as(diagonal), atol=1e-4, rtol=0)
    assert (products[0] - products[0, 0]).abs().max() > 0.1


def test_three_neighbouring_queries_share_a_key_and_a_value(model: Llama, ids):
    layer = model.layers[0].self_attn
    before = model(ids).attentions[0]
    with torch.no_grad():
        layer.k_proj.weight[: CONFIG.head_size] *= 1.5  # The first of two keys.
    after = model(ids).attentions[0]
    assert torch.equal(before[:, 3:], after[:, 3:])
    for head in range(3):
        assert not torch.allclose(before[:, head], after[:, head])


def test_it_computes_what_hugging_face_computes_with_the_same_parameters(model: Llama, ids):
    transformers = pytest.importorskip("transformers")
    theirs = transformers.LlamaModel(
        transformers.LlamaConfig(
            vocab_size=CONFIG.vocab_size,
            hidden_size=CONFIG.hidden_size,
            intermediate_size=CONFIG.intermediate_size,
            num_hidden_layers=CONFIG.layers,
            num_attention_heads=CONFIG.heads,
            num_key_value_heads=CONFIG.key_value_heads,
            max_position_embeddings=CONFIG.context_length,
            rms_norm_eps=CONFIG.rms_norm_eps,
            rope_parameters={"rope_type": "default", "rope_theta": CONFIG.rope_base},
            attn_implementation="eager",
        )
    ).eval()
    theirs.load_state_dict(model.state_dict())
    with torch.inference_mode():
        expected = theirs(ids, output_hidden_states=True, output_attentions=True)
        actual = model(ids)
    torch.testing.assert_close(actual.hidden_states, list(expected.hidden_states))
    torch.testing.assert_close(actual.attentions, list(expected.attentions))


def test_a_small_model_learns_a_text_by_heart():
    torch.manual_seed(0)
    model = Llama(CONFIG)
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
