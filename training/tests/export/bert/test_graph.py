"""The exported graph of a BERT is run as the engine runs it."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from training.export.bert.fixtures import compare, run, with_all_outputs
from training.export.bert.graph import build_bert_graph
from training.export.bert.tiny import CONFIG, make_tiny_bert, make_tiny_masked_bert
from training.export.onnx.graph import serialize
from training.export.onnx.session import open_session
from training.quantization import dequantized

B, S = 2, 9


@pytest.fixture(scope="module")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "encoder.onnx"
    path.write_bytes(serialize(build_bert_graph(make_tiny_bert())))
    return path


@pytest.fixture(scope="module")
def session(graph_file: Path) -> onnxruntime.InferenceSession:
    return open_session(graph_file)


@pytest.fixture
def feeds() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(3)
    attention_mask = np.ones((B, S), np.int64)
    attention_mask[1, -3:] = 0
    return {
        "input_ids": generator.integers(CONFIG.vocab_size, size=(B, S)),
        "attention_mask": attention_mask,
        "token_type_ids": np.repeat([[0, 1]], [4, 5], axis=1).repeat(B, axis=0).astype(np.int64),
        "position_ids": np.arange(S, dtype=np.int64)[None].repeat(B, axis=0),
    }


def ask(attentions: bool, hidden_states: bool) -> dict[str, np.ndarray]:
    return {
        "output_attentions": np.array(attentions),
        "output_hidden_states": np.array(hidden_states),
    }


def test_the_graph_computes_what_pytorch_computes(
    session: onnxruntime.InferenceSession, feeds: dict
):
    compare(session, feeds, run(dequantized(make_tiny_bert()), feeds))


def test_the_comparison_can_fail(session: onnxruntime.InferenceSession, feeds: dict):
    with pytest.raises(AssertionError, match="from PyTorch's"):
        compare(session, feeds, run(make_tiny_bert(), feeds))


@pytest.mark.parametrize(
    ("attentions", "hidden_states"), [(False, False), (True, False), (False, True)]
)
def test_only_what_is_asked_for_is_stacked(
    session: onnxruntime.InferenceSession, feeds: dict, attentions: bool, hidden_states: bool
):
    feeds = with_all_outputs(session, feeds)
    attention, states = session.run(None, {**feeds, **ask(attentions, hidden_states)})
    assert attention.shape[0] == (CONFIG.layers if attentions else 0)
    assert states.shape[0] == (CONFIG.layers + 1 if hidden_states else 0)


@pytest.mark.parametrize(
    ("head", "asked", "expected"),
    [
        (False, [], False),
        (False, ["output_attentions"], False),
        (False, ["output_hidden_states"], True),
        (True, ["output_attentions"], False),
        (True, ["output_hidden_states"], True),
        (True, ["output_logits"], True),
    ],
)
def test_what_attention_does_not_need_of_the_last_layer_is_computed_if_it_is_asked_for(
    graph_file: Path,
    masked_graph_file: Path,
    feeds: dict,
    tmp_path: Path,
    head: bool,
    asked: list[str],
    expected: bool,
):
    switches = ["output_attentions", "output_hidden_states", *(["output_logits"] if head else [])]
    session = open_session(masked_graph_file if head else graph_file, tmp_path / "profile")
    feeds = with_all_outputs(session, feeds)
    session.run(None, {**feeds, **{name: np.array(name in asked) for name in switches}})
    events = json.loads(Path(session.end_profiling()).read_text())
    computed = {event["name"].removesuffix("_kernel_time") for event in events}
    last = f"layers.{CONFIG.layers - 1}"
    assert f"{last}.key.matmul" in computed
    for part in ("value", "projection", "up", "down"):
        assert (f"{last}.{part}.matmul" in computed) == expected, part


def test_axes_of_attention_are_layer_batch_head_query_key(
    session: onnxruntime.InferenceSession, feeds: dict
):
    attention = session.run(["attentions"], with_all_outputs(session, feeds))[0]
    assert attention.shape == (CONFIG.layers, B, CONFIG.heads, S, S)
    np.testing.assert_allclose(attention.sum(axis=-1), 1, atol=1e-5)
    assert attention[:, 1, :, :, -3:].max() == 0  # The second text's padding, as keys.
    assert attention[:, 0, :, :, -3:].max() > 0


def test_names_and_types_are_those_of_the_contract(graph_file: Path):
    graph = onnx.load(graph_file).graph

    def names(values) -> list[tuple[str, int]]:
        return [(value.name, value.type.tensor_type.elem_type) for value in values]

    int64, boolean, float32 = onnx.TensorProto.INT64, onnx.TensorProto.BOOL, onnx.TensorProto.FLOAT
    assert names(graph.input) == [
        ("input_ids", int64),
        ("attention_mask", int64),
        ("token_type_ids", int64),
        ("position_ids", int64),
        ("output_attentions", boolean),
        ("output_hidden_states", boolean),
        ("head_gates", float32),
        ("head_gate_rows", int64),
        ("feed_forward_gates", float32),
    ]
    assert names(graph.output) == [("attentions", float32), ("hidden_states", float32)]


def graphs_in(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """The graph and all branches in it."""
    yield graph
    for attribute in (attribute for node in graph.node for attribute in node.attribute):
        if attribute.type == onnx.AttributeProto.GRAPH:
            yield from graphs_in(attribute.g)


def test_every_matrix_is_int8(graph_file: Path):
    matrices = [
        initializer
        for graph in graphs_in(onnx.load(graph_file).graph)
        for initializer in graph.initializer
        if min(initializer.dims, default=0) > 1 and len(initializer.dims) == 2
    ]
    assert len(matrices) == 3 + 6 * CONFIG.layers
    for matrix in matrices:
        assert matrix.data_type == onnx.TensorProto.INT8, matrix.name


def test_no_node_computes_with_shapes(graph_file: Path):
    graphs = graphs_in(onnx.load(graph_file).graph)
    operators = {node.op_type for graph in graphs for node in graph.node}
    assert operators.isdisjoint({"Shape", "Range", "ConstantOfShape", "Expand"})


@pytest.fixture(scope="module")
def masked_graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = make_tiny_masked_bert()
    path = tmp_path_factory.mktemp("graph") / "encoder.onnx"
    path.write_bytes(serialize(build_bert_graph(model.bert, model.head)))
    return path


@pytest.fixture(scope="module")
def masked_session(masked_graph_file: Path) -> onnxruntime.InferenceSession:
    return open_session(masked_graph_file)


def test_a_head_gives_the_logits_that_pytorch_gives(
    masked_session: onnxruntime.InferenceSession, feeds: dict
):
    compare(masked_session, feeds, run(dequantized(make_tiny_masked_bert()), feeds))


@pytest.mark.parametrize("asked", [False, True])
def test_logits_are_computed_if_they_are_asked_for(
    masked_session: onnxruntime.InferenceSession, feeds: dict, asked: bool
):
    switches = {**ask(False, False), "output_logits": np.array(asked)}
    feeds = {**with_all_outputs(masked_session, feeds), **switches}
    logits = masked_session.run(["logits"], feeds)[0]
    assert logits.shape == ((B, S, CONFIG.vocab_size) if asked else (0, 0, CONFIG.vocab_size))


def test_a_head_changes_nothing_else(
    session: onnxruntime.InferenceSession,
    masked_session: onnxruntime.InferenceSession,
    feeds: dict,
):
    names = ["attentions", "hidden_states"]
    alone = session.run(names, with_all_outputs(session, feeds))
    with_head = masked_session.run(names, with_all_outputs(masked_session, feeds))
    for name, one, other in zip(names, alone, with_head, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)
