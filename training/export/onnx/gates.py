"""Gates are numbers that multiply what attention heads and feed-forward networks give.

With 1 everywhere a graph computes what it computes without them; a 0 takes a part out (Michel et
al., arXiv:1905.10650, equation 1). They are inputs without a default, because ONNX Runtime Web
takes no value for an input that has one.

Several variants of one text can be run at once where states keep an axis for the batch. A layer
then has as many rows of head gates as there are variants, [B, H], and the layers before have one:
what the variants share is computed once, for a batch of 1, which the first such layer makes B.

Gates are put into a finished graph, so that one that is not exported again can get them too, and
keeps its weights as they are, byte for byte; see `training/export/gates.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.export.onnx.graph import tensor as tensor_info


@dataclass(frozen=True)
class Gates:
    """The gates of one input, and the tensors that each layer's share multiplies."""

    name: str  # Of the input: "head_gates".
    shape: tuple[int | str, ...]  # [L, H] of heads, [L] of feed-forward networks.
    tensors: Sequence[str]  # L of them.
    axes: int = 0  # How many a share [1, H] gets behind its own to meet its tensor: [1, H, 1, 1].
    rows: str | None = None  # The input [L] with the number of rows of each layer, if not all 1.


def head_gates(name: str, heads: int, tensors: Sequence[str]) -> Gates:
    """Of tensors [B, H, S, K], weights times values."""
    return Gates(name, (len(tensors), heads), tensors, axes=2)


def head_gates_of_variants(heads: int, tensors: Sequence[str]) -> Gates:
    """The same, [rows, H]: those of the first layer, then those of the second."""
    return Gates("head_gates", ("rows", heads), tensors, axes=2, rows="head_gate_rows")


def feed_forward_gates(tensors: Sequence[str]) -> Gates:
    """Of tensors of any shape, just before they are added to the residual stream."""
    return Gates("feed_forward_gates", (len(tensors),), tensors)


# A node of more outputs needs more storage buffers than a shader of WebGPU may have, which is 10.
MAX_OUTPUTS = 8


def add_gates(model: onnx.ModelProto, every: Sequence[Gates]) -> onnx.ModelProto:
    """Puts gates into `model` itself, whose weights are not touched; its last inputs are theirs."""
    graph = model.graph
    shares: list[onnx.NodeProto] = []
    for gates in every:
        assert gates.name not in {value.name for value in graph.input}, f"{gates.name} is there"
        graph.input.append(tensor_info(gates.name, TensorProto.FLOAT, gates.shape))
        if gates.rows is not None:
            graph.input.append(tensor_info(gates.rows, TensorProto.INT64, [len(gates.tensors)]))
        shares += nodes_of_shares(graph, gates)
        for layer, tensor in enumerate(gates.tensors):
            multiply(graph, tensor, f"{gates.name}.{layer}")
    for node in reversed(shares):
        graph.node.insert(0, node)
    return model


def nodes_of_shares(graph: onnx.GraphProto, gates: Gates) -> Iterator[onnx.NodeProto]:
    """Nodes that part an input into its layers, each with an axis for what it multiplies."""
    every = gates.name
    if gates.axes > 0:
        first = len(gates.shape)
        axes = np.arange(first, first + gates.axes, dtype=np.int64)
        graph.initializer.append(numpy_helper.from_array(axes, f"{gates.name}.axes"))
        every = f"{gates.name}.columns"
        yield helper.make_node("Unsqueeze", [gates.name, f"{gates.name}.axes"], [every], every)
    layers = [f"{gates.name}.{layer}" for layer in range(len(gates.tensors))]
    if len(layers) > MAX_OUTPUTS:
        for layer, name in enumerate(layers):
            index = numpy_helper.from_array(np.array([layer], np.int64), f"{name}.index")
            graph.initializer.append(index)
            yield helper.make_node("Gather", [every, index.name], [name], name, axis=0)
    elif gates.rows is None:
        yield helper.make_node("Split", [every], layers, layers[0], axis=0, num_outputs=len(layers))
    else:
        yield helper.make_node("Split", [every, gates.rows], layers, layers[0], axis=0)


def multiply(graph: onnx.GraphProto, tensor: str, gate: str) -> None:
    """Whatever read `tensor` now reads its product with `gate`, which is made right behind it.

    A branch that gives the tensor itself, for somebody to look at, gives it as it was.
    """
    gated = f"{tensor}.gated"
    assert all(value.name != tensor for value in graph.output), f"{tensor} is an output"
    part, place = producer_of(graph, tensor)
    for reader in graphs_in(part):
        for node in reader.node:
            node.input[:] = [gated if name == tensor else name for name in node.input]
    node = helper.make_node("Mul", [tensor, gate], [gated], gated)
    part.node.insert(place + 1, node)


def producer_of(graph: onnx.GraphProto, tensor: str) -> tuple[onnx.GraphProto, int]:
    """The graph, of this one and its branches, that makes a tensor, and the place of its node."""
    for part in graphs_in(graph):
        for place, node in enumerate(part.node):
            if tensor in node.output:
                return part, place
    raise ValueError(f"no node makes {tensor}")


def graphs_in(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """The graph and all branches in it."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from graphs_in(attribute.g)


def open_gates(session: Any, **closed: np.ndarray) -> Mapping[str, np.ndarray]:
    """Gates of an open graph, by the names of its inputs: 1 everywhere but in `closed`."""
    shapes = {value.name: value.shape for value in session.get_inputs()}
    feeds = {}
    for name in shapes.keys() & {"head_gates", "cross_head_gates", "feed_forward_gates"}:
        rows, *others = shapes[name]
        if name == "head_gates" and "head_gate_rows" in shapes:
            [rows] = shapes["head_gate_rows"]
            feeds["head_gate_rows"] = np.ones(rows, np.int64)
        feeds[name] = closed.get(name, np.ones((rows, *others), np.float32))
    return feeds
