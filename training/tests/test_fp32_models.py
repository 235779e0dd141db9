"""The benchmarks compare with these models, which `test/bench/fp32_models.py` writes."""

import runpy
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from training.export.onnx.gates import open_gates
from training.export.onnx.session import open_session
from training.paths import ROOT

S = 9


@pytest.fixture(params=["tiny-bert", "tiny-masked-bert"])
def folder(request: pytest.FixtureRequest) -> Path:
    return ROOT / "test" / "fixtures" / request.param


@pytest.fixture
def target(folder: Path, tmp_path: Path) -> Path:
    runpy.run_path(str(ROOT / "test" / "bench" / "fp32_models.py"))["main"](folder, tmp_path)
    return tmp_path


def run(session: onnxruntime.InferenceSession, outputs: list[str]) -> list[np.ndarray]:
    ids = np.arange(S).reshape(1, S) + 5
    values = {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "token_type_ids": np.zeros_like(ids),
        "position_ids": np.arange(S).reshape(1, S),
        "output_attentions": np.array(True),
        "output_hidden_states": np.array(True),
        "output_logits": np.array(False),
        "logit_positions": np.arange(S),
        **open_gates(session),
    }
    names = [value.name for value in session.get_inputs()]
    return session.run(outputs, {name: values[name] for name in names})


def test_they_compute_what_the_model_computes(folder: Path, target: Path):
    asked = ["attentions", "hidden_states"]
    ours = run(open_session(folder / "encoder.onnx"), asked)
    full = onnxruntime.InferenceSession(target / "full.onnx")
    for actual, expected in zip(run(full, asked), ours, strict=True):
        np.testing.assert_allclose(actual, expected, atol=1e-5)
    plain = onnxruntime.InferenceSession(target / "all-minilm" / "onnx" / "model.onnx")
    [last] = run(plain, ["last_hidden_state"])
    np.testing.assert_allclose(last, ours[1][-1], atol=1e-5)


def test_their_weights_are_float32_and_the_head_is_left_out(target: Path):
    graph = onnx.load(target / "full.onnx").graph
    assert "DequantizeLinear" not in {node.op_type for node in graph.node}
    assert [output.name for output in graph.output] == ["attentions", "hidden_states"]
    inputs = [value.name for value in graph.input]
    assert not [name for name in inputs if "logit" in name or "gate" in name]
