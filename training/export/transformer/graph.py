"""This module builds the Transformer as two graphs; it mirrors `training/modeling/transformer.py`.

The names of inputs and outputs appear in `src/engine/onnx/graphs.ts`; change both.
Shape letters as there. All that is kept between steps has the batch as its first axis, so that a
beam is reordered by taking rows.

Encoder. Inputs: `input_ids` int64 [B, S]; `output_attentions`, `output_hidden_states` bool [];
`head_gates` [L, H] and `feed_forward_gates` [L] float32, see `onnx/gates.py`.
Outputs, all float32: `memory.keys`, `memory.values` [B, L, H, S, K], of the cross-attention;
`past.keys`, `past.values` [B, L, H, 0, K]; `encoder_attentions` [L, B, H, S, S] and
`encoder_hidden_states` [L + 1, B, S, D], whose first axis is 0 unless they are asked for.

Decoder, one step. Inputs: `input_ids` int64 [B]; `memory.*` of one sentence [1, L, H, S, K], which
all rows share; `past.*` [B, L, H, P, K]; `head_gates`, `cross_head_gates` [L, H] and
`feed_forward_gates` [L].
Outputs: `logits` [B, V]; `present.*` [B, L, H, P + 1, K]; `decoder_attentions`
[L, B, H, 1, P + 1]; `cross_attentions` [L, B, H, 1, S]; `decoder_hidden_states` [L + 1, B, D].
"""

from math import sqrt

import numpy as np
import onnx
from onnx import TensorProto

from training.export.onnx.gates import Gates, add_gates, feed_forward_gates, head_gates
from training.export.onnx.graph import GraphBuilder, tensor
from training.export.onnx.layers import (
    layer_norm,
    layer_of,
    linear,
    scaled_embedding,
    stack,
    tied_logits,
)
from training.modeling.transformer import (
    DecoderLayer,
    EncoderLayer,
    FeedForward,
    MultiHeadAttention,
    Transformer,
    TransformerConfig,
)


def build_encoder(model: Transformer) -> onnx.ModelProto:
    config = model.config
    graph = GraphBuilder()
    zero = graph.constant("zero", np.array([0], np.int64))
    length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    table = graph.constant("positions.table", model.positions.numpy())
    positions = graph.node("Slice", [table, zero, length], "positions")
    embedded = scaled_embedding(graph, model.embedding)
    x = graph.node("Add", [embedded, positions], "embeddings")
    hidden_states, attentions = [x], []
    for index, layer in enumerate(model.encoder):
        x, attention = encoder_layer(graph, x, layer, f"encoder.{index}")
        hidden_states.append(x)
        attentions.append(attention)
    memory = hidden_states[-1] = layer_norm(graph, x, model.encoder_norm, "encoder_norm")
    for kind in ("key", "value"):
        of_layers = []
        for index, layer in enumerate(model.decoder):
            source = getattr(layer.cross_attention, kind)
            projected = linear(graph, memory, source, f"decoder.{index}.cross_attention.{kind}")
            of_layers.append(split_heads(graph, projected, config.heads))
        every = stack(graph, of_layers, 1, f"memory.{kind}s")
        time = graph.constant(f"past.{kind}s.axis", np.array([3], np.int64))
        graph.node("Slice", [every, zero, zero, time], f"past.{kind}s")
    graph.optional_stack(
        "output_attentions", attentions, "encoder_attentions", [0, 0, config.heads, 0, 0]
    )
    graph.optional_stack(
        "output_hidden_states",
        hidden_states,
        "encoder_hidden_states",
        [0, 0, 0, config.hidden_size],
    )
    built = graph.build(
        "transformer_encoder",
        [
            tensor("input_ids", TensorProto.INT64, ["batch", "source"]),
            tensor("output_attentions", TensorProto.BOOL, []),
            tensor("output_hidden_states", TensorProto.BOOL, []),
        ],
        [
            *cache(config, "memory", "batch", "source"),
            *cache(config, "past", "batch", 0),
            # The first axis is free because it is 0 when nothing was asked for.
            floats("encoder_attentions", ["layers", "batch", config.heads, "source", "source"]),
            floats("encoder_hidden_states", ["states", "batch", "source", config.hidden_size]),
        ],
    )
    return add_gates(built, encoder_gates(config.layers, config.heads))


def build_decoder(model: Transformer) -> onnx.ModelProto:
    config = model.config
    graph = GraphBuilder()
    position = graph.node("Shape", ["past.keys"], "position", start=3, end=4)  # P, [1]
    table = graph.constant("positions.table", model.positions.numpy())
    embedded = scaled_embedding(graph, model.embedding)
    place = graph.node("Gather", [table, position], "position.vector", axis=0)  # [1, D]
    x = graph.node("Add", [embedded, place], "embeddings")  # [B, D]
    hidden_states, attentions, cross_attentions = [x], [], []
    presents = {"keys": [], "values": []}
    for index, layer in enumerate(model.decoder):
        x, attention, cross_attention, present = decoder_layer(graph, x, layer, config.heads, index)
        hidden_states.append(x)
        attentions.append(attention)
        cross_attentions.append(cross_attention)
        presents["keys"].append(present[0])
        presents["values"].append(present[1])
    hidden_states[-1] = x = layer_norm(graph, x, model.decoder_norm, "decoder_norm")
    tied_logits(graph, x, "logits")
    for kind, tensors in presents.items():
        stack(graph, tensors, 1, f"present.{kind}")
    stack(graph, attentions, 0, "decoder_attentions")
    stack(graph, cross_attentions, 0, "cross_attentions")
    stack(graph, hidden_states, 0, "decoder_hidden_states")
    layers, heads = config.layers, config.heads
    built = graph.build(
        "transformer_decoder",
        [
            tensor("input_ids", TensorProto.INT64, ["batch"]),
            *cache(config, "memory", 1, "source"),
            *cache(config, "past", "batch", "past"),
        ],
        [
            floats("logits", ["batch", config.vocab_size]),
            *cache(config, "present", "batch", "present"),
            floats("decoder_attentions", [layers, "batch", heads, 1, "present"]),
            floats("cross_attentions", [layers, "batch", heads, 1, "source"]),
            floats("decoder_hidden_states", [layers + 1, "batch", config.hidden_size]),
        ],
    )
    return add_gates(built, decoder_gates(layers, heads))


def encoder_gates(layers: int, heads: int) -> list[Gates]:
    names = [f"encoder.{index}" for index in range(layers)]
    return [
        head_gates("head_gates", heads, [f"{name}.attention.mixed" for name in names]),
        feed_forward_gates([f"{name}.feed_forward.down" for name in names]),
    ]


def decoder_gates(layers: int, heads: int) -> list[Gates]:
    names = [f"decoder.{index}" for index in range(layers)]
    return [
        head_gates("head_gates", heads, [f"{name}.attention.mixed" for name in names]),
        head_gates("cross_head_gates", heads, [f"{name}.cross_attention.mixed" for name in names]),
        feed_forward_gates([f"{name}.feed_forward.down" for name in names]),
    ]


def floats(name: str, shape: list[int | str]) -> onnx.ValueInfoProto:
    return tensor(name, TensorProto.FLOAT, shape)


def cache(
    config: TransformerConfig, name: str, batch: int | str, length: int | str
) -> list[onnx.ValueInfoProto]:
    shape = [batch, config.layers, config.heads, length, config.hidden_size // config.heads]
    return [floats(f"{name}.keys", shape), floats(f"{name}.values", shape)]


def encoder_layer(graph: GraphBuilder, x: str, layer: EncoderLayer, name: str) -> tuple[str, str]:
    """x [B, S, D] -> x, attention [B, H, S, S]"""
    part = f"{name}.attention"
    y = layer_norm(graph, x, layer.attention_norm, f"{part}_norm")
    heads = layer.attention.heads
    query, keys, values = (
        split_heads(
            graph, linear(graph, y, getattr(layer.attention, kind), f"{part}.{kind}"), heads
        )
        for kind in ("query", "key", "value")
    )
    mixed, attention = attend(graph, query, keys, values, layer.attention, part)
    by_token = graph.node("Transpose", [mixed], f"{part}.by_token", perm=[0, 2, 1, 3])
    shape = graph.constant(f"{part}.joined.shape", np.array([0, 0, -1], np.int64))
    joined = graph.node("Reshape", [by_token, shape], f"{part}.joined")
    x = residual(graph, x, linear(graph, joined, layer.attention.output, f"{part}.output"))
    y = layer_norm(graph, x, layer.feed_forward_norm, f"{name}.feed_forward_norm")
    x = residual(graph, x, feed_forward(graph, y, layer.feed_forward, f"{name}.feed_forward"))
    return x, attention


def decoder_layer(
    graph: GraphBuilder, x: str, layer: DecoderLayer, heads: int, index: int
) -> tuple[str, str, str, tuple[str, str]]:
    """x [B, D] -> x, attention [B, H, 1, P + 1], cross-attention [B, H, 1, S], keys and values."""
    name = f"decoder.{index}"
    part = f"{name}.attention"
    y = layer_norm(graph, x, layer.attention_norm, f"{part}_norm")
    query, key, value = (
        one_head_each(
            graph, linear(graph, y, getattr(layer.attention, kind), f"{part}.{kind}"), heads
        )
        for kind in ("query", "key", "value")
    )
    present = []
    for kind, new in (("keys", key), ("values", value)):
        past = layer_of(graph, f"past.{kind}", index, f"{part}.past_{kind}")
        present.append(graph.node("Concat", [past, new], f"{part}.{kind}", axis=2))
    mixed, attention = attend(graph, query, *present, layer.attention, part)
    x = residual(graph, x, join_one(graph, mixed, layer.attention, part))

    part = f"{name}.cross_attention"
    y = layer_norm(graph, x, layer.cross_attention_norm, f"{part}_norm")
    query = linear(graph, y, layer.cross_attention.query, f"{part}.query")
    memory = [
        layer_of(graph, f"memory.{kind}", index, f"{part}.{kind}") for kind in ("keys", "values")
    ]
    mixed, cross_attention = attend(
        graph, one_head_each(graph, query, heads), *memory, layer.cross_attention, part
    )
    x = residual(graph, x, join_one(graph, mixed, layer.cross_attention, part))

    y = layer_norm(graph, x, layer.feed_forward_norm, f"{name}.feed_forward_norm")
    x = residual(graph, x, feed_forward(graph, y, layer.feed_forward, f"{name}.feed_forward"))
    return x, attention, cross_attention, (present[0], present[1])


def attend(
    graph: GraphBuilder, query: str, keys: str, values: str, source: MultiHeadAttention, name: str
) -> tuple[str, str]:
    """query [B, H, T, K], keys and values [B, H, S, K] -> [B, H, T, K], [B, H, T, S]"""
    head_size = source.query.out_features // source.heads
    scale = graph.constant(f"{name}.scale", np.array(1 / sqrt(head_size), np.float32))
    turned = graph.node("Transpose", [keys], f"{name}.keys_turned", perm=[0, 1, 3, 2])
    products = graph.node("MatMul", [query, turned], f"{name}.products")
    scores = graph.node("Mul", [products, scale], f"{name}.scores")
    attention = graph.node("Softmax", [scores], f"{name}.weights", axis=-1)
    return graph.node("MatMul", [attention, values], f"{name}.mixed"), attention


def feed_forward(graph: GraphBuilder, x: str, source: FeedForward, name: str) -> str:
    active = graph.node("Relu", [linear(graph, x, source.up, f"{name}.up")], f"{name}.relu")
    return linear(graph, active, source.down, f"{name}.down")


def residual(graph: GraphBuilder, x: str, y: str) -> str:
    return graph.node("Add", [x, y], f"{y}.residual")


def split_heads(graph: GraphBuilder, x: str, heads: int) -> str:
    """[B, S, D] -> [B, H, S, K]; a 0 in a shape keeps an axis."""
    shape = graph.constant(f"{x}.shape", np.array([0, 0, heads, -1], np.int64))
    by_head = graph.node("Reshape", [x, shape], f"{x}.by_head")
    return graph.node("Transpose", [by_head], f"{x}.heads", perm=[0, 2, 1, 3])


def one_head_each(graph: GraphBuilder, x: str, heads: int) -> str:
    """[B, D] -> [B, H, 1, K]"""
    shape = graph.constant(f"{x}.shape", np.array([0, heads, 1, -1], np.int64))
    return graph.node("Reshape", [x, shape], f"{x}.heads")


def join_one(graph: GraphBuilder, x: str, source: MultiHeadAttention, name: str) -> str:
    """[B, H, 1, K] -> [B, D], then the output matrix."""
    shape = graph.constant(f"{name}.joined.shape", np.array([0, -1], np.int64))
    joined = graph.node("Reshape", [x, shape], f"{name}.joined")
    return linear(graph, joined, source.output, f"{name}.output")
