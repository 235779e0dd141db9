"""Writes the model again as others would run it, to compare with.

Usage: `fp32_models.py <model folder> <target folder>`

`full.onnx`: the same graph with its weights as float32, and all layers always computed.
`all-minilm/`: the same with `last_hidden_state` in place of attention and hidden states, positions
counted in the graph, in the layout that transformers.js reads.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

last = "last_hidden_state"
optional = ("attentions", "hidden_states")


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


def with_plain_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Replace each DequantizeLinear of stored int8 [.., N, ..] by the float32 it gives."""
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "DequantizeLinear"]:
        values, scales = (numpy_helper.to_array(stored[name]) for name in node.input)
        axis = helper.get_node_attr_value(node, "axis")
        shape = [1] * values.ndim
        shape[axis] = -1
        weights = values.astype(np.float32) * scales.reshape(shape)
        graph.initializer.append(numpy_helper.from_array(weights, node.output[0]))
        for name in node.input:
            graph.initializer.remove(stored[name])
        graph.node.remove(node)
    return model


def without_extras(model: onnx.ModelProto) -> onnx.ModelProto:
    """Leave `last_hidden_state` of `input_ids`, `attention_mask`, `token_type_ids` [B, S]."""
    graph = model.graph
    for node in [node for node in graph.node if node.output[0] in optional]:
        graph.node.remove(node)
    del graph.output[:]
    shape = ["batch", "tokens", None]
    graph.output.append(helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, shape))
    unused = ("position_ids", "output_attentions", "output_hidden_states")
    for value in [value for value in graph.input if value.name in unused]:
        graph.input.remove(value)
    for name, value in (("count.zero", 0), ("count.one", 1)):
        graph.initializer.append(numpy_helper.from_array(np.array(value, np.int64), name))
    graph.initializer.append(numpy_helper.from_array(np.array([0], np.int64), "count.axis"))
    positions = [
        helper.make_node("Shape", ["input_ids"], ["count.shape"]),
        helper.make_node("Gather", ["count.shape", "count.one"], ["count.length"]),
        helper.make_node("Range", ["count.zero", "count.length", "count.one"], ["count.range"]),
        helper.make_node("Unsqueeze", ["count.range", "count.axis"], ["position_ids"]),
    ]
    for index, node in enumerate(positions):
        graph.node.insert(index, node)
    return model


def main(source: Path, target: Path) -> None:
    folder = target / "all-minilm"
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    full = with_plain_weights(whole(onnx.load(source / "encoder.onnx")))
    onnx.save(full, target / "full.onnx")
    plain = without_extras(full)
    onnx.checker.check_model(plain, full_check=True)
    onnx.save(plain, folder / "onnx" / "model.onnx")
    shutil.copy(source / "tokenizer.json", folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
