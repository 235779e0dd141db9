"""A graph is opened as in `src/engine/onnx/session.ts`, so that what is checked is what runs."""

from pathlib import Path

import onnxruntime


def open_session(graph: Path, profile: Path | None = None) -> onnxruntime.InferenceSession:
    """With `profile`, the beginning of a file's name, `end_profiling` lists there what ran."""
    options = onnxruntime.SessionOptions()
    if profile is not None:
        options.enable_profiling = True
        options.profile_file_prefix = str(profile)
    # Int8 weights are unpacked once, at load; without it, activations are rounded to int8 too.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
