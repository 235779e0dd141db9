"""The exported graph of a GPT-2 is run as the engine runs it."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from training.export.decoder.fixtures import compare
from training.export.decoder.slots import SWITCHES, PaddedCache, past_names
from training.export.gpt2.graph import build_gpt2_graph
from training.export.gpt2.tiny import CONFIG, make_tiny_gpt2
from training.export.onnx.gates import open_gates
from training.export.onnx.graph import serialize
from training.export.onnx.session import open_session
from training.quantization import dequantized

IDS = [5, 80, 300, 7, 7, 41, 383, 0, 12]


@pytest.fixture(scope="module")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "decoder.onnx"
    path.write_bytes(serialize(build_gpt2_graph(make_tiny_gpt2())))
    return path


@pytest.fixture(scope="module")
def session(graph_file: Path) -> onnxruntime.InferenceSession:
    return open_session(graph_file)


@pytest.mark.parametrize("ids", [IDS, IDS[:1], (IDS * 6)[: CONFIG.context_length]])
def test_the_graph_computes_what_pytorch_computes(session, ids: list[int]):
    compare(session, dequantized(make_tiny_gpt2()), ids)


def test_the_comparison_can_fail(session):
    with pytest.raises(AssertionError, match="from PyTorch's"):
        compare(session, make_tiny_gpt2(), IDS)


@pytest.mark.parametrize("switch", SWITCHES)
def test_only_what_is_asked_for_is_computed(session, switch: str):
    outputs = PaddedCache(CONFIG).run(session, IDS, [switch])
    assert outputs["logits"].shape[1] == (len(IDS) if switch == "all_logits" else 1)
    for name, its_switch, full in (
        ("attentions", "output_attentions", CONFIG.layers),
        ("hidden_states", "output_hidden_states", CONFIG.layers + 1),
        ("lens_logits", "output_lens", CONFIG.layers + 1),
    ):
        assert outputs[name].shape[0] == (full if switch == its_switch else 0), name


def test_one_token_after_another_gives_what_reading_at_once_gives(session):
    whole = PaddedCache(CONFIG).run(session, IDS, SWITCHES)
    cache = PaddedCache(CONFIG)
    for place, id in enumerate(IDS):
        step = cache.run(session, [id], SWITCHES)
        np.testing.assert_allclose(step["logits"][:, 0], whole["logits"][:, place], atol=1e-5)
        attention = whole["attentions"][:, :, :, place : place + 1, : place + 1]
        np.testing.assert_allclose(step["attentions"], attention, atol=1e-5)


def test_what_stands_in_an_empty_slot_does_not_matter(session):
    exact, padded = PaddedCache(CONFIG), PaddedCache(CONFIG, slots=128)
    padded.buffers[:] = 1e3
    for cache in (exact, padded):
        cache.run(session, IDS[:4])
    exact.buffers = exact.buffers[..., :4, :]  # No empty slot at all.
    without, with_padding = (cache.run(session, IDS[4:], SWITCHES) for cache in (exact, padded))
    for name, values in without.items():
        np.testing.assert_allclose(with_padding[name], values, atol=1e-5, err_msg=name)


def test_the_rows_of_a_batch_do_not_mix(session):
    rows = [IDS, IDS[::-1]]
    alone = [PaddedCache(CONFIG).run(session, ids, ["output_lens"]) for ids in rows]
    empty = np.zeros((2, CONFIG.heads, 0, CONFIG.head_size), np.float32)
    feeds = {
        **dict.fromkeys(past_names(CONFIG.layers), empty),
        **{switch: np.array(switch == "output_lens") for switch in SWITCHES},
        "input_ids": np.array(rows),
        "past_length": np.array([0]),
        **open_gates(session),
    }
    logits, lens, new = session.run(["logits", "lens_logits", "new_key_values"], feeds)
    new = new.reshape(2 * CONFIG.layers, 2, *new.shape[1:])
    for row, outputs in enumerate(alone):
        np.testing.assert_allclose(logits[row], outputs["logits"][0], atol=1e-5)
        np.testing.assert_allclose(lens[:, row], outputs["lens_logits"][:, 0], atol=1e-5)
        np.testing.assert_allclose(new[:, row], outputs["new_key_values"], atol=1e-5)


def test_a_position_needs_nothing_before_it(session):
    cache = PaddedCache(CONFIG)
    cache.length = CONFIG.context_length - 2
    outputs = cache.run(session, IDS[:2], SWITCHES)
    assert outputs["attentions"].shape[-2:] == (2, 2)
    np.testing.assert_allclose(outputs["attentions"].sum(-1), 1, atol=1e-5)


def test_names_are_those_of_the_contract(graph_file: Path):
    graph = onnx.load(graph_file).graph
    assert [value.name for value in graph.input] == [
        "input_ids",
        "past_length",
        *past_names(CONFIG.layers),
        *SWITCHES,
        *("head_gates", "head_gate_rows", "feed_forward_gates"),
    ]
    assert [value.name for value in graph.output] == [
        "logits",
        "new_key_values",
        "attentions",
        "hidden_states",
        "lens_logits",
    ]


def test_every_matrix_is_int8_and_the_table_is_there_once(graph_file: Path):
    initializers = onnx.load(graph_file).graph.initializer
    for initializer in initializers:
        if min(initializer.dims, default=0) > 1 and len(initializer.dims) == 2:
            assert initializer.data_type == onnx.TensorProto.INT8, initializer.name
    tables = [i.name for i in initializers if CONFIG.vocab_size in i.dims and len(i.dims) == 2]
    assert tables == ["wte.values", "wte.scales"]
