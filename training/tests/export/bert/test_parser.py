"""The graph of the dependency parser computes what PyTorch computes, and the manifest names it."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from training.evaluation.dependencies import log_probabilities
from training.export.bert.measures import FILE as MEASURES
from training.export.bert.measures import measures
from training.export.bert.parser import FILE, compare, write_parser
from training.export.expected import decode
from training.modeling.dependency_parser import DependencyParser, DependencyParserConfig


def tiny_parser() -> DependencyParser:
    torch.manual_seed(1)
    model = DependencyParser(DependencyParserConfig(2, 32, 16, 8, 3)).eval()
    torch.nn.init.normal_(model.mix.weights)
    return model


def test_the_graph_is_written_beside_the_encoder(tmp_path: Path):
    manifest = {"id": "bert", "files": {"graphs": {"encoder": {"path": "encoder.onnx"}}}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    write_parser(tmp_path, tiny_parser(), ["det", "nsubj", "root"])
    written = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    content = (tmp_path / FILE).read_bytes()
    assert written["parser"]["relations"] == ["det", "nsubj", "root"]
    assert written["files"]["graphs"]["encoder"] == {"path": "encoder.onnx"}
    assert written["files"]["graphs"]["parser"] == {
        "path": FILE,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_the_comparison_can_fail(tmp_path: Path):
    (tmp_path / "manifest.json").write_text('{"files": {"graphs": {}}}', encoding="utf-8")
    write_parser(tmp_path, tiny_parser(), ["det", "nsubj", "root"])
    with pytest.raises(AssertionError, match="from PyTorch"):
        compare(tmp_path / FILE, tiny_parser())  # Before its weights went to int8.


def test_a_unit_is_no_head_of_its_own():
    logits = np.array([[9.0, 1.0, 2.0], [0.0, 9.0, 0.0], [1.0, 1.0, 9.0]], np.float32)
    probabilities = np.exp(log_probabilities(logits))
    assert probabilities[1].tolist() == pytest.approx([0.5, 0, 0.5])
    assert probabilities.sum(1).tolist() == pytest.approx([1, 1, 1])


def test_the_reference_of_measures_is_that_of_this_code():
    committed = json.loads(MEASURES.read_text(encoding="ascii"))
    made = measures()
    assert committed.keys() == made.keys()
    assert committed["agreement"].keys() == made["agreement"].keys()
    for relation, found in made["agreement"].items():
        assert committed["agreement"][relation]["toHead"]["largest"] == found["toHead"]["largest"]
    for name in ("attention", "words", "rollout", "change"):
        assert decode(committed[name]["values"]) == pytest.approx(
            decode(made[name]["values"]), abs=1e-5
        )
