"""These are the weights of a Llama's graph, and where in the GGUF each of them is.

The graph's weights are tensors in one virtual file, which nobody writes: at load, the engine
unpacks a tensor of it from the blocks of the GGUF when ONNX Runtime asks for its offset.
Read by `src/engine/onnx/ggufWeights.ts`; change both.
"""

from dataclasses import asdict, dataclass, replace
from math import prod

import numpy as np

from training.pretrained.gguf_blocks import BLOCK, row_bytes
from training.pretrained.llama_gguf import LlamaFile, Source

NUMBER_BYTES = {"numbers": 4, "integers": 1, "scales": 4}
# The head is the largest matrix by far: in so many parts none of them needs much memory at load.
HEAD_PARTS = 8
# In the graph -> in the GGUF, within a layer. What is multiplied with the same rows is one matrix.
LAYER = {
    "input_norm": ("attn_norm",),
    "query_key_value": ("attn_q", "attn_k", "attn_v"),
    "projection": ("attn_output",),
    "feed_forward_norm": ("ffn_norm",),
    "gate_up": ("ffn_gate", "ffn_up"),
    "down": ("ffn_down",),
}


@dataclass(frozen=True)
class Weight:
    """One initializer of the graph: its sources put together by rows."""

    name: str
    dims: tuple[int, ...]
    offset: int  # In bytes, from the start of the virtual file.
    sources: tuple[Source, ...]
    # The numbers, float32 [rows, columns]; or of Q8_0 the two things that make them: its integers,
    # int8 [rows, columns], or its scales, float32 [rows, columns / 32].
    content: str = "numbers"

    @property
    def bytes(self) -> int:
        return NUMBER_BYTES[self.content] * prod(self.dims)


def weights_of(file: LlamaFile) -> list[Weight]:
    """Every initializer, in the order of the virtual file.

    The table of embeddings is there twice: to look rows up, as integers and scales, which are a
    quarter; and as the matrix of the head, in parts.
    """
    table = file.source("token_embd.weight")
    assert table.type == "Q8_0"
    assert table.rows % HEAD_PARTS == 0
    weights: list[Weight] = []

    def add(name: str, dims: tuple[int, ...], *sources: Source, content: str) -> None:
        offset = weights[-1].offset + weights[-1].bytes if weights else 0
        weights.append(Weight(name, dims, offset, sources, content))

    add("embedding.integers", (table.rows, table.columns), table, content="integers")
    add("embedding.scales", (table.rows, table.columns // BLOCK), table, content="scales")
    for layer in range(file.field("llama.block_count")):
        for name, parts in LAYER.items():
            sources = [file.source(f"blk.{layer}.{part}.weight") for part in parts]
            rows, columns = sum(source.rows for source in sources), sources[0].columns
            dims = (columns,) if name.endswith("norm") else (rows, columns)
            add(f"layers.{layer}.{name}", dims, *sources, content="numbers")
    norm = file.source("output_norm.weight")
    add("norm", (norm.columns,), norm, content="numbers")
    rows = table.rows // HEAD_PARTS
    for part in range(HEAD_PARTS):
        offset = table.offset + part * rows * row_bytes(table.type, table.columns)
        source = replace(table, offset=offset, rows=rows)
        add(f"head.{part}", (rows, table.columns), source, content="numbers")
    return weights


def tensor_of(file: LlamaFile, weight: Weight) -> np.ndarray:
    """Of the shape `weight.dims`; float32, but int8 where its content is integers."""
    read = {"numbers": file.read, "integers": file.integers, "scales": file.scales}
    parts = [read[weight.content](source) for source in weight.sources]
    return np.ascontiguousarray(np.concatenate(parts).reshape(weight.dims))


def describe_weights(weights: list[Weight]) -> dict:
    """What `weights.json` says."""
    return {
        "bytes": weights[-1].offset + weights[-1].bytes,
        "tensors": [asdict(weight) for weight in weights],
    }
