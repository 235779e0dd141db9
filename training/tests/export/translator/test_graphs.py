"""The exported graphs of the three translators are run as the engine runs them."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from training.data.translation import BEGIN, END
from training.decoding import Hypothesis
from training.export.translator.exports import TRANSLATORS
from training.export.translator.fixtures import (
    compare_hypotheses,
    compare_tensors,
    inside_of_graphs,
    inside_of_pytorch,
    write_translator_fixtures,
)
from training.export.translator.folder import write_translator_folder
from training.export.translator.session import GraphTranslator
from training.export.translator.tiny import VOCAB_SIZE, make_tiny_tokenizer
from training.quantization import dequantized

SOURCE = [5, 99, 200, 31, 300, END]
IDS = (17, 250, 4, END)
STATES = ["encoder_hidden_states", "encoder_cell_states"]
INPUTS = {
    "seq2seq-lstm": (["output_hidden_states"], ["past.hidden", "past.cell"]),
    "seq2seq-attention": (
        ["output_hidden_states"],
        [
            *("memory.values", "memory.keys", "past.hidden", "past.cell"),
            *("given_attention", "use_given_attention", "cross_head_gates"),
        ],
    ),
    "transformer": (
        [*("output_attentions", "output_hidden_states"), *("head_gates", "feed_forward_gates")],
        [
            *("memory.keys", "memory.values", "past.keys", "past.values"),
            *("head_gates", "cross_head_gates", "feed_forward_gates"),
        ],
    ),
}
OUTPUTS = {
    "seq2seq-lstm": (["past.hidden", "past.cell", *STATES], ["present.hidden", "present.cell"]),
    "seq2seq-attention": (
        ["memory.values", "memory.keys", "past.hidden", "past.cell", *STATES],
        ["present.hidden", "present.cell", "cross_attentions", "attention_scores", "context"],
    ),
    "transformer": (
        [
            *("memory.keys", "memory.values", "past.keys", "past.values"),
            *("encoder_attentions", "encoder_hidden_states"),
        ],
        [
            *("present.keys", "present.values"),
            *("decoder_attentions", "cross_attentions", "decoder_hidden_states"),
        ],
    ),
}


@pytest.fixture(scope="module", params=TRANSLATORS)
def id(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def original(id: str) -> nn.Module:
    return TRANSLATORS[id].tiny()


@pytest.fixture(scope="module")
def folder(id: str, original: nn.Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp(id)
    tokenizer = make_tiny_tokenizer()
    write_translator_folder(path, original, tokenizer, id=id, name="Tiny", license="MIT")
    return path


@pytest.fixture(scope="module")
def graphs(folder: Path, original: nn.Module) -> GraphTranslator:
    return GraphTranslator(folder, original.config)


def test_the_graphs_compute_what_pytorch_computes(graphs: GraphTranslator, original: nn.Module):
    expected = inside_of_pytorch(dequantized(original), SOURCE, IDS)
    compare_tensors(expected, inside_of_graphs(graphs, SOURCE, IDS))


def test_the_comparison_can_fail(graphs: GraphTranslator, original: nn.Module):
    expected = inside_of_pytorch(original, SOURCE, IDS)
    with pytest.raises(AssertionError, match="from PyTorch's"):
        compare_tensors(expected, inside_of_graphs(graphs, SOURCE, IDS))


def test_beams_share_one_source_and_can_be_reordered(graphs: GraphTranslator, original: nn.Module):
    model = dequantized(original)
    source = torch.tensor([SOURCE])
    rows = torch.tensor([0, 0, 0])
    logits = []
    with torch.inference_mode():
        for translator in (model, graphs):
            state = translator.reorder(translator.begin(source), rows)
            _, state = translator.step(torch.tensor([7, 8, 9]), state)
            state = translator.reorder(state, torch.tensor([2, 0]))
            logits.append(translator.step(torch.tensor([30, 31]), state)[0])
    torch.testing.assert_close(logits[1], logits[0], atol=1e-4, rtol=0)
    assert logits[0].shape == (2, VOCAB_SIZE)


def test_nothing_is_stacked_unless_it_is_asked_for(graphs: GraphTranslator):
    outputs = graphs.begin(torch.tensor([SOURCE]), inside=False).outputs
    shown = [value for name, value in outputs.items() if name.startswith("encoder_")]
    assert shown
    assert all(value.shape[0] == 0 for value in shown)


def test_names_are_those_of_the_contract(id: str, folder: Path):
    for index, part in enumerate(("encoder", "decoder")):
        graph = onnx.load(folder / f"{part}.onnx").graph
        assert [v.name for v in graph.input] == ["input_ids", *INPUTS[id][index]]
        expected = [*(["logits"] if part == "decoder" else []), *OUTPUTS[id][index]]
        assert [value.name for value in graph.output] == expected


def test_every_matrix_is_int8(folder: Path):
    for part in ("encoder", "decoder"):
        for weight in onnx.load(folder / f"{part}.onnx").graph.initializer:
            matrix = len(weight.dims) > 1 and min(weight.dims) > 1
            if matrix and weight.name != "positions.table":
                assert weight.data_type == onnx.TensorProto.INT8, weight.name


def test_the_table_of_tokens_is_in_a_file_once(folder: Path):
    for part in ("encoder", "decoder"):
        tables = [
            weight.name
            for weight in onnx.load(folder / f"{part}.onnx").graph.initializer
            if VOCAB_SIZE in weight.dims and len(weight.dims) == 2 and 1 not in weight.dims
        ]
        assert tables == ["embedding.values"]


def test_wrong_graphs_are_not_given_fixtures(folder: Path, original: nn.Module):
    """They are compared with another model's translations."""
    other = with_other_ends(original)
    with pytest.raises(AssertionError, match="PyTorch's"):
        write_translator_fixtures(folder, other, {"x": "The cat sleeps."}, inside=[], cases={})


def with_other_ends(original: nn.Module) -> nn.Module:
    other = dequantized(original)
    with torch.no_grad():
        other.embedding.weight[END] *= -1
        other.embedding.weight[BEGIN] *= -1
    return other


def test_hypotheses_that_differ_are_found():
    one = Hypothesis((5, END), (-1.0, -0.5), True)
    compare_hypotheses([one], [one])
    with pytest.raises(AssertionError, match="translations"):
        compare_hypotheses([one], [Hypothesis((6, END), (-1.0, -0.5), True)])
    with pytest.raises(AssertionError, match="log-probability"):
        compare_hypotheses([one], [Hypothesis((5, END), (-1.0, -0.6), True)])
    assert np.isclose(one.score(1.0), -0.75)
