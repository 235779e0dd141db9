"""The graphs of decoders take keys and values in buffers that have room for more.

A graph takes a buffer of P slots for the keys and one for the values of each layer, and
`past_length`, how many of the slots hold a token; it gives the keys and values of the new tokens
alone. The caller writes these behind the others, and goes back by a smaller number: to read one
more token nothing is given out that was there before. `past_length` may be above P: the tokens then
stand later, with nothing before them.

The functions below read `tokens` = T and `slots` = P, int64 [1], which `slot_lengths` writes.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import onnxruntime
from onnx import TensorProto, ValueInfoProto

from training.export.onnx.gates import open_gates
from training.export.onnx.graph import GraphBuilder, tensor

END = np.array([np.iinfo(np.int64).max], np.int64)  # As far as the axis goes.
BUCKET = 64  # A buffer grows by so many slots.
SWITCHES = ("all_logits", "output_attentions", "output_hidden_states", "output_lens")


class DecoderConfig(Protocol):
    """What the graphs of all decoders have in common: L, H, G, K, D and V."""

    layers: int
    heads: int
    hidden_size: int
    vocab_size: int

    @property
    def key_value_heads(self) -> int:
        """G; as many as heads, or fewer, each for several of them."""

    @property
    def head_size(self) -> int: ...


def slot_lengths(graph: GraphBuilder) -> None:
    """Writes `tokens`, `slots` and `total` = slots + tokens, int64 [1]."""
    graph.node("Shape", ["input_ids"], "tokens", start=1, end=2)
    graph.node("Shape", ["past_key_values.0.key"], "slots", start=2, end=3)
    graph.node("Add", ["slots", "tokens"], "total")


def slot_mask(graph: GraphBuilder) -> str:
    """Writes `mask` [T, P + T]: 0 where a token may look, else the lowest float32.

    It may look at the slots that are taken, at itself and at the new tokens before it.
    `mask.queries` is 0 to T - 1.
    """
    zero = graph.constant("zero", np.array(0, np.int64))
    one = graph.constant("one", np.array(1, np.int64))
    queries, keys = (
        graph.node("Range", [zero, graph.node("Squeeze", [length], f"{name}.length"), one], name)
        for name, length in (("mask.queries", "tokens"), ("mask.keys", "total"))
    )
    column = graph.node("Unsqueeze", [queries, "axis_1"], "mask.column")  # [T, 1]
    place = graph.node("Sub", [keys, "slots"], "mask.place")  # Below 0: a slot.
    taken = graph.node("Less", [keys, "past_length"], "mask.taken")
    is_new = graph.node("GreaterOrEqual", [place, zero], "mask.is_new")
    usable = graph.node("Or", [taken, is_new], "mask.usable")
    not_later = graph.node("LessOrEqual", [place, column], "mask.not_later")
    visible = graph.node("And", [usable, not_later], "mask.visible")
    nothing = graph.constant("mask.nothing", np.array(0, np.float32))
    lowest = graph.constant("mask.lowest", np.array(np.finfo(np.float32).min))
    return graph.node("Where", [visible, nothing, lowest], "mask")


def output_attentions(graph: GraphBuilder, attentions: Sequence[str], heads: int) -> None:
    """Writes `attentions`, stacked, without the empty slots, where no weight is.

    Each is [B, H, T, P + T]; together they become [L, B, H, T, past_length + T].
    """
    taps = GraphBuilder()
    parts = [
        taps.node("Unsqueeze", [attention, "first"], f"attentions.{index}")
        for index, attention in enumerate(attentions)
    ]
    stacked = taps.node("Concat", parts, "attentions.stacked", axis=0)
    taken = taps.node("Min", ["past_length", "slots"], "attentions.taken")
    before = taps.node("Slice", [stacked, "first", taken, "axis_4"], "attentions.before")
    new = taps.node("Slice", [stacked, "slots", "end", "axis_4"], "attentions.new")
    taps.node("Concat", [before, new], "attentions.seen", axis=4)
    graph.optional("output_attentions", taps, "attentions.seen", "attentions", [0, 0, heads, 0, 0])


def decoder_inputs(config: DecoderConfig) -> list[ValueInfoProto]:
    past = ["batch", config.key_value_heads, "slots", config.head_size]
    return [
        tensor("input_ids", TensorProto.INT64, ["batch", "tokens"]),
        tensor("past_length", TensorProto.INT64, [1]),
        *(tensor(name, TensorProto.FLOAT, past) for name in past_names(config.layers)),
        *(tensor(switch, TensorProto.BOOL, []) for switch in SWITCHES),
    ]


def decoder_outputs(config: DecoderConfig) -> list[ValueInfoProto]:
    outputs = {
        "logits": ["batch", "one_or_tokens", config.vocab_size],
        "new_key_values": [
            "layers_and_batch",
            config.key_value_heads,
            "tokens",
            config.head_size,
        ],
        # The first axes are free because they are 0 when nothing was asked for.
        "attentions": ["layers", "batch", config.heads, "tokens", "past_and_tokens"],
        "hidden_states": ["states", "batch", "tokens", config.hidden_size],
        "lens_logits": ["states", "batch", config.vocab_size],
    }
    return [tensor(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]


def past_names(layers: int) -> list[str]:
    return [f"past_key_values.{n}.{kind}" for n in range(layers) for kind in ("key", "value")]


class PaddedCache:
    """Keys and values of `length` tokens of one text, written and read as the engine does."""

    def __init__(self, config: DecoderConfig, slots: int = 0):
        self.names = past_names(config.layers)
        self.length = 0
        shape = (2 * config.layers, 1, config.key_value_heads, slots, config.head_size)
        self.buffers = np.zeros(shape, np.float32)

    @property
    def slots(self) -> int:
        return self.buffers.shape[-2]

    def append(self, new: np.ndarray) -> None:
        """new [2 L, G, T, K]"""
        end = self.length + new.shape[2]
        if end > self.slots:
            *outer, _, size = self.buffers.shape
            longer = np.zeros((*outer, -(-end // BUCKET) * BUCKET, size), np.float32)
            longer[..., : self.slots, :] = self.buffers
            self.buffers = longer
        self.buffers[:, 0, :, self.length : end] = new
        self.length = end

    def run(
        self,
        session: onnxruntime.InferenceSession,
        ids: Sequence[int],
        asked: Sequence[str] = (),
        **gates: np.ndarray,
    ) -> dict[str, np.ndarray]:
        """Every output by its name; the tokens are in the cache afterwards.

        `asked` names switches that are on, `gates` those that are not all 1.
        """
        feeds = {
            "input_ids": np.array([ids], np.int64),
            "past_length": np.array([self.length], np.int64),
            **{switch: np.array(switch in asked) for switch in SWITCHES},
            **dict(zip(self.names, self.buffers, strict=True)),
            **open_gates(session, **gates),
        }
        names = [output.name for output in session.get_outputs()]
        outputs = dict(zip(names, session.run(names, feeds), strict=True))
        self.append(outputs["new_key_values"])
        return outputs
