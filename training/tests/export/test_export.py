"""The folders that are committed are those that the export writes."""

import hashlib
import json
from pathlib import Path

import pytest

from training.export.__main__ import EXPORTS
from training.pretrained.packages import PackageMissingError


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def manifest_but_expected(folder: Path) -> dict:
    manifest = read_json(folder / "manifest.json")
    assert manifest["files"].pop("expected")["path"] == "expected.json"
    return manifest


# The others come from a training, which is not run here.
UNTRAINED = [id for id in EXPORTS if id.startswith("tiny-")]


@pytest.mark.parametrize("model", UNTRAINED)
def test_exporting_again_gives_the_committed_bytes(model: str, tmp_path: Path):
    committed, export = EXPORTS[model]
    try:
        export(tmp_path)
    except PackageMissingError as error:
        pytest.skip(str(error))
    # Their numbers are PyTorch's, whose last digit depends on the processor.
    numbers = {"fixtures.json", "expected.json", "manifest.json"}
    exported = {path.name for path in tmp_path.iterdir()}
    assert exported >= numbers
    for file in exported - numbers:
        assert sha256(tmp_path / file) == sha256(committed / file), file
    assert manifest_but_expected(tmp_path) == manifest_but_expected(committed)
    ours, theirs = (read_json(folder / "expected.json") for folder in (tmp_path, committed))
    assert ours.keys() == theirs.keys()
    assert (ours["text"], ours["tokens"]) == (theirs["text"], theirs["tokens"])
    assert ours["probabilities"] == pytest.approx(theirs["probabilities"], abs=1e-4)


@pytest.mark.parametrize("model", EXPORTS)
def test_the_manifest_tells_the_truth_about_its_files(model: str):
    folder, _ = EXPORTS[model]
    if not folder.exists() and model not in UNTRAINED:
        pytest.skip(f"{model} is not trained yet")
    files = read_json(folder / "manifest.json")["files"]
    for file in (*files.pop("graphs").values(), *files.values()):
        path = folder / file["path"]
        assert (path.stat().st_size, sha256(path)) == (file["bytes"], file["sha256"])
