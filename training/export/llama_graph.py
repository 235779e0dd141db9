"""Llama as ONNX graphs without weights; mirrors `training/modeling/llama.py`.

The names of inputs and outputs appear in `src/engine/graphs.ts`; change both.

Inputs: `input_ids` int64 [1, T]; `past_len` int64 [1], how many of the P slots hold a token;
`past.{layer}.key` and `.value` float32 [1, G, P, K]. The slots from `past_len` on are masked, so
the caller keeps one buffer per input, writes into it, and goes back by a smaller number.
Outputs of both graphs, float32: `logits`; `new_kv` [2 L, G, T, K], the keys and values of these
tokens alone: of layer l at 2 l and 2 l + 1.
`decoder`: `logits` [1, V] after the last token. With taps: `logits` [T, V]; `attentions`
[L, 1, H, T, P + T], of which the columns from `past_len` to P are 0; `hidden_states`
[L + 1, 1, T, D], of which the last went through `norm`.

States are [T, D] between the layers: a Gemm takes matrices only, and takes them with a row for
each output, as the file has them. A MatMul would want them transposed at load.
"""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, ValueInfoProto, helper

from training.export.graph import IR_VERSION, OPSET, GraphBuilder, tensor
from training.export.layers import array
from training.export.llama_weights import Weight
from training.modeling.llama import LlamaConfig, rotary_tables

LOCATION = "w"  # Of the virtual file with the weights.
MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators; version 1 of all of them.


class LlamaGraph:
    """The nodes of one graph."""

    def __init__(self, config: LlamaConfig):
        self.config = config
        self.graph = GraphBuilder()
        self.attentions: list[str] = []
        self.new_kv: list[str] = []
        heads, groups, size = config.heads, config.key_value_heads, config.head_size
        for name, value in {
            "axis_0": [0],
            "axis_1": [1],
            "last": [-1],
            "shape.rows": [-1, config.hidden_size],
            "shape.sequence": [1, -1, (heads + groups) * size],
            "shape.by_head": [1, -1, heads + groups, size],
            "shape.values_by_head": [1, -1, groups, size],
            "shape.groups": [1, groups, -1, size],
            "shape.head_rows": [1, heads, -1, size],
            "split.query_key_value": [(heads + groups) * size, groups * size],
            "split.query_key": [heads, groups],
        }.items():
            self.graph.constant(name, np.array(value, np.int64))
        self.graph.constant("attention.scale", np.array(1 / sqrt(size), np.float32))
        for name, table in zip(("cos", "sin"), rotary_tables(config), strict=True):
            self.graph.constant(name, array(table))
        self.mask()

    def node(self, operator: str, inputs: Sequence[str], output: str, **attributes: object) -> str:
        return self.graph.node(operator, inputs, output, **attributes)

    def mask(self) -> None:
        """Writes `mask` [T, P + T]: 0 where a token may look, else the lowest float32.

        It may look at the slots that are taken, at itself and at the new tokens before it. Also
        writes `attention.scores` and `attention.rows`, the shapes [1, H, T, P + T] and
        [1, G, H / G * T, P + T].
        """
        zero = self.graph.constant("zero", np.array(0, np.int64))
        one = self.graph.constant("one", np.array(1, np.int64))
        slots = self.node("Shape", ["past.0.key"], "mask.slots", start=2, end=3)  # [1]
        tokens = self.node("Shape", ["input_ids"], "mask.tokens", start=1, end=2)
        total = self.node("Add", [slots, tokens], "mask.total")
        queries, keys = (
            self.node(
                "Range",
                [zero, self.node("Squeeze", [length], f"{name}.length"), one],
                name,
            )
            for name, length in (("mask.queries", tokens), ("mask.keys", total))
        )
        column = self.node("Unsqueeze", [queries, "axis_1"], "mask.column")  # [T, 1]
        place = self.node("Sub", [keys, slots], "mask.place")  # Below 0: a slot.
        taken = self.node("Less", [keys, "past_len"], "mask.taken")
        is_new = self.node("GreaterOrEqual", [place, zero], "mask.is_new")
        usable = self.node("Or", [taken, is_new], "mask.usable")
        not_later = self.node("LessOrEqual", [place, column], "mask.not_later")
        visible = self.node("And", [usable, not_later], "mask.visible")
        nothing = self.graph.constant("mask.nothing", np.array(0, np.float32))
        lowest = self.graph.constant("mask.lowest", np.array(np.finfo(np.float32).min))
        self.node("Where", [visible, nothing, lowest], "mask")
        for name, heads in (
            ("attention.scores", self.config.heads),
            ("attention.rows", self.config.key_value_heads),
        ):
            first = self.graph.constant(f"{name}.first", np.array([1, heads, -1], np.int64))
            self.node("Concat", [first, total], name, axis=0)

    def linear(self, x: str, weight: str, output: str) -> str:
        """x [T, in], weight [out, in] -> [T, out]"""
        return self.node("Gemm", [x, weight], output, transB=1)

    def norm(self, x: str, weight: str, output: str) -> str:
        """RMSNorm node by node; ONNX Runtime makes one of them."""
        epsilon = self.graph.constant(
            f"{output}.epsilon", np.array(self.config.rms_norm_eps, np.float32)
        )
        two = self.graph.constant(f"{output}.two", np.array(2, np.float32))
        squares = self.node("Pow", [x, two], f"{output}.squares")
        mean = self.node("ReduceMean", [squares, "last"], f"{output}.mean", keepdims=1)
        root = self.node(
            "Sqrt", [self.node("Add", [mean, epsilon], f"{output}.positive")], f"{output}.root"
        )
        return self.node("Mul", [self.node("Div", [x, root], f"{output}.unit"), weight], output)

    def add_and_norm(self, x: str, y: str, weight: str, output: str) -> tuple[str, str]:
        """x + y, and that normed, in one operator: (normed, sum), each [T, D]."""
        outputs = [output, "", "", f"{output}.sum"]
        self.graph.node_of_many(
            "SkipSimplifiedLayerNormalization",
            [y, x, weight],
            outputs,
            domain=MICROSOFT,
            epsilon=self.config.rms_norm_eps,
        )
        return output, outputs[3]

    def attention(self, x: str, name: str) -> str:
        """x [T, D] -> [T, D]; adds to `attentions` and `new_kv`."""
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
            [sequence, "past_len", "cos", "sin"],
            f"{name}.rotated",
            domain=MICROSOFT,
        )
        heads = self.heads(rotated, "shape.by_head", f"{name}.heads")  # [1, H + G, T, K]
        query, key = self.graph.node_of_many(
            "Split", [heads, "split.query_key"], [f"{name}.query", f"{name}.key"], axis=1
        )
        value = self.heads(value_rows, "shape.values_by_head", f"{name}.value")
        self.new_kv += [key, value]
        keys, values = (
            self.node("Concat", [f"past.{layer}.{kind}", new], f"{name}.{kind}s", axis=2)
            for kind, new in (("key", key), ("value", value))
        )
        # Queries that share a key are rows of one matrix: no key or value is copied for them.
        scaled = self.node("Mul", [query, "attention.scale"], f"{name}.scaled")
        grouped = self.node("Reshape", [scaled, "shape.groups"], f"{name}.grouped")
        turned = self.node("Transpose", [keys], f"{name}.turned", perm=[0, 1, 3, 2])
        products = self.node("MatMul", [grouped, turned], f"{name}.products")
        by_head = self.node("Reshape", [products, "attention.scores"], f"{name}.products_by_head")
        scores = self.node("Add", [by_head, "mask"], f"{name}.scores")
        attention = self.node("Softmax", [scores], f"{name}.attention", axis=-1)
        self.attentions.append(attention)
        weights = self.node("Reshape", [attention, "attention.rows"], f"{name}.attention_rows")
        mixed = self.node("MatMul", [weights, values], f"{name}.mixed")  # [1, G, H / G * T, K]
        parted = self.node("Reshape", [mixed, "shape.head_rows"], f"{name}.mixed_by_head")
        back = self.node("Transpose", [parted], f"{name}.mixed_by_token", perm=[0, 2, 1, 3])
        rows = self.node("Reshape", [back, "shape.rows"], f"{name}.mixed_rows")
        return self.linear(rows, f"{name}.projection", f"{name}.attended")

    def heads(self, x: str, shape: str, output: str) -> str:
        """[T, heads * K] -> [1, heads, T, K]"""
        by_head = self.node("Reshape", [x, shape], f"{output}.by_token")
        return self.node("Transpose", [by_head], output, perm=[0, 2, 1, 3])

    def feed_forward(self, x: str, name: str) -> str:
        joined = self.linear(x, f"{name}.gate_up", f"{name}.gate_up_joined")
        gate, up = self.graph.node_of_many(
            "Split", [joined], [f"{name}.gate", f"{name}.up"], axis=1, num_outputs=2
        )
        silu = self.node("QuickGelu", [gate], f"{name}.silu", domain=MICROSOFT, alpha=1.0)
        active = self.node("Mul", [silu, up], f"{name}.active")
        return self.linear(active, f"{name}.down", f"{name}.fed")

    def last_row(self, x: str) -> str:
        end = self.graph.constant(f"{x}.end", np.array([np.iinfo(np.int64).max], np.int64))
        return self.node("Slice", [x, "last", end, "axis_0"], f"{x}.last")


def build_llama_graph(
    config: LlamaConfig, weights: Sequence[Weight], *, taps: bool
) -> onnx.ModelProto:
    llama = LlamaGraph(config)
    ids = llama.node("Squeeze", ["input_ids", "axis_0"], "ids")
    x = llama.node("Gather", ["embedding", ids], "embedded")  # [T, D]
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
    if not taps:
        x, fed = llama.last_row(x), llama.last_row(fed)
    final, _ = llama.add_and_norm(x, fed, "norm", "final")
    llama.linear(final, "embedding", "logits")
    llama.node("Concat", llama.new_kv, "new_kv", axis=0)
    if taps:
        axes = llama.graph.constant("tap.axes", np.array([1], np.int64))
        stacked = llama.node("Concat", llama.attentions, "attentions.stacked", axis=0)
        llama.node("Unsqueeze", [stacked, axes], "attentions")
        shape = llama.graph.constant(
            "hidden_states.shape",
            np.array([config.layers + 1, 1, -1, config.hidden_size], np.int64),
        )
        rows = llama.node("Concat", [*states, final], "hidden_states.rows", axis=0)
        llama.node("Reshape", [rows, shape], "hidden_states")
    return build(llama.graph, weights, graph_inputs(config), graph_outputs(config, taps))


def build(
    graph: GraphBuilder,
    weights: Sequence[Weight],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
) -> onnx.ModelProto:
    """`weights` become initializers whose numbers are elsewhere.

    The checker looks for files, so it sees them as inputs.
    """
    as_inputs = [tensor(weight.name, TensorProto.FLOAT, weight.dims) for weight in weights]
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


def external_tensor(weight: Weight) -> TensorProto:
    facts: Mapping[str, str] = {
        "location": LOCATION,
        "offset": str(weight.offset),
        "length": str(weight.bytes),
    }
    return TensorProto(
        name=weight.name,
        data_type=TensorProto.FLOAT,
        dims=weight.dims,
        data_location=TensorProto.EXTERNAL,
        external_data=[onnx.StringStringEntryProto(key=k, value=v) for k, v in facts.items()],
    )


def graph_inputs(config: LlamaConfig) -> list[ValueInfoProto]:
    past = [1, config.key_value_heads, "slots", config.head_size]
    return [
        tensor("input_ids", TensorProto.INT64, [1, "tokens"]),
        tensor("past_len", TensorProto.INT64, [1]),
        *(
            tensor(f"past.{layer}.{kind}", TensorProto.FLOAT, past)
            for layer in range(config.layers)
            for kind in ("key", "value")
        ),
    ]


def graph_outputs(config: LlamaConfig, taps: bool) -> list[ValueInfoProto]:
    new = [2 * config.layers, config.key_value_heads, "tokens", config.head_size]
    attention = [config.layers, 1, config.heads, "tokens", "slots_and_tokens"]
    states = [config.layers + 1, 1, "tokens", config.hidden_size]
    logits = ["tokens" if taps else 1, config.vocab_size]
    outputs = {"logits": logits, "new_kv": new}
    if taps:
        outputs |= {"attentions": attention, "hidden_states": states}
    return [tensor(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]
