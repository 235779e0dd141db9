"""Writes the model again as others would run it, to compare with.

Usage: `fp32_models.py <model folder> <target folder>`

`full.onnx`: the same graph with its weights as float32, and all layers always computed; without
gates, and without the head, if there is one.
`all-minilm/`: the same with `last_hidden_state` in place of attention and hidden states, positions
counted in the graph, in the layout that transformers.js reads.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

last = "last_hidden_state"
position = "position_ids"


def whole(model: onnx.ModelProto) -> onnx.ModelProto:
    """Compute `last_hidden_state` [B, S, D] always, and not in a branch only."""
    graph = model.graph
    [(place, gate)] = [
        (place, node) for place, node in enumerate(graph.node) if node.output[0] == last
    ]
    branch = helper.get_node_attr_value(gate, "then_branch")
    branch.node[-1].output[0] = last
    graph.node.remove(gate)
    for node in reversed(branch.node):
        graph.node.insert(place, node)
    graph.initializer.extend(branch.initializer)
    return model


def without_gates(model: onnx.ModelProto) -> onnx.ModelProto:
    """Leave out what the gates multiply: nobody else has them."""
    graph = model.graph
    gated = {node.output[0]: node.input[0] for node in graph.node if ".gated" in node.output[0]}
    for node in graph.node:
        node.input[:] = [gated.get(name, name) for name in node.input]
    return model


def with_folded_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Compute once what follows from stored weights alone: float32 of int8, a reshaped scale."""
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for node in list(graph.node):
        if not node.input or any(name not in stored for name in node.input):
            continue
        inputs = {name: numpy_helper.to_array(stored[name]) for name in node.input}
        for name, value in zip(
            node.output, ReferenceEvaluator(node).run(None, inputs), strict=True
        ):
            stored[name] = numpy_helper.from_array(value, name)
            graph.initializer.append(stored[name])
        graph.node.remove(node)
    return without_unused(model)


def without_unused(model: onnx.ModelProto) -> onnx.ModelProto:
    """Leave the nodes and the weights that the outputs need, and the switches that they read."""
    graph = model.graph
    needed = {output.name for output in graph.output}
    for node in reversed(list(graph.node)):
        if needed.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            needed |= set(names_read(node))
    for values in (graph.initializer, graph.input):
        for value in [value for value in values if value.name not in needed]:
            values.remove(value)
    return model


def names_read(node: onnx.NodeProto) -> Iterator[str]:
    """The inputs of a node, and all that its branches read."""
    yield from node.input
    for attribute in node.attribute:
        for inner in attribute.g.node:
            yield from names_read(inner)


def with_outputs(model: onnx.ModelProto, *names: str) -> onnx.ModelProto:
    graph = model.graph
    for output in [output for output in graph.output if output.name not in names]:
        graph.output.remove(output)
    return without_unused(model)


def with_last_state_alone(model: onnx.ModelProto) -> onnx.ModelProto:
    """Leave `last_hidden_state` of `input_ids`, `attention_mask`, `token_type_ids` [B, S]."""
    graph = model.graph
    shape = ["batch", "tokens", None]
    graph.output.append(helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, shape))
    for name, value in (("count.zero", 0), ("count.one", 1)):
        graph.initializer.append(numpy_helper.from_array(np.array(value, np.int64), name))
    graph.initializer.append(numpy_helper.from_array(np.array([0], np.int64), "count.axis"))
    positions = [
        helper.make_node("Shape", ["input_ids"], ["count.shape"]),
        helper.make_node("Gather", ["count.shape", "count.one"], ["count.length"]),
        helper.make_node("Range", ["count.zero", "count.length", "count.one"], ["count.range"]),
        helper.make_node("Unsqueeze", ["count.range", "count.axis"], [position]),
    ]
    for index, node in enumerate(positions):
        graph.node.insert(index, node)
    for value in [value for value in graph.input if value.name == position]:
        graph.input.remove(value)
    return with_outputs(model, last)


def main(source: Path, target: Path) -> None:
    folder = target / "all-minilm"
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    full = with_folded_weights(without_gates(whole(onnx.load(source / "encoder.onnx"))))
    full = with_outputs(full, "attentions", "hidden_states")
    onnx.save(full, target / "full.onnx")
    plain = with_last_state_alone(full)
    onnx.checker.check_model(plain, full_check=True)
    onnx.save(plain, folder / "onnx" / "model.onnx")
    shutil.copy(source / "tokenizer.json", folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
