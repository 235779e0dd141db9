"""The exported graphs of an ULMFiT are run as the engine runs them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from training.data.byte_level import learn_byte_level
from training.export.onnx.session import open_session
from training.export.ulmfit.fixtures import compare_classifier, compare_language_model
from training.export.ulmfit.folder import write_ulmfit_folder
from training.modeling.awd_lstm import AwdLstm
from training.modeling.ulmfit import ReviewClassifier
from training.quantization import dequantized
from training.tests.modeling.test_awd_lstm import CONFIG as TINY

CONFIG = replace(TINY, vocab_size=300)
IDS = [0, 80, 299, 7, 7, 41]


def widened(model: nn.Module) -> nn.Module:
    """Drawn so wide that a wrong axis is seen."""
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    return model.eval()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ulmfit")
    models = widened(AwdLstm(CONFIG)), widened(ReviewClassifier(CONFIG))
    tokenizer = learn_byte_level(["a tiny text"], 300)
    write_ulmfit_folder(path, *models, tokenizer, id="tiny", name="Tiny", license="MIT")
    return path


@pytest.mark.parametrize("ids", [IDS, IDS[:1], IDS * 10])
def test_the_graphs_compute_what_pytorch_computes(folder: Path, ids: list[int]):
    compare_language_model(folder / "decoder.onnx", dequantized(widened(AwdLstm(CONFIG))), ids)
    classifier = dequantized(widened(ReviewClassifier(CONFIG)))
    compare_classifier(folder / "classifier.onnx", classifier, ids)


def test_the_comparisons_can_fail(folder: Path):
    with pytest.raises(AssertionError, match="from PyTorch's"):
        compare_language_model(folder / "decoder.onnx", widened(AwdLstm(CONFIG)), IDS)
    with pytest.raises(AssertionError, match="from PyTorch's"):
        compare_classifier(folder / "classifier.onnx", widened(ReviewClassifier(CONFIG)), IDS)


def test_the_rows_of_a_batch_do_not_mix(folder: Path):
    classify, step = (open_session(folder / f"{name}.onnx") for name in ("classifier", "decoder"))
    rows = [IDS, IDS[::-1]]
    (both,) = classify.run(["logits"], {"input_ids": np.array(rows)})
    for row, ids in zip(both, rows, strict=True):
        (alone,) = classify.run(["logits"], {"input_ids": np.array([ids])})
        np.testing.assert_allclose(row, alone[0], atol=1e-5)
    state = np.random.default_rng(0).normal(size=(2, 2, CONFIG.hidden_size)).astype(np.float32)
    both = step.run(None, {"input_ids": np.array([5, 9]), "past.hidden": state, "past.cell": state})
    for row, id in enumerate((5, 9)):
        part = state[row : row + 1]
        feeds = {"input_ids": np.array([id]), "past.hidden": part, "past.cell": part}
        for one, alone in zip(both, step.run(None, feeds), strict=True):
            np.testing.assert_allclose(one[row], alone[0], atol=1e-5)


def test_the_manifest_names_both_graphs(folder: Path):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert set(manifest["files"]["graphs"]) == {"decoder", "classifier"}
    assert manifest["tokens"] == {"begin": 0, "end": 0}
    assert len(manifest["classes"]) == 2
    assert manifest["files"]["graphs"]["decoder"]["bytes"] == (
        (folder / "decoder.onnx").stat().st_size
    )
