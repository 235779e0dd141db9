"""Gates of exported graphs do what hooks do in PyTorch, and nothing while they are 1."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from training.export.bert.fixtures import with_all_outputs
from training.export.bert.graph import build_bert_graph
from training.export.bert.tiny import make_tiny_masked_bert
from training.export.decoder.slots import PaddedCache
from training.export.gpt2.graph import build_gpt2_graph
from training.export.gpt2.tiny import make_tiny_gpt2
from training.export.onnx.gates import add_gates, feed_forward_gates, head_gates
from training.export.onnx.graph import GraphBuilder, serialize, tensor
from training.export.onnx.session import open_session
from training.export.shipped import load_shipped
from training.export.translator.exports import TRANSLATORS
from training.export.translator.folder import write_translator_folder
from training.export.translator.session import GraphTranslator, run
from training.export.translator.tiny import make_tiny_tokenizer
from training.modeling.ablation import Part, ablated
from training.paths import ROOT
from training.quantization import dequantized

IDS = [5, 80, 61, 7, 7, 41, 33, 9, 12]


def feeds_of(ids: list[int]) -> dict[str, np.ndarray]:
    """Of a BERT."""
    row = np.array([ids])
    return {
        "input_ids": row,
        "attention_mask": np.ones_like(row),
        "token_type_ids": np.zeros_like(row),
        "position_ids": np.arange(len(ids))[None],
    }


def closed(shape: tuple[int, ...], *places: tuple[int, ...]) -> np.ndarray:
    gates = np.ones(shape, np.float32)
    for place in places:
        gates[place] = 0
    return gates


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> tuple[nn.Module, object]:
    original = make_tiny_masked_bert()
    path = tmp_path_factory.mktemp("graph") / "encoder.onnx"
    path.write_bytes(serialize(build_bert_graph(original.bert, original.head)))
    return dequantized(original), open_session(path)


def bert_logits(session: object, feeds: dict, **gates: np.ndarray) -> np.ndarray:
    return session.run(["logits"], with_all_outputs(session, feeds, **gates))[0]


@torch.inference_mode()
def test_a_bert_without_heads_and_a_network(bert):
    model, session = bert
    feeds = feeds_of(IDS)
    config = model.config
    gates = {
        "head_gates": closed((config.layers, config.heads), (0, 1), (1, 0), (1, 3)),
        "feed_forward_gates": closed((config.layers,), (0,)),
    }
    parts = [Part("encoder", *place) for place in ((0, 1), (1, 0), (1, 3))]
    tensors = {name: torch.from_numpy(value) for name, value in feeds.items()}
    whole = model(**tensors).logits.numpy()
    with ablated(model, [*parts, Part("encoder", 0)]):
        expected = model(**tensors).logits.numpy()
    np.testing.assert_allclose(bert_logits(session, feeds), whole, atol=1e-4)
    np.testing.assert_allclose(bert_logits(session, feeds, **gates), expected, atol=1e-4)
    assert np.abs(expected - whole).max() > 1e-2
    np.testing.assert_array_equal(model(**tensors).logits.numpy(), whole)


def test_variants_of_a_bert_are_what_each_is_alone(bert):
    model, session = bert
    feeds = feeds_of(IDS)
    layers, heads = model.config.layers, model.config.heads
    for layer in range(layers):
        alone = [
            bert_logits(session, feeds, head_gates=closed((layers, heads), (layer, head)))
            for head in range(heads)
        ]
        rows = [1] * layer + [heads] * (layers - layer)
        before = np.ones((layer, heads), np.float32)
        after = np.ones((heads * (layers - layer - 1), heads), np.float32)
        all_gates = np.concatenate([before, 1 - np.eye(heads, dtype=np.float32), after])
        together = {
            **with_all_outputs(session, feeds),
            "output_attentions": np.array(False),
            "output_hidden_states": np.array(False),
            "head_gates": all_gates,
            "head_gate_rows": np.array(rows),
        }
        [logits] = session.run(["logits"], together)
        np.testing.assert_allclose(logits, np.concatenate(alone), atol=1e-5)


def test_logits_are_of_the_positions_that_are_asked_for(bert):
    _, session = bert
    feeds = with_all_outputs(session, feeds_of(IDS))
    [every] = session.run(["logits"], feeds)
    [some] = session.run(["logits"], {**feeds, "logit_positions": np.array([3, 1])})
    np.testing.assert_allclose(some, every[:, [3, 1]], atol=1e-6)


@torch.inference_mode()
def test_a_gpt2_without_heads_and_a_network(tmp_path: Path):
    original = make_tiny_gpt2()
    (tmp_path / "decoder.onnx").write_bytes(serialize(build_gpt2_graph(original)))
    session, model = open_session(tmp_path / "decoder.onnx"), dequantized(original)
    config = model.config
    gates = {
        "head_gates": closed((config.layers, config.heads), (0, 1), (1, 0)),
        "feed_forward_gates": closed((config.layers,), (1,)),
    }
    with ablated(model, [Part("decoder", 0, 1), Part("decoder", 1, 0), Part("decoder", 1)]):
        expected = model(torch.tensor([IDS])).logits[0, -1]
    cache = PaddedCache(config)
    cache.run(session, IDS[:4], **gates)  # In two parts: what was read is kept without them too.
    actual = cache.run(session, IDS[4:], **gates)["logits"][0, 0]
    np.testing.assert_allclose(actual, expected, atol=1e-4)
    whole = PaddedCache(config).run(session, IDS)["logits"][0, 0]
    assert np.abs(actual - whole).max() > 1e-2


@torch.inference_mode()
@pytest.mark.parametrize(
    ("id", "parts"),
    [
        ("transformer", [Part("encoder", 0, 1), Part("cross", 1, 0), Part("decoder", 0)]),
        ("transformer", [Part("decoder", 1, 1), Part("encoder", 1)]),
        ("seq2seq-attention", [Part("cross", 0, 0)]),
    ],
)
def test_a_translator_without_parts(id: str, parts: list[Part], tmp_path: Path):
    original = TRANSLATORS[id].tiny()
    write_translator_folder(
        tmp_path, original, make_tiny_tokenizer(), id=id, name="Tiny", license="MIT"
    )
    model, graphs = dequantized(original), GraphTranslator(tmp_path, original.config)
    gates = gates_of(graphs, parts)
    source = torch.tensor([[5, 99, 200, 31, 300, 2]])
    with ablated(model, parts):
        expected, _ = model.step(torch.tensor([7]), model.begin(source))
    whole, _ = model.step(torch.tensor([7]), model.begin(source))
    begun = run(graphs.encoder, {**beginning(graphs, source), **gates["encoder"]})
    feeds = {name: value for name, value in begun.items() if name.startswith(("memory.", "past."))}
    if id == "seq2seq-attention":
        feeds["given_attention"] = np.zeros((1, source.shape[1]), np.float32)
        feeds["use_given_attention"] = np.array(False)
    feeds |= {"input_ids": np.array([7]), **gates["decoder"]}
    logits = run(graphs.decoder, feeds)["logits"]
    np.testing.assert_allclose(logits, expected, atol=1e-4)
    assert np.abs(logits - whole.numpy()).max() > 1e-3


def beginning(graphs: GraphTranslator, source: torch.Tensor) -> dict[str, np.ndarray]:
    inputs = {value.name for value in graphs.encoder.get_inputs()}
    switches = {name: np.array(False) for name in inputs if name.startswith("output_")}
    return {"input_ids": source.numpy(), **switches}


def gates_of(graphs: GraphTranslator, parts: list[Part]) -> dict[str, dict[str, np.ndarray]]:
    every = {"encoder": {}, "decoder": {}}
    for side, session in (("encoder", graphs.encoder), ("decoder", graphs.decoder)):
        for value in session.get_inputs():
            if not value.name.endswith("gates"):
                continue
            kind = "cross" if value.name == "cross_head_gates" else side
            of_heads = value.name != "feed_forward_gates"
            places = [
                (part.layer, part.head) if of_heads else (part.layer,)
                for part in parts
                if part.kind == kind and (part.head is not None) == of_heads
            ]
            every[side][value.name] = closed(tuple(value.shape), *places)
    return every


def graph_without_gates() -> onnx.ModelProto:
    graph = GraphBuilder()
    weight = graph.quantized("w", np.arange(12, dtype=np.float32).reshape(4, 3) - 5, axis=1)
    graph.node("Identity", ["x"], "mixed")
    graph.node("MatMul", ["mixed", weight], "down")
    graph.node("Relu", ["down"], "y")
    return graph.build("test", [tensor("x", 1, [1, 2, 3, 4])], [tensor("y", 1, [1, 2, 3, 3])])


def test_gates_are_put_into_a_finished_graph_whose_weights_stay(tmp_path: Path):
    before = graph_without_gates()
    after = add_gates(
        graph_without_gates(),
        [head_gates("head_gates", 2, ["mixed"]), feed_forward_gates(["down"])],
    )
    onnx.checker.check_model(after, full_check=True)
    stored = {each.name: each.SerializeToString() for each in after.graph.initializer}
    for weight in before.graph.initializer:
        assert stored.pop(weight.name) == weight.SerializeToString()
    assert stored.keys() == {"head_gates.axes"}
    sessions = []
    for name, model in (("before", before), ("after", after)):
        (tmp_path / name).write_bytes(serialize(model))
        sessions.append(open_session(tmp_path / name))
    x = np.random.default_rng(1).normal(size=(1, 2, 3, 4)).astype(np.float32)
    open_, half = np.ones((1, 2), np.float32), np.array([[1, 0]], np.float32)
    one = np.ones(1, np.float32)
    [plain] = sessions[0].run(None, {"x": x})
    feeds = {"x": x, "head_gates": open_, "feed_forward_gates": one}
    np.testing.assert_array_equal(sessions[1].run(None, feeds)[0], plain)
    [without] = sessions[1].run(None, {**feeds, "head_gates": half})
    np.testing.assert_array_equal(without[:, 0], plain[:, 0])
    assert not without[:, 1].any()
    [nothing] = sessions[1].run(None, {**feeds, "feed_forward_gates": 0 * one})
    assert not nothing.any()


def test_gates_are_put_in_once_and_only_where_there_is_something(tmp_path: Path):
    model = graph_without_gates()
    add_gates(model, [head_gates("head_gates", 2, ["mixed"])])
    with pytest.raises(AssertionError, match="head_gates is there"):
        add_gates(model, [head_gates("head_gates", 2, ["mixed"])])
    with pytest.raises(ValueError, match="no node makes other"):
        add_gates(model, [feed_forward_gates(["other"])])
    with pytest.raises(AssertionError, match="y is an output"):
        add_gates(graph_without_gates(), [feed_forward_gates(["y"])])


@torch.inference_mode()
def test_a_shipped_model_is_read_back_as_the_graph_computes():
    folder = ROOT / "test/fixtures/tiny-masked-bert"
    model = load_shipped(folder)
    feeds = feeds_of(IDS)
    logits = model(**{name: torch.from_numpy(value) for name, value in feeds.items()}).logits
    actual = bert_logits(open_session(folder / "encoder.onnx"), feeds)
    np.testing.assert_allclose(actual, logits, atol=1e-4)


@torch.inference_mode()
@pytest.mark.parametrize("id", ["tiny-gpt2", "tiny-transformer"])
def test_other_shipped_models_are_read_back_too(id: str):
    folder = ROOT / "test/fixtures" / id
    model = load_shipped(folder)
    if id == "tiny-gpt2":
        expected = model(torch.tensor([IDS])).logits[0, -1]
        cache = PaddedCache(model.config)
        actual = cache.run(open_session(folder / "decoder.onnx"), IDS)["logits"][0, 0]
    else:
        graphs, source = GraphTranslator(folder, model.config), torch.tensor([IDS])
        expected, _ = model.step(torch.tensor([7]), model.begin(source))
        actual, _ = graphs.step(torch.tensor([7]), graphs.begin(source))
    np.testing.assert_allclose(actual, expected, atol=1e-4)
