"""This module builds ULMFiT as two ONNX graphs; it mirrors `awd_lstm.py` and `ulmfit.py`.

Shape letters as there, D = H. The state has the batch as its first axis, so that a beam is
reordered by taking rows; the last layer is narrower, and the rest of its row is 0.

Language model, one step. Inputs: `input_ids` int64 [B]; `past.hidden`, `past.cell` [B, L, D], zeros
before the first token, which is `<|endoftext|>`. Outputs: `logits` [B, V]; `present.hidden`,
`present.cell` [B, L, D].

Classifier. Input: `input_ids` int64 [B, T], T >= 1, texts of one length, each after its
`<|endoftext|>`. Output: `logits` [B, C]: the writer disliked it, liked it.
"""

import numpy as np
import onnx
from onnx import TensorProto

from training.export.onnx.graph import GraphBuilder, tensor
from training.export.onnx.layers import (
    array,
    layer_of,
    linear,
    scaled_embedding,
    stack,
    tied_logits,
)
from training.export.onnx.recurrent import floats, from_input, recurrent_weight, scan, state, update
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig, layer_sizes
from training.modeling.ulmfit import CLASSES, ReviewClassifier


def build_language_model(model: AwdLstm) -> onnx.ModelProto:
    config = model.config
    graph = GraphBuilder()
    x = scaled_embedding(graph, model.embedding)  # [B, E]
    hiddens, cells = [], []
    for layer, (lstm, size) in enumerate(zip(model.lstms, layer_sizes(config), strict=True)):
        name = f"layer.{layer}"
        hidden = narrowed(graph, layer_of(graph, "past.hidden", layer, f"{name}.row"), size, config)
        cell = layer_of(graph, "past.cell", layer, f"{name}.cell_row")
        cell = narrowed(graph, cell, size, config)
        given = from_input(graph, x, lstm, "l0", name)
        weight = recurrent_weight(graph, lstm, "l0", name)
        recurrent = graph.node("MatMul", [hidden, weight], f"{name}.recurrent")
        gates = graph.node("Add", [given, recurrent], f"{name}.gates")
        x, cell = update(graph, gates, cell, f"{name}.present")
        hiddens.append(widened(graph, x, size, config))
        cells.append(widened(graph, cell, size, config))
    bias = graph.constant("logits.bias", array(model.bias))
    graph.node("Add", [tied_logits(graph, x, "logits.product"), bias], "logits")
    stack(graph, hiddens, 1, "present.hidden")
    stack(graph, cells, 1, "present.cell")
    return graph.build(
        "awd_lstm",
        [
            tensor("input_ids", TensorProto.INT64, ["batch"]),
            *state("past", config.layers, config.hidden_size),
        ],
        [
            floats("logits", ["batch", config.vocab_size]),
            *state("present", config.layers, config.hidden_size),
        ],
    )


def narrowed(graph: GraphBuilder, x: str, size: int, config: AwdLstmConfig) -> str:
    """[B, D] -> [B, size]"""
    if size == config.hidden_size:
        return x
    bounds = [
        graph.constant(f"{x}.{name}", np.array([value], np.int64))
        for name, value in (("start", 0), ("end", size), ("axis", 1))
    ]
    return graph.node("Slice", [x, *bounds], f"{x}.narrow")


def widened(graph: GraphBuilder, x: str, size: int, config: AwdLstmConfig) -> str:
    """[B, size] -> [B, D]"""
    if size == config.hidden_size:
        return x
    amounts = np.array([0, 0, 0, config.hidden_size - size], np.int64)
    return graph.node("Pad", [x, graph.constant(f"{x}.padding", amounts)], f"{x}.wide")


def build_classifier(model: ReviewClassifier) -> onnx.ModelProto:
    graph = GraphBuilder()
    rows = scaled_embedding(graph, model.body.embedding)  # [B, T, E]
    x = graph.node("Transpose", [rows], "embedding.by_step", perm=[1, 0, 2])  # [T, B, E]
    last = ""
    for layer, lstm in enumerate(model.body.lstms):
        x, _, last, _ = scan(graph, x, lstm, "l0", f"layer.{layer}", backward=False)
    steps = graph.constant("pool.axis", np.array([0], np.int64))
    largest = graph.node("ReduceMax", [x, steps], "pool.largest", keepdims=0)
    mean = graph.node("ReduceMean", [x, steps], "pool.mean", keepdims=0)
    pooled = graph.node("Concat", [last, largest, mean], "pool", axis=-1)  # [B, 3E]
    hidden = graph.node("Relu", [linear(graph, pooled, model.hidden, "hidden")], "hidden.relu")
    graph.node("Identity", [linear(graph, hidden, model.output, "output")], "logits")
    return graph.build(
        "review_classifier",
        [tensor("input_ids", TensorProto.INT64, ["batch", "tokens"])],
        [floats("logits", ["batch", CLASSES])],
    )
