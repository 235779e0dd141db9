"""The captions of Multi30k become pairs, each of which is read once an epoch."""

import gzip
import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data import captions
from training.modeling.transformer import TransformerConfig
from training.tasks.translation import CaptionTask

GERMAN = ["Ein Hund läuft.", "Zwei Frauen reden.", "Ein Hund schläft im Gras."]
ENGLISH = ["A dog runs.", "Two women talk.", "A dog sleeps in the grass."]


def prepare(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    (data / captions.SET).mkdir(parents=True)
    for part in (captions.TRAIN, captions.TEST):
        for language, lines in (("de", GERMAN), ("en", ENGLISH)):
            text = "\n".join(lines * 20) + "\n"
            packed = gzip.compress(text.encode(), mtime=0)
            (data / captions.SET / f"{part}.{language}.gz").write_bytes(packed)
    captions.prepare(data, tmp_path / "captions")
    return tmp_path / "captions"


def test_pairs_are_kept_in_their_direction(tmp_path: Path):
    folder = prepare(tmp_path)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    arrays = np.load(folder / "train.npz")
    first = arrays["source_ids"][: arrays["source_ends"][0]].tolist()
    assert tokenizer.decode(first).strip() == GERMAN[0]
    tests = json.loads((folder / "validation.json").read_text(encoding="utf-8"))["singles"]
    assert tests[1] == {"german": GERMAN[1], "english": ENGLISH[1]}


def test_every_caption_is_in_an_epoch_once_and_none_is_joined(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("training.tasks.translation.CAPTIONS", prepare(tmp_path))
    _, training = load_config(CONFIGS / "transformer-multi30k.toml", TransformerConfig)
    task = CaptionTask(training)
    items = [item for batch in task.batches(0) for item in batch]
    assert all(len(item) == 1 for item in items)
    assert len(set(items)) == len(items)
