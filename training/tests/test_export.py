"""The folders that are committed are those that the export writes."""

import hashlib
import json
from pathlib import Path

import pytest

from training.export.__main__ import EXPORTS
from training.export.minilm import PackageMissingError


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# The others come from a training, which is not run here.
UNTRAINED = [id for id in EXPORTS if id.startswith("tiny-")]


@pytest.mark.parametrize("model", UNTRAINED)
def test_exporting_again_gives_the_committed_bytes(model: str, tmp_path: Path):
    committed, export = EXPORTS[model]
    try:
        export(tmp_path)
    except PackageMissingError as error:
        pytest.skip(str(error))
    exported = {path.name for path in tmp_path.iterdir()} - {"fixtures.json"}
    assert len(exported) >= 3
    for file in exported:
        assert sha256(tmp_path / file) == sha256(committed / file), file


@pytest.mark.parametrize("model", EXPORTS)
def test_the_manifest_tells_the_truth_about_its_files(model: str):
    folder, _ = EXPORTS[model]
    if not folder.exists() and model not in UNTRAINED:
        pytest.skip(f"{model} is not trained yet")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for file in (manifest["files"]["tokenizer"], *manifest["files"]["graphs"].values()):
        path = folder / file["path"]
        assert (path.stat().st_size, sha256(path)) == (file["bytes"], file["sha256"])
