"""This module reads a Llama from a GGUF file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import torch

from training.modeling.llama import Llama, LlamaConfig, rotary_tables
from training.pretrained.gguf_blocks import blocks_of_q8_0, row_bytes, unpack
from training.pretrained.packages import PackageMissingError

GGUF = "gguf==0.19.0"


@dataclass(frozen=True)
class Source:
    """Rows of a tensor of the GGUF that lie one after the other."""

    name: str
    type: str  # F32, Q4_1 or Q8_0.
    offset: int  # In bytes, from the start of the GGUF.
    rows: int
    columns: int
    # Of queries and keys, else 0. A GGUF keeps the rows of a head as r0, r16, r1, r17 (of 32): the
    # two numbers of a rotated pair side by side. The graph has r0, r1 ... first, as PyTorch has.
    interleavedHeads: int = 0


# In the GGUF -> in `training/modeling/llama.py`.
PARAMETERS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def import_gguf() -> ModuleType:
    try:
        import gguf
    except ModuleNotFoundError as error:
        raise PackageMissingError(
            f"GGUF files are read with a package that is not installed. Run: pip install {GGUF}"
        ) from error
    return gguf


class LlamaFile:
    """A GGUF file of the llama architecture with tied embeddings."""

    def __init__(self, path: Path):
        self.path = path
        self.reader = import_gguf().GGUFReader(path)
        self.tensors = {tensor.name: tensor for tensor in self.reader.tensors}
        assert self.field("general.architecture") == "llama"
        assert "output.weight" not in self.tensors, "the head has a table of its own"

    def field(self, name: str) -> object:
        return self.reader.fields[name].contents()

    def config(self, context_length: int) -> LlamaConfig:
        """`context_length` bounds the tables of the rotation, which are in the graph."""
        assert context_length <= self.field("llama.context_length")
        return LlamaConfig(
            layers=self.field("llama.block_count"),
            heads=self.field("llama.attention.head_count"),
            key_value_heads=self.field("llama.attention.head_count_kv"),
            hidden_size=self.field("llama.embedding_length"),
            intermediate_size=self.field("llama.feed_forward_length"),
            vocab_size=self.field("llama.vocab_size"),
            context_length=context_length,
            rope_base=self.field("llama.rope.freq_base"),
            rms_norm_eps=self.field("llama.attention.layer_norm_rms_epsilon"),
        )

    def source(self, name: str) -> Source:
        tensor = self.tensors[name]
        columns, *rows = (int(length) for length in tensor.shape)  # The fastest axis is first.
        heads = {"attn_q": "head_count", "attn_k": "head_count_kv"}.get(name.split(".")[-2])
        return Source(
            name=name,
            type=tensor.tensor_type.name,
            offset=int(tensor.data_offset),
            rows=rows[0] if rows else 1,
            columns=columns,
            interleavedHeads=0 if heads is None else self.field(f"llama.attention.{heads}"),
        )

    def parameter_count(self) -> int:
        return sum(int(tensor.n_elements) for tensor in self.tensors.values())

    def data(self, source: Source) -> np.ndarray:
        """uint8 [rows, bytes of a row], as the file has it."""
        width = row_bytes(source.type, source.columns)
        data = self.reader.data[source.offset : source.offset + source.rows * width]
        return data.reshape(source.rows, width)

    def read(self, source: Source) -> np.ndarray:
        """float32 [rows, columns], in PyTorch's order of rows."""
        values = unpack(self.data(source), source.type)
        if source.interleavedHeads == 0:
            return values
        by_head = values.reshape(source.interleavedHeads, -1, 2, source.columns)
        return by_head.swapaxes(1, 2).reshape(values.shape)

    def integers(self, source: Source) -> np.ndarray:
        return blocks_of_q8_0(self.data(source))[1]

    def scales(self, source: Source) -> np.ndarray:
        return blocks_of_q8_0(self.data(source))[0]

    def parameters(self) -> Iterator[tuple[str, torch.Tensor]]:
        """By their names in `training/modeling/llama.py`."""
        for name in self.tensors:
            values = torch.from_numpy(np.array(self.read(self.source(name))))
            match name.split("."):
                case ["token_embd", _]:
                    yield "embed_tokens.weight", values
                case ["output_norm", _]:
                    yield "norm.weight", values[0]
                case ["blk", layer, part, _]:
                    norm = part.endswith("norm")
                    yield f"layers.{layer}.{PARAMETERS[part]}.weight", values[0] if norm else values

    def load(self, context_length: int) -> Llama:
        with torch.device("meta"):
            model = Llama(self.config(context_length)).eval()
        model.load_state_dict(dict(self.parameters()), assign=True)
        model.cos, model.sin = rotary_tables(model.config)
        return model
