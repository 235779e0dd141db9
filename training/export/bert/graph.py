"""This module builds BERT as an ONNX graph; it mirrors `training/modeling/bert.py`.

The names of inputs and outputs appear in `src/engine/onnx/graphs.ts`; change both.

Inputs: `input_ids`, `attention_mask`, `token_type_ids`, `position_ids` int64 [B, S];
`output_attentions` and `output_hidden_states` bool [].
Outputs, all float32: `attentions` [L, B, H, query, key]; `hidden_states` [L + 1, B, S, D]. Their
first axis is 0 unless they are asked for.
With a head, also the inputs `output_logits` and `logit_positions` int64 [N], places of tokens,
and the output `logits` [B, N, V] of these, likewise.
Gates, see `onnx/gates.py`: `head_gates` [rows, H] and `feed_forward_gates` [L] float32,
`head_gate_rows` int64 [L].
For attention alone, values and feed-forward network of the last layer are not computed.
Positions are an input, so that no node computes with shapes.
"""

from math import sqrt

import numpy as np
import onnx
from onnx import TensorProto, helper

from training.export.onnx.gates import (
    Gates,
    add_gates,
    feed_forward_gates,
    head_gates_of_variants,
    producer_of,
)
from training.export.onnx.graph import GraphBuilder, tensor
from training.export.onnx.layers import (
    array,
    join_heads,
    layer_norm,
    linear,
    split_heads,
    tied_matrix,
)
from training.modeling.bert import Bert, BertConfig, BertLayer, MaskedHead


def build_bert_graph(model: Bert, head: MaskedHead | None = None) -> onnx.ModelProto:
    """Every matrix becomes int8, every vector (biases, norms) stays float32."""
    config = model.config
    graph = GraphBuilder()
    mask = additive_mask(graph)
    x = embeddings(graph, model)
    hidden_states, attentions = [x], []
    end = GraphBuilder()  # What follows the last attention, which no attention needs.
    for index, layer in enumerate(model.layers):
        name = f"layers.{index}"
        attentions.append(attention_weights(graph, x, mask, layer, config, name))
        part = end if index == config.layers - 1 else graph
        x = transformed(part, x, attentions[-1], layer, config, name)
        hidden_states.append(x)
    asked = "output_hidden_states"
    if head is not None:
        asked = graph.node("Or", [asked, "output_logits"], "output_last_hidden_state")
    # With the values and outputs of its heads, which are only looked at.
    last, by_head = f"layers.{config.layers - 1}", [0, config.heads, 0, config.head_size]
    hidden_states[-1], _, _ = graph.optional_of_many(
        asked,
        end,
        {
            "last_hidden_state": (x, [0, 0, config.hidden_size]),
            "last_values": (f"{last}.value.heads", by_head),
            "last_mixed": (f"{last}.mixed", by_head),
        },
    )
    graph.optional_stack("output_attentions", attentions, "attentions", [0, 0, config.heads, 0, 0])
    graph.optional_stack(
        "output_hidden_states", hidden_states, "hidden_states", [0, 0, 0, config.hidden_size]
    )
    ids = ["batch", "tokens"]
    head_inputs, head_outputs = [], []
    if head is not None:
        masked_head(graph, head, config)
        head_inputs.append(tensor("output_logits", TensorProto.BOOL, []))
        head_outputs.append(
            tensor("logits", TensorProto.FLOAT, ["batch_or_0", "tokens_or_0", config.vocab_size])
        )
    built = graph.build(
        "bert",
        [
            tensor("input_ids", TensorProto.INT64, ids),
            tensor("attention_mask", TensorProto.INT64, ids),
            tensor("token_type_ids", TensorProto.INT64, ids),
            tensor("position_ids", TensorProto.INT64, ids),
            tensor("output_attentions", TensorProto.BOOL, []),
            tensor("output_hidden_states", TensorProto.BOOL, []),
            *head_inputs,
        ],
        [
            # The first axis is free because it is 0 when nothing was asked for.
            tensor(
                "attentions",
                TensorProto.FLOAT,
                ["layers", "batch", config.heads, "tokens", "tokens"],
            ),
            tensor("hidden_states", TensorProto.FLOAT, ["states", *ids, config.hidden_size]),
            *head_outputs,
        ],
    )
    if head is not None:
        choose_logits(built)
    return add_gates(built, encoder_gates(config.layers, config.heads))


def choose_logits(model: onnx.ModelProto) -> None:
    """Has a finished graph compute the logits of `logit_positions` alone: each is a whole row."""
    graph = model.graph
    graph.input.append(tensor("logit_positions", TensorProto.INT64, ["positions"]))
    head, place = producer_of(graph, "head.dense.matmul")
    first = head.node[place]
    first.input[:] = [name.replace("last_hidden_state", "head.rows") for name in first.input]
    states = ["last_hidden_state", "logit_positions"]
    head.node.insert(place, helper.make_node("Gather", states, ["head.rows"], "head.rows", axis=1))
    [logits] = [output for output in graph.output if output.name == "logits"]
    logits.type.tensor_type.shape.dim[1].dim_param = "positions_or_0"


def encoder_gates(layers: int, heads: int) -> list[Gates]:
    return [
        head_gates_of_variants(heads, [f"layers.{index}.mixed" for index in range(layers)]),
        feed_forward_gates([f"layers.{index}.down" for index in range(layers)]),
    ]


def additive_mask(graph: GraphBuilder) -> str:
    """0 at a token, the lowest float32 at padding. [B, 1, 1, S]"""
    one = graph.constant("one", np.array(1, np.float32))
    lowest = graph.constant("lowest", np.array(np.finfo(np.float32).min))
    axes = graph.constant("mask.axes", np.array([1, 2], np.int64))
    present = graph.node("Cast", ["attention_mask"], "mask.present", to=TensorProto.FLOAT)
    absent = graph.node("Sub", [one, present], "mask.absent")
    additive = graph.node("Mul", [absent, lowest], "mask.additive")
    return graph.node("Unsqueeze", [additive, axes], "mask")


def embeddings(graph: GraphBuilder, model: Bert) -> str:
    source = model.embeddings
    words = graph.quantized_rows("embeddings.words", array(source.word.weight), "input_ids")
    positions = graph.quantized_rows(
        "embeddings.positions", array(source.position.weight), "position_ids"
    )
    segments = graph.quantized_rows(
        "embeddings.segments", array(source.segment.weight), "token_type_ids"
    )
    placed = graph.node("Add", [words, positions], "embeddings.placed")
    total = graph.node("Add", [placed, segments], "embeddings.total")
    return layer_norm(graph, total, source.norm, "embeddings.norm")


def attention_weights(
    graph: GraphBuilder, x: str, mask: str, layer: BertLayer, config: BertConfig, name: str
) -> str:
    """x [B, S, D] -> [B, H, S, S]; rows over the last axis sum to 1."""
    query = split_heads(graph, linear(graph, x, layer.query, f"{name}.query"), config)
    key = split_heads(graph, linear(graph, x, layer.key, f"{name}.key"), config, [0, 2, 3, 1])
    scale = graph.constant(f"{name}.scale", np.array(1 / sqrt(config.head_size), np.float32))
    products = graph.node("MatMul", [query, key], f"{name}.products")
    scaled = graph.node("Mul", [products, scale], f"{name}.scaled")
    scores = graph.node("Add", [scaled, mask], f"{name}.scores")
    return graph.node("Softmax", [scores], f"{name}.attention", axis=-1)


def transformed(
    graph: GraphBuilder, x: str, attention: str, layer: BertLayer, config: BertConfig, name: str
) -> str:
    """x [B, S, D], attention [B, H, S, S] -> the layer's output [B, S, D]."""
    value = split_heads(graph, linear(graph, x, layer.value, f"{name}.value"), config)
    mixed = graph.node("MatMul", [attention, value], f"{name}.mixed")
    joined = join_heads(graph, mixed, config)
    projected = linear(graph, joined, layer.projection, f"{name}.projection")
    attended = graph.node("Add", [x, projected], f"{name}.attention_residual")
    x = layer_norm(graph, attended, layer.attention_norm, f"{name}.attention_norm")
    up = linear(graph, x, layer.up, f"{name}.up")
    active = graph.node("Gelu", [up], f"{name}.gelu")
    down = linear(graph, active, layer.down, f"{name}.down")
    total = graph.node("Add", [x, down], f"{name}.output_residual")
    return layer_norm(graph, total, layer.output_norm, f"{name}.output_norm")


def masked_head(graph: GraphBuilder, source: MaskedHead, config: BertConfig) -> None:
    """Writes `logits`, if they are asked for."""
    head = GraphBuilder()
    dense = linear(head, "last_hidden_state", source.dense, "head.dense")
    active = head.node("Gelu", [dense], "head.gelu")
    normed = layer_norm(head, active, source.norm, "head.norm")
    products = head.node("MatMul", [normed, tied_matrix(graph, "embeddings.words")], "head.matmul")
    head.node("Add", [products, head.constant("head.bias", array(source.bias))], "head.logits")
    graph.optional("output_logits", head, "head.logits", "logits", [0, 0, config.vocab_size])
