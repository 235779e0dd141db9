"""This module opens the graph of a Llama, which has no weights itself."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime


def open_llama(graph: Path, weights: Mapping[str, np.ndarray]) -> onnxruntime.InferenceSession:
    """`weights` must outlive the session."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(weight) for weight in weights.values()]
    options.add_external_initializers(list(weights), values)
    return onnxruntime.InferenceSession(
        graph.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
