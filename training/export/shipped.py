"""This module reads a model folder back into PyTorch, with the parameters as they are shipped.

It needs no training on this machine, only the graphs.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from training.export.onnx.gates import graphs_in
from training.modeling.bert import BertConfig, MaskedBert
from training.modeling.gpt2 import Gpt2, Gpt2Config
from training.modeling.transformer import Transformer, TransformerConfig
from training.pretrained.llama_gguf import LlamaFile
from training.quantization import Quantized

# Names of PyTorch and of the graph, where they differ.
TABLES = {
    "embeddings.word.weight": "embeddings.words",
    "embeddings.position.weight": "embeddings.positions",
    "embeddings.segment.weight": "embeddings.segments",
    "wte.weight": "wte",
    "wpe.weight": "wpe",
    "embedding.weight": "embedding",
}


def load_shipped(folder: Path) -> nn.Module:
    """The model of a folder, ready to run."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = manifest["files"]
    if manifest["architecture"] == "llama":
        return LlamaFile(folder / files["weights"]["path"]).load(manifest["contextLength"]).eval()
    stored: dict[str, np.ndarray] = {}
    for graph in files["graphs"].values():
        stored |= weights_of(onnx.load(folder / graph["path"]))
    model = MODELS[manifest["architecture"]](manifest, stored)
    linear = {
        f"{name}.weight" for name, module in model.named_modules() if isinstance(module, nn.Linear)
    }
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            bare = name.removeprefix("bert.")
            values = stored[TABLES.get(bare, bare)]
            # A graph keeps the matrix of a linear layer as [in, out].
            parameter.copy_(torch.from_numpy((values.T if name in linear else values).copy()))
    return model.eval()


def bert(manifest: dict, stored: dict[str, np.ndarray]) -> nn.Module:
    return MaskedBert(
        BertConfig(**shape(manifest), intermediate_size=stored["layers.0.up.bias"].shape[0])
    )


def gpt2(manifest: dict, _: dict[str, np.ndarray]) -> nn.Module:
    return Gpt2(Gpt2Config(**shape(manifest)))


def transformer(manifest: dict, stored: dict[str, np.ndarray]) -> nn.Module:
    size = stored["encoder.0.feed_forward.up.bias"].shape[0]
    return Transformer(TransformerConfig(**shape(manifest), intermediate_size=size, dropout=0))


MODELS: dict[str, Callable[[dict, dict[str, np.ndarray]], nn.Module]] = {
    "bert": bert,
    "gpt2": gpt2,
    "transformer": transformer,
}


def shape(manifest: dict) -> dict[str, int]:
    return {
        "layers": manifest["layers"],
        "heads": manifest["heads"],
        "hidden_size": manifest["hiddenSize"],
        "vocab_size": manifest["vocabSize"],
        "context_length": manifest["contextLength"],
    }


def weights_of(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Float32 weights by their names; those that are kept as int8 are unpacked."""
    return dict(named_weights(model))


def named_weights(model: onnx.ModelProto) -> Iterator[tuple[str, np.ndarray]]:
    graphs = list(graphs_in(model.graph))
    stored = {
        tensor.name: numpy_helper.to_array(tensor)
        for graph in graphs
        for tensor in graph.initializer
    }
    axes = {
        node.input[0]: helper.get_node_attr_value(node, "axis")
        for graph in graphs
        for node in graph.node
        if node.op_type == "DequantizeLinear"
    }
    for name, values in stored.items():
        if name.endswith(".values") and values.dtype == np.int8:
            bare = name.removesuffix(".values")
            scales = stored[f"{bare}.scales"].reshape(-1)
            # A table that is only looked up is unpacked by its rows.
            yield bare, Quantized(values, scales, axes.get(name, 0)).dequantize()
        elif values.dtype == np.float32:
            yield name, values
