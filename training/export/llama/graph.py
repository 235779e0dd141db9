"""This module builds Llama as a graph without weights; it mirrors `training/modeling/llama.py`.

The names of inputs and outputs appear in `src/engine/onnx/graphs.ts`; change both.

Inputs: `input_ids` int64 [B, T]; `past_length` int64 [1] and `past_key_values.{layer}.key` and
`.value` float32 [B, G, P, K], see `decoder/slots.py`; `all_logits`, `output_attentions`,
`output_hidden_states`, `output_lens` bool []; `head_gates` [L, H] and `feed_forward_gates` [L]
float32, see `onnx/gates.py`.
Outputs, all float32: `logits` [B, 1, V], [B, T, V] with `all_logits`; `new_key_values`
[2 L B, G, T, K]; `attentions` [L, B, H, T, past_length + T]; `hidden_states` [L + 1, B, T, D], of
which the last went through `norm`; `lens_logits` [L + 1, B, V] after the last token. The last three
have a first axis of 0 unless they are asked for.

States are [B T, D] between the layers: a Gemm takes matrices only, and takes them with a row for
each output, as the file has them. A MatMul would want them transposed at load.
"""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, ValueInfoProto, helper

from training.export.decoder.slots import (
    END,
    decoder_inputs,
    decoder_outputs,
    output_attentions,
    slot_lengths,
    slot_mask,
)
from training.export.llama.weights import HEAD_PARTS, Weight
from training.export.onnx.gates import Gates, add_gates, feed_forward_gates, head_gates
from training.export.onnx.graph import IR_VERSION, OPSET, GraphBuilder, identity, tensor
from training.export.onnx.layers import array
from training.modeling.llama import LlamaConfig, rotary_tables
from training.pretrained.gguf_blocks import BLOCK

LOCATION = "w"  # Of the virtual file with the weights.
MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators; version 1 of all of them.


class LlamaGraph:
    """The nodes of one graph."""

    def __init__(self, config: LlamaConfig):
        self.config = config
        self.graph = GraphBuilder()
        self.attentions: list[str] = []
        self.new_key_values: list[str] = []
        heads, groups, size = config.heads, config.key_value_heads, config.head_size
        for name, value in {
            "first": [0],
            "axis_1": [1],
            "axis_4": [4],
            "depth": [config.layers + 1],
            "last": [-1],
            "end": END,
            "flat": [-1],
            "shape.rows": [-1, config.hidden_size],
            "shape.blocks": [-1, config.hidden_size // BLOCK, BLOCK],
            # A 0 keeps an axis.
            "shape.by_head": [0, 0, heads + groups, size],
            "shape.groups": [0, groups, -1, size],
            "shape.head_rows": [0, heads, -1, size],
            "split.query_key_value": [(heads + groups) * size, groups * size],
            "split.query_key": [heads, groups],
        }.items():
            self.graph.constant(name, np.array(value, np.int64))
        self.graph.constant("attention.scale", np.array(1 / sqrt(size), np.float32))
        for name, table in zip(("cos", "sin"), rotary_tables(config), strict=True):
            self.graph.constant(name, array(table))
        self.lengths()
        slot_mask(self.graph)

    def node(self, operator: str, inputs: Sequence[str], output: str, **attributes: object) -> str:
        return self.graph.node(operator, inputs, output, **attributes)

    def lengths(self) -> None:
        """Writes `batch`, int64 [1], those of `slot_lengths`, and `shape.*`.

        The shapes are those that no constant can say: [B, T, (H + G) K], [B, T, G, K], [B, -1, D],
        [B, -1, V], [B, H, T, total] and [B, G, H / G * T, total].
        """
        config = self.config
        heads, groups, size = config.heads, config.key_value_heads, config.head_size
        self.node("Shape", ["input_ids"], "batch", start=0, end=1)
        slot_lengths(self.graph)
        for name, parts in {
            "shape.sequence": ["batch", [-1, (heads + groups) * size]],
            "shape.values_by_head": ["batch", [-1, groups, size]],
            "shape.states": ["batch", [-1, config.hidden_size]],
            "shape.logits": ["batch", [-1, config.vocab_size]],
            "shape.scores": [[0, heads, -1], "total"],
            "shape.score_rows": [[0, groups, -1], "total"],
        }.items():
            self.node("Concat", [self.length(part, name) for part in parts], name, axis=0)

    def length(self, part: str | list[int], name: str) -> str:
        if isinstance(part, str):
            return part
        return self.graph.constant(f"{name}.known", np.array(part, np.int64))

    def embedding(self, ids: str) -> str:
        """ids [B T] -> [B T, D]: rows of integers, scaled block by block."""
        integers = self.node("Gather", ["embedding.integers", ids], "embedding.rows")
        numbers = self.node("Cast", [integers], "embedding.float_rows", to=TensorProto.FLOAT)
        blocks = self.node("Reshape", [numbers, "shape.blocks"], "embedding.blocks")
        scales = self.node("Gather", ["embedding.scales", ids], "embedding.row_scales")
        column = self.node("Unsqueeze", [scales, "last"], "embedding.block_scales")
        scaled = self.node("Mul", [blocks, column], "embedding.scaled")
        return self.node("Reshape", [scaled, "shape.rows"], "embedded")

    def linear(self, x: str, weight: str, output: str) -> str:
        """x [rows, in], weight [out, in] -> [rows, out]"""
        return self.node("Gemm", [x, weight], output, transB=1)

    def norm(self, x: str, weight: str, output: str) -> str:
        return norm(self.graph, x, weight, output, self.config.rms_norm_eps)

    def add_and_norm(self, x: str, y: str, weight: str, output: str) -> tuple[str, str]:
        """x + y, and that normed, in one operator: (normed, sum), each of the shape of x."""
        return add_and_norm(self.graph, x, y, weight, output, self.config.rms_norm_eps)

    def attention(self, x: str, name: str) -> str:
        """x [B T, D] -> [B T, D]; adds to `attentions` and `new_key_values`."""
        layer = name.removeprefix("layers.")
        joined = self.linear(x, f"{name}.query_key_value", f"{name}.joined")
        rows, value_rows = self.graph.node_of_many(
            "Split",
            [joined, "split.query_key_value"],
            [f"{name}.query_key", f"{name}.value_rows"],
            axis=1,
        )
        sequence = self.node("Reshape", [rows, "shape.sequence"], f"{name}.sequence")
        rotated = self.node(
            "RotaryEmbedding",
            [sequence, "past_length", "cos", "sin"],
            f"{name}.rotated",
            domain=MICROSOFT,
        )
        by_token = self.node("Reshape", [rotated, "shape.by_head"], f"{name}.rotated_by_head")
        heads = self.turned(by_token, f"{name}.heads")  # [B, H + G, T, K]
        query, key = self.graph.node_of_many(
            "Split", [heads, "split.query_key"], [f"{name}.query", f"{name}.key"], axis=1
        )
        values_by_token = self.node(
            "Reshape", [value_rows, "shape.values_by_head"], f"{name}.values_by_head"
        )
        value = self.turned(values_by_token, f"{name}.value")
        self.new_key_values += [key, value]
        keys, values = (
            self.node("Concat", [f"past_key_values.{layer}.{kind}", new], f"{name}.{kind}s", axis=2)
            for kind, new in (("key", key), ("value", value))
        )
        # Queries that share a key are rows of one matrix: no key or value is copied for them.
        scaled = self.node("Mul", [query, "attention.scale"], f"{name}.scaled")
        grouped = self.node("Reshape", [scaled, "shape.groups"], f"{name}.grouped")
        columns = self.node("Transpose", [keys], f"{name}.key_columns", perm=[0, 1, 3, 2])
        products = self.node("MatMul", [grouped, columns], f"{name}.products")
        by_head = self.node("Reshape", [products, "shape.scores"], f"{name}.products_by_head")
        scores = self.node("Add", [by_head, "mask"], f"{name}.scores")
        attention = self.node("Softmax", [scores], f"{name}.attention", axis=-1)
        self.attentions.append(attention)
        weights = self.node("Reshape", [attention, "shape.score_rows"], f"{name}.attention_rows")
        mixed = self.node("MatMul", [weights, values], f"{name}.mixed")  # [B, G, H / G * T, K]
        parted = self.node("Reshape", [mixed, "shape.head_rows"], f"{name}.mixed_by_head")
        back = self.turned(parted, f"{name}.mixed_by_token")
        rows = self.node("Reshape", [back, "shape.rows"], f"{name}.mixed_rows")
        return self.linear(rows, f"{name}.projection", f"{name}.attended")

    def turned(self, x: str, output: str) -> str:
        """[B, T, heads, K] -> [B, heads, T, K], and back."""
        return self.node("Transpose", [x], output, perm=[0, 2, 1, 3])

    def feed_forward(self, x: str, name: str) -> str:
        joined = self.linear(x, f"{name}.gate_up", f"{name}.gate_up_joined")
        gate, up = self.graph.node_of_many(
            "Split", [joined], [f"{name}.gate", f"{name}.up"], axis=1, num_outputs=2
        )
        silu = self.node("QuickGelu", [gate], f"{name}.silu", domain=MICROSOFT, alpha=1.0)
        active = self.node("Mul", [silu, up], f"{name}.active")
        return self.linear(active, f"{name}.down", f"{name}.fed")

    def asked_rows(self, x: str) -> str:
        """[B T, D] -> [B, 1, D] of the last tokens, or [B, T, D] of all with `all_logits`."""
        by_token = self.node("Reshape", [x, "shape.states"], f"{x}.by_token")
        return self.node("Slice", [by_token, "logits.start", "end", "axis_1"], f"{x}.asked")


def norm(graph: GraphBuilder, x: str, weight: str, output: str, epsilon: float) -> str:
    """RMSNorm node by node; ONNX Runtime makes one of them."""
    least = graph.constant(f"{output}.epsilon", np.array(epsilon, np.float32))
    two = graph.constant(f"{output}.two", np.array(2, np.float32))
    squares = graph.node("Pow", [x, two], f"{output}.squares")
    mean = graph.node("ReduceMean", [squares, "last"], f"{output}.mean", keepdims=1)
    positive = graph.node("Add", [mean, least], f"{output}.positive")
    root = graph.node("Sqrt", [positive], f"{output}.root")
    return graph.node("Mul", [graph.node("Div", [x, root], f"{output}.unit"), weight], output)


def add_and_norm(
    graph: GraphBuilder, x: str, y: str, weight: str, output: str, epsilon: float
) -> tuple[str, str]:
    outputs = [output, "", "", f"{output}.sum"]
    graph.node_of_many(
        "SkipSimplifiedLayerNormalization",
        [y, x, weight],
        outputs,
        domain=MICROSOFT,
        epsilon=epsilon,
    )
    return output, outputs[3]


def build_llama_graph(config: LlamaConfig, weights: Sequence[Weight]) -> onnx.ModelProto:
    llama = LlamaGraph(config)
    ids = llama.node("Reshape", ["input_ids", "flat"], "ids")
    x = llama.embedding(ids)
    states = [x]
    normed = llama.norm(x, "layers.0.input_norm", "layers.0.normed")
    for index in range(config.layers):
        name = f"layers.{index}"
        attended = llama.attention(normed, name)
        normed, x = llama.add_and_norm(
            x, attended, f"{name}.feed_forward_norm", f"{name}.attended_normed"
        )
        fed = llama.feed_forward(normed, name)
        if index + 1 < config.layers:
            following = f"layers.{index + 1}"
            normed, x = llama.add_and_norm(x, fed, f"{following}.input_norm", f"{following}.normed")
            states.append(x)
    llama.node("Concat", llama.new_key_values, "new_key_values", axis=0)
    predictions(llama, states, x, fed)
    output_attentions(llama.graph, llama.attentions, config.heads)
    output_hidden_states(llama, states, x, fed)
    built = build(llama.graph, weights, decoder_inputs(config), decoder_outputs(config))
    return add_gates(built, decoder_gates(config.layers, config.heads))


def decoder_gates(layers: int, heads: int) -> list[Gates]:
    names = [f"layers.{index}" for index in range(layers)]
    return [
        head_gates("head_gates", heads, [f"{name}.mixed_by_head" for name in names]),
        feed_forward_gates([f"{name}.fed" for name in names]),
    ]


def predictions(llama: LlamaGraph, states: Sequence[str], x: str, fed: str) -> None:
    """Writes `logits` and `lens_logits`, from the states and what the last layer read and gave.

    Each is [B T, D]. Both outputs come from one product with the table, as GPT-2's do.
    """
    config = llama.config
    llama.node("Where", ["all_logits", "first", "last"], "logits.start")
    asked = (llama.asked_rows(part) for part in (x, fed))
    final, _ = llama.add_and_norm(*asked, "norm", "final")
    with_lens = llama.node(
        "If",
        ["output_lens"],
        "final.with_lens",
        then_branch=lens_rows(config, states, final).branch("lens.with", "lens.rows"),
        else_branch=identity(final, "lens.no_rows").branch("lens.without", "lens.no_rows"),
    )
    rows = llama.node("Reshape", [with_lens, "shape.rows"], "final.rows")
    parts = [llama.linear(rows, f"head.{part}", f"logits.{part}") for part in range(HEAD_PARTS)]
    joined = llama.node("Concat", parts, "logits.rows", axis=1)
    products = llama.node("Reshape", [joined, "shape.logits"], "products")
    wanted = llama.node("Cast", ["output_lens"], "lens.wanted", to=TensorProto.INT64)
    before = llama.node("Mul", ["depth", wanted], "lens.before")
    llama.node("Slice", [products, before, "end", "axis_1"], "logits")
    taps = GraphBuilder()
    taps.node("Slice", [products, "first", "depth", "axis_1"], "lens.products")
    taps.node("Transpose", ["lens.products"], "lens.by_layer", perm=[1, 0, 2])
    llama.graph.optional(
        "output_lens", taps, "lens.by_layer", "lens_logits", [0, 0, config.vocab_size]
    )


def lens_rows(config: LlamaConfig, states: Sequence[str], final: str) -> GraphBuilder:
    """Every state of the last token, through `norm`, before those that are asked for anyway.

    states [B T, D], final [B, 1 or T, D] -> [B, L + 1 + (1 or T), D]
    """
    lens = GraphBuilder()
    lasts = []
    for index, state in enumerate(states):
        by_token = lens.node("Reshape", [state, "shape.states"], f"lens.{index}.by_token")
        lasts.append(lens.node("Slice", [by_token, "last", "end", "axis_1"], f"lens.{index}"))
    raw = lens.node("Concat", lasts, "lens.raw", axis=1)
    normed = norm(lens, raw, "norm", "lens.normed", config.rms_norm_eps)
    # The last one went through `norm` with what its layer added to it.
    last = lens.node("Slice", [final, "last", "end", "axis_1"], "lens.last")
    lens.node("Concat", [normed, last, final], "lens.rows", axis=1)
    return lens


def output_hidden_states(llama: LlamaGraph, states: Sequence[str], x: str, fed: str) -> None:
    config = llama.config
    taps = GraphBuilder()
    final, _ = add_and_norm(taps, x, fed, "norm", "hidden_states.final", config.rms_norm_eps)
    rows = taps.node("Concat", [*states, final], "hidden_states.rows", axis=0)
    shape = taps.node("Concat", ["depth", "shape.states"], "hidden_states.shape", axis=0)
    taps.node("Reshape", [rows, shape], "hidden_states.stacked")
    llama.graph.optional(
        "output_hidden_states",
        taps,
        "hidden_states.stacked",
        "hidden_states",
        [0, 0, 0, config.hidden_size],
    )


def build(
    graph: GraphBuilder,
    weights: Sequence[Weight],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
) -> onnx.ModelProto:
    """`weights` become initializers whose numbers are elsewhere.

    The checker looks for files, so it sees them as inputs.
    """
    as_inputs = [tensor(weight.name, data_type(weight), weight.dims) for weight in weights]
    checked = model_of(graph.nodes, [*inputs, *as_inputs], outputs, graph.initializers)
    onnx.checker.check_model(checked, full_check=True)
    external = [external_tensor(weight) for weight in weights]
    return model_of(graph.nodes, inputs, outputs, [*graph.initializers, *external])


def model_of(
    nodes: Sequence[NodeProto],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    initializers: Sequence[TensorProto],
) -> onnx.ModelProto:
    return helper.make_model(
        helper.make_graph(nodes, "llama", inputs, outputs, initializers),
        producer_name="lm-evolution",
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=IR_VERSION,
    )


def data_type(weight: Weight) -> int:
    return TensorProto.INT8 if weight.content == "integers" else TensorProto.FLOAT


def external_tensor(weight: Weight) -> TensorProto:
    facts: Mapping[str, str] = {
        "location": LOCATION,
        "offset": str(weight.offset),
        "length": str(weight.bytes),
    }
    return TensorProto(
        name=weight.name,
        data_type=data_type(weight),
        dims=weight.dims,
        data_location=TensorProto.EXTERNAL,
        external_data=[onnx.StringStringEntryProto(key=k, value=v) for k, v in facts.items()],
    )
