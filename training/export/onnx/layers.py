"""These functions write PyTorch's layers as nodes of a graph: int8 matrices, float32 vectors."""

from collections.abc import Sequence
from math import sqrt
from typing import Protocol

import numpy as np
from onnx import numpy_helper
from torch import nn

from training.export.onnx.graph import GraphBuilder


def linear(graph: GraphBuilder, x: str, source: nn.Linear, name: str) -> str:
    """[..., K] -> [..., N]; PyTorch keeps the weight as [N, K], the graph as [K, N]."""
    weight = graph.quantized(f"{name}.weight", array(source.weight).T, axis=1)
    if source.bias is None:
        return graph.node("MatMul", [x, weight], name)
    bias = graph.constant(f"{name}.bias", array(source.bias))
    return graph.node("Add", [graph.node("MatMul", [x, weight], f"{name}.matmul"), bias], name)


def layer_norm(graph: GraphBuilder, x: str, source: nn.LayerNorm, name: str) -> str:
    weight = graph.constant(f"{name}.weight", array(source.weight))
    bias = graph.constant(f"{name}.bias", array(source.bias))
    return graph.node("LayerNormalization", [x, weight, bias], name, axis=-1, epsilon=source.eps)


def scaled_embedding(graph: GraphBuilder, source: nn.Embedding) -> str:
    """`input_ids` [...] -> [..., D], times the root of D."""
    rows = graph.quantized_rows("embedding", array(source.weight), "input_ids")
    scale = graph.constant("embedding.factor", np.array(sqrt(source.embedding_dim), np.float32))
    return graph.node("Mul", [rows, scale], "embedding.scaled")


def tied_logits(graph: GraphBuilder, x: str, output: str) -> str:
    """x [B, D] -> [B, V], by the table that `scaled_embedding` put into the graph."""
    axis = graph.constant("embedding.scales.axis", np.array([1], np.int64))
    scales = graph.node("Squeeze", ["embedding.scales", axis], "embedding.scales.row")
    table = graph.node(
        "DequantizeLinear", ["embedding.values", scales], "embedding.unpacked", axis=0
    )
    return graph.node("Gemm", [x, table], output, transB=1)


def tied_matrix(graph: GraphBuilder, name: str) -> str:
    """[D, V], the transpose of the table `name` of `quantized_rows`, which the file holds once."""
    axis = graph.constant(f"{name}.scales.axis", np.array([1], np.int64))
    scales = graph.node("Squeeze", [f"{name}.scales", axis], f"{name}.scales.row")
    table = graph.node("DequantizeLinear", [f"{name}.values", scales], f"{name}.table", axis=0)
    return graph.node("Transpose", [table], f"{name}.tied", perm=[1, 0])


def stack(graph: GraphBuilder, tensors: list[str], axis: int, output: str) -> str:
    """Tensors of one shape on a new axis."""
    axes = graph.constant(f"{output}.axis", np.array([axis], np.int64))
    parts = [
        graph.node("Unsqueeze", [tensor, axes], f"{output}.{i}") for i, tensor in enumerate(tensors)
    ]
    return graph.node("Concat", parts, output, axis=axis)


def layer_of(graph: GraphBuilder, x: str, index: int, output: str) -> str:
    """[B, L, ...] -> [B, ...]"""
    number = numpy_helper.from_array(np.array(index, np.int64), f"{output}.layer")  # A scalar.
    graph.initializers.append(number)
    return graph.node("Gather", [x, number.name], output, axis=1)


def array(parameter: nn.Parameter) -> np.ndarray:
    return parameter.detach().numpy()


class AttentionConfig(Protocol):
    heads: int
    hidden_size: int

    @property
    def head_size(self) -> int: ...


def split_heads(
    graph: GraphBuilder, x: str, config: AttentionConfig, order: Sequence[int] = (0, 2, 1, 3)
) -> str:
    """[B, S, D] -> [B, S, H, K], its axes then put into `order`; a 0 in a shape keeps an axis."""
    shape = graph.constant(f"{x}.shape", np.array([0, 0, config.heads, config.head_size], np.int64))
    by_head = graph.node("Reshape", [x, shape], f"{x}.by_head")
    return graph.node("Transpose", [by_head], f"{x}.heads", perm=order)


def join_heads(graph: GraphBuilder, x: str, config: AttentionConfig) -> str:
    """[B, H, S, K] -> [B, S, D]"""
    shape = graph.constant(f"{x}.shape", np.array([0, 0, config.hidden_size], np.int64))
    by_token = graph.node("Transpose", [x], f"{x}.by_token", perm=[0, 2, 1, 3])
    return graph.node("Reshape", [by_token, shape], f"{x}.joined")
