"""The folders that are committed are those that the export writes."""

import hashlib
import json
from pathlib import Path

import pytest

from training.export.__main__ import EXPORTS
from training.export.minilm import PackageMissingError, package_file


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(params=EXPORTS)
def model(request: pytest.FixtureRequest) -> str:
    if request.param == "bert":
        try:
            package_file("model.safetensors")
        except PackageMissingError as error:
            pytest.skip(str(error))
    return request.param


def test_exporting_again_gives_the_committed_bytes(model: str, tmp_path: Path):
    committed, export = EXPORTS[model]
    export(tmp_path)
    for file in ("encoder.onnx", "tokenizer.json", "manifest.json"):
        assert sha256(tmp_path / file) == sha256(committed / file), file


@pytest.mark.parametrize("folder", [folder for folder, _ in EXPORTS.values()], ids=list(EXPORTS))
def test_the_manifest_tells_the_truth_about_its_files(folder: Path):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for file in (manifest["files"]["tokenizer"], *manifest["files"]["graphs"].values()):
        path = folder / file["path"]
        assert (path.stat().st_size, sha256(path)) == (file["bytes"], file["sha256"])
