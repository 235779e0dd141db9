"""Runs the graphs of a Llama as the engine does: padded buffers, new keys and values written in."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from training.modeling.llama import LlamaConfig

SLOTS = 64  # A buffer grows by so many.


def open_llama(graph: Path, weights: Mapping[str, np.ndarray]) -> onnxruntime.InferenceSession:
    """`weights` must outlive the session."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(weight) for weight in weights.values()]
    options.add_external_initializers(list(weights), values)
    return onnxruntime.InferenceSession(
        graph.read_bytes(), options, providers=["CPUExecutionProvider"]
    )


class PaddedCache:
    """Keys and values of `length` tokens in buffers [2 L, 1, G, slots, K]."""

    def __init__(self, config: LlamaConfig, slots: int = 0):
        self.shape = (2 * config.layers, 1, config.key_value_heads)
        self.head_size = config.head_size
        self.length = 0
        self.buffers = np.zeros((*self.shape, slots, self.head_size), np.float32)

    @property
    def slots(self) -> int:
        return self.buffers.shape[-2]

    def append(self, new: np.ndarray) -> None:
        """new [2 L, G, T, K]"""
        end = self.length + new.shape[2]
        if end > self.slots:
            slots = -(-end // SLOTS) * SLOTS
            longer = np.zeros((*self.shape, slots, self.head_size), np.float32)
            longer[..., : self.slots, :] = self.buffers
            self.buffers = longer
        self.buffers[:, 0, :, self.length : end] = new
        self.length = end

    def run(self, session: onnxruntime.InferenceSession, ids: Sequence[int]) -> dict:
        """Every output by its name; the tokens are in the cache afterwards."""
        feeds = {
            "input_ids": np.array([ids], np.int64),
            "past_len": np.array([self.length], np.int64),
        }
        for index, buffer in enumerate(self.buffers):
            feeds[f"past.{index // 2}.{('key', 'value')[index % 2]}"] = buffer
        names = [output.name for output in session.get_outputs()]
        outputs = dict(zip(names, session.run(names, feeds), strict=True))
        self.append(outputs["new_kv"])
        return outputs
