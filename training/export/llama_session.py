"""Runs the graph of a Llama as the engine does: padded buffers, new keys and values written in."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from training.modeling.llama import LlamaConfig

SLOTS = 64  # A buffer grows by so many.
SWITCHES = ("all_logits", "output_attentions", "output_hidden_states", "output_lens")


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
        """new [2 L, G, T, K], of a batch of one."""
        end = self.length + new.shape[2]
        if end > self.slots:
            slots = -(-end // SLOTS) * SLOTS
            longer = np.zeros((*self.shape, slots, self.head_size), np.float32)
            longer[..., : self.slots, :] = self.buffers
            self.buffers = longer
        self.buffers[:, 0, :, self.length : end] = new
        self.length = end

    def run(
        self,
        session: onnxruntime.InferenceSession,
        ids: Sequence[int],
        asked: Sequence[str] = (),
    ) -> dict[str, np.ndarray]:
        """Every output by its name; the tokens are in the cache afterwards.

        `asked` names switches that are on.
        """
        feeds = {
            "input_ids": np.array([ids], np.int64),
            "past_length": np.array([self.length], np.int64),
            **{switch: np.array(switch in asked) for switch in SWITCHES},
        }
        for index, buffer in enumerate(self.buffers):
            feeds[f"past_key_values.{index // 2}.{('key', 'value')[index % 2]}"] = buffer
        names = [output.name for output in session.get_outputs()]
        outputs = dict(zip(names, session.run(names, feeds), strict=True))
        self.append(outputs["new_key_values"])
        return outputs
