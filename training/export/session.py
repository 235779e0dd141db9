"""Opens a graph as `src/engine/session.ts` does, so that what is checked is what runs."""

from pathlib import Path

import onnxruntime


def open_session(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # Int8 weights are unpacked once, at load; without it, activations are rounded to int8 too.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
