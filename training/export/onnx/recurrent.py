"""These functions write an LSTM as nodes of a graph, with its state after every step.

Shape letters: B batch, S steps, E size of the input, D size of the state, L layers. The state has
the batch as its first axis, so that a beam is reordered by taking rows.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper
from torch import nn

from training.export.onnx.graph import GraphBuilder, tensor
from training.export.onnx.layers import array, scaled_embedding


def floats(name: str, shape: list[int | str]) -> onnx.ValueInfoProto:
    return tensor(name, TensorProto.FLOAT, shape)


def state(name: str, layers: int, size: int) -> list[onnx.ValueInfoProto]:
    return [floats(f"{name}.{part}", ["batch", layers, size]) for part in ("hidden", "cell")]


def encoder_inputs() -> list[onnx.ValueInfoProto]:
    return [
        tensor("input_ids", TensorProto.INT64, ["batch", "source"]),
        tensor("output_hidden_states", TensorProto.BOOL, []),
    ]


def encoder_state_outputs(size: int) -> list[onnx.ValueInfoProto]:
    # The first axis is free because it is 0 when nothing was asked for.
    shape = ["layers", "batch", "source", size]
    return [floats("encoder_hidden_states", shape), floats("encoder_cell_states", shape)]


def optional_states(graph: GraphBuilder, hiddens: list[str], cells: list[str], size: int) -> None:
    for kind, tensors in (("hidden", hiddens), ("cell", cells)):
        graph.optional_stack(
            "output_hidden_states", tensors, f"encoder_{kind}_states", [0, 0, 0, size]
        )


def source_by_step(graph: GraphBuilder, embedding: nn.Embedding) -> str:
    """`input_ids` [B, S] -> [S, B, E], as Scan wants it."""
    embedded = scaled_embedding(graph, embedding)
    return graph.node("Transpose", [embedded], "embedding.by_step", perm=[1, 0, 2])


def by_sentence(graph: GraphBuilder, x: str) -> str:
    """[S, B, D] -> [B, S, D]"""
    return graph.node("Transpose", [x], f"{x}.by_sentence", perm=[1, 0, 2])


def scan(
    graph: GraphBuilder, x: str, lstm: nn.LSTM, suffix: str, name: str, backward: bool
) -> tuple[str, str, str, str]:
    """x [S, B, E] -> hidden and cell states of every step [S, B, D], and of the last [B, D].

    ONNX has an operator LSTM, but like PyTorch's it keeps the last cell state alone: hence Scan,
    whose body is one step. What the input gives to the gates is computed for all steps at once.
    """
    given = from_input(graph, x, lstm, suffix, name)  # [S, B, 4D]
    weight = recurrent_weight(graph, lstm, suffix, name)
    batch = graph.node("Shape", [x], f"{name}.batch", start=1, end=2)
    size = graph.constant(f"{name}.size", np.array([lstm.hidden_size], np.int64))
    shape = graph.node("Concat", [batch, size], f"{name}.state_shape", axis=0)
    zeros = graph.node("ConstantOfShape", [shape], f"{name}.zeros")

    body = GraphBuilder()
    step = f"{name}.step"
    recurrent = body.node("MatMul", [f"{step}.past_hidden", weight], f"{step}.recurrent")
    gates = body.node("Add", [f"{step}.given", recurrent], f"{step}.gates")
    hidden, cell = update(body, gates, f"{step}.past_cell", step)
    of_state = ["batch", lstm.hidden_size]
    inputs = [
        floats(f"{step}.past_hidden", of_state),
        floats(f"{step}.past_cell", of_state),
        floats(f"{step}.given", ["batch", 4 * lstm.hidden_size]),
    ]
    # The state that goes on, then what is collected.
    every_hidden = body.node("Identity", [hidden], f"{step}.every_hidden")
    every_cell = body.node("Identity", [cell], f"{step}.every_cell")
    outputs = [floats(output, of_state) for output in (hidden, cell, every_hidden, every_cell)]
    direction = int(backward)
    last_hidden, last_cell, hidden, cell = graph.node_of_many(
        "Scan",
        [zeros, zeros, given],
        [f"{name}.last_hidden", f"{name}.last_cell", f"{name}.hidden", f"{name}.cell"],
        body=helper.make_graph(body.nodes, step, inputs, outputs, body.initializers),
        num_scan_inputs=1,
        scan_input_directions=[direction],
        scan_output_directions=[direction, direction],
    )
    return hidden, cell, last_hidden, last_cell


def from_input(graph: GraphBuilder, x: str, lstm: nn.LSTM, suffix: str, name: str) -> str:
    """[..., E] -> [..., 4D], with the sum of the two biases."""
    weight = graph.quantized(
        f"{name}.input_weight", array(getattr(lstm, f"weight_ih_{suffix}")).T, axis=1
    )
    biases = [array(getattr(lstm, f"bias_{part}_{suffix}")) for part in ("ih", "hh")]
    bias = graph.constant(f"{name}.bias", biases[0] + biases[1])
    product = graph.node("MatMul", [x, weight], f"{name}.input_product")
    return graph.node("Add", [product, bias], f"{name}.given")


def recurrent_weight(graph: GraphBuilder, lstm: nn.LSTM, suffix: str, name: str) -> str:
    """[D, 4D]"""
    weight = array(getattr(lstm, f"weight_hh_{suffix}"))
    return graph.quantized(f"{name}.recurrent_weight", weight.T, axis=1)


def update(graph: GraphBuilder, gates: str, cell: str, name: str) -> tuple[str, str]:
    """gates [B, 4D] (input, forget, cell, output), cell [B, D] -> hidden [B, D], cell [B, D]"""
    into, forget, new, out = graph.node_of_many(
        "Split",
        [gates],
        [f"{name}.{gate}" for gate in ("into", "forget", "new", "out")],
        axis=-1,
        num_outputs=4,
    )
    opened = {gate: graph.node("Sigmoid", [gate], f"{gate}.open") for gate in (into, forget, out)}
    proposed = graph.node("Tanh", [new], f"{new}.value")
    kept = graph.node("Mul", [opened[forget], cell], f"{name}.kept")
    added = graph.node("Mul", [opened[into], proposed], f"{name}.added")
    cell = graph.node("Add", [kept, added], f"{name}.new_cell")
    shown = graph.node("Tanh", [cell], f"{name}.cell_tanh")
    return graph.node("Mul", [opened[out], shown], f"{name}.new_hidden"), cell
