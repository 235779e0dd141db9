"""This module builds GPT-2 as an ONNX graph; it mirrors `training/modeling/gpt2.py`.

The names of inputs and outputs appear in `src/engine/onnx/graphs.ts`; change both.

Inputs: `input_ids` int64 [B, T]; `past_length` int64 [1] and `past_key_values.{layer}.key` and
`.value` float32 [B, H, P, K], see `decoder/slots.py`; `all_logits`, `output_attentions`,
`output_hidden_states`, `output_lens` bool []; gates, see `onnx/gates.py`: `head_gates` [rows, H]
and `feed_forward_gates` [L] float32, `head_gate_rows` int64 [L].
Outputs, all float32: `logits` [B, 1, V], [B, T, V] with `all_logits`; `new_key_values`
[2 L B, H, T, K]; `attentions` [L, B, H, T, past_length + T]; `hidden_states` [L + 1, B, T, D], of
which the last went through `ln_f`; `lens_logits` [L + 1, B, V] after the last token. The last three
have a first axis of 0 unless they are asked for.
"""

from math import sqrt

import numpy as np
import onnx
from onnx import TensorProto

from training.export.decoder.slots import (
    END,
    decoder_inputs,
    decoder_outputs,
    output_attentions,
    slot_lengths,
    slot_mask,
)
from training.export.onnx.gates import Gates, add_gates, feed_forward_gates, head_gates_of_variants
from training.export.onnx.graph import GraphBuilder, identity
from training.export.onnx.layers import array, join_heads, layer_norm, split_heads, tied_matrix
from training.modeling.gpt2 import Block, Gpt2, Gpt2Config, Projection


def build_gpt2_graph(model: Gpt2) -> onnx.ModelProto:
    """Every matrix becomes int8, every vector (biases, norms) stays float32."""
    config = model.config
    graph = GraphBuilder()
    for name, value in (("first", [0]), ("axis_1", [1]), ("axis_4", [4]), ("last", [-1])):
        graph.constant(name, np.array(value, np.int64))
    graph.constant("end", END)
    slot_lengths(graph)
    mask = slot_mask(graph)
    # [T, D]: of all rows of a batch the same.
    positions = graph.node("Add", ["mask.queries", "past_length"], "positions")
    x = graph.node(
        "Add",
        [
            graph.quantized_rows("wte", array(model.wte.weight), "input_ids"),
            graph.quantized_rows("wpe", array(model.wpe.weight), positions),
        ],
        "embedding",
    )
    states, attentions, new_key_values = [x], [], []
    for index, layer in enumerate(model.h):
        x, attention, key_value = block(graph, x, mask, layer, config, index)
        states.append(x)
        attentions.append(attention)
        new_key_values += key_value
    states[-1] = layer_norm(graph, x, model.ln_f, "ln_f")
    graph.node("Concat", new_key_values, "new_key_values", axis=0)
    output_attentions(graph, attentions, config.heads)
    graph.optional_stack(
        "output_hidden_states", states, "hidden_states", [0, 0, 0, config.hidden_size]
    )
    predictions(graph, model, states)
    built = graph.build("gpt2", decoder_inputs(config), decoder_outputs(config))
    return add_gates(built, decoder_gates(config.layers, config.heads))


def decoder_gates(layers: int, heads: int) -> list[Gates]:
    return [
        head_gates_of_variants(heads, [f"h.{index}.attn.mixed" for index in range(layers)]),
        feed_forward_gates([f"h.{index}.mlp.c_proj" for index in range(layers)]),
    ]


def block(
    graph: GraphBuilder, x: str, mask: str, layer: Block, config: Gpt2Config, index: int
) -> tuple[str, str, list[str]]:
    """Returns x [B, T, D], the attention [B, H, T, P + T], and the new keys and values."""
    name = f"h.{index}"
    normed = layer_norm(graph, x, layer.ln_1, f"{name}.ln_1")
    joined = projection(graph, normed, layer.attn.c_attn, f"{name}.attn.c_attn")
    parts = [f"{name}.attn.{part}" for part in ("query", "key", "value")]
    graph.node_of_many("Split", [joined], parts, axis=-1, num_outputs=3)
    query, key, value = (split_heads(graph, part, config) for part in parts)
    keys, values = (
        graph.node(
            "Concat", [f"past_key_values.{index}.{kind}", new], f"{name}.attn.{kind}s", axis=2
        )
        for kind, new in (("key", key), ("value", value))
    )
    # Scaled before the product: there are fewer queries than scores.
    scale = graph.constant(f"{name}.attn.scale", np.array(1 / sqrt(config.head_size), np.float32))
    scaled = graph.node("Mul", [query, scale], f"{name}.attn.scaled")
    turned = graph.node("Transpose", [keys], f"{name}.attn.turned", perm=[0, 1, 3, 2])
    products = graph.node("MatMul", [scaled, turned], f"{name}.attn.products")
    scores = graph.node("Add", [products, mask], f"{name}.attn.scores")
    attention = graph.node("Softmax", [scores], f"{name}.attn.attention", axis=-1)
    mixed = graph.node("MatMul", [attention, values], f"{name}.attn.mixed")
    attended = projection(
        graph, join_heads(graph, mixed, config), layer.attn.c_proj, f"{name}.attn.c_proj"
    )
    x = graph.node("Add", [x, attended], f"{name}.attended")
    up = projection(
        graph,
        layer_norm(graph, x, layer.ln_2, f"{name}.ln_2"),
        layer.mlp.c_fc,
        f"{name}.mlp.c_fc",
    )
    active = graph.node("Gelu", [up], f"{name}.mlp.gelu", approximate="tanh")
    down = projection(graph, active, layer.mlp.c_proj, f"{name}.mlp.c_proj")
    return graph.node("Add", [x, down], f"{name}.output"), attention, [key, value]


def projection(graph: GraphBuilder, x: str, source: Projection, name: str) -> str:
    weight = graph.quantized(f"{name}.weight", array(source.weight), axis=source.output_axis)
    bias = graph.constant(f"{name}.bias", array(source.bias))
    return graph.node("Add", [graph.node("MatMul", [x, weight], f"{name}.matmul"), bias], name)


def predictions(graph: GraphBuilder, model: Gpt2, states: list[str]) -> None:
    """Writes `logits` and `lens_logits`.

    Both come from one product with the table, its rows put together before and parted after:
    a second product inside the `If` would have ONNX Runtime pack the table a second time.
    """
    config = model.config
    start = graph.node("Where", ["all_logits", "first", "last"], "logits.start")
    asked = graph.node("Slice", [states[-1], start, "end", "axis_1"], "logits.states")
    rows = graph.node(
        "If",
        ["output_lens"],
        "rows",
        then_branch=lens_rows(states, model.ln_f.eps).branch("lens.with", "lens.rows"),
        else_branch=identity(asked, "lens.no_rows").branch("lens.without", "lens.no_rows"),
    )
    products = graph.node("MatMul", [rows, tied_matrix(graph, "wte")], "products")
    depth = graph.constant("lens.depth", np.array([config.layers + 1], np.int64))
    wanted = graph.node("Cast", ["output_lens"], "lens.wanted", to=TensorProto.INT64)
    before = graph.node("Mul", [depth, wanted], "lens.before")
    graph.node("Slice", [products, before, "end", "axis_1"], "logits")
    lens = GraphBuilder()
    lens.node("Slice", ["products", "first", "lens.depth", "axis_1"], "lens.products")
    lens.node("Transpose", ["lens.products"], "lens.by_layer", perm=[1, 0, 2])
    graph.optional("output_lens", lens, "lens.by_layer", "lens_logits", [0, 0, config.vocab_size])


def lens_rows(states: list[str], epsilon: float) -> GraphBuilder:
    """Every state of the last token, through `ln_f`, before the states that are asked for anyway.

    [B, L + 1 + (1 or T), D]
    """
    lens = GraphBuilder()
    lasts = [
        lens.node("Slice", [state, "last", "end", "axis_1"], f"lens.{index}")
        for index, state in enumerate(states)
    ]
    lens.node("Concat", lasts[:-1], "lens.raw", axis=1)
    norm = ["lens.raw", "ln_f.weight", "ln_f.bias"]
    lens.node("LayerNormalization", norm, "lens.normed", axis=-1, epsilon=epsilon)
    lens.node("Concat", ["lens.normed", lasts[-1], "logits.states"], "lens.rows", axis=1)
    return lens
