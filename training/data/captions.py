"""This command prepares captions in German and English, to compare our networks with others.

The networks learn to translate German to English.
`python -m training.data.captions [--data ../shared/data]` writes `captions/` in `WORK`, in the form
of `training.data.translation`. Multi30k (Elliott et al. 2016, arXiv:1605.00459) is for measuring
alone: nothing that learned from it ships.
"""

import argparse
import gzip
import hashlib
import json
from pathlib import Path

from training.data.translation import clean, learn_tokenizer, save_training_pairs, write_json
from training.paths import DATA_SETS, WORK

FOLDER = WORK / "captions"
SET = "multi30k"
TRAIN, TEST = "train", "test_2016_flickr"  # 29,000 pairs, and the 1,000 that others report on.


def prepare(data: Path, folder: Path = FOLDER) -> None:
    german, english = read(data, TRAIN, "de"), read(data, TRAIN, "en")
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = learn_tokenizer([*german, *english])
    tokenizer.save(str(folder / "tokenizer.json"))
    save_training_pairs(folder / "train.npz", german, english, tokenizer)
    test = zip(read(data, TEST, "de"), read(data, TEST, "en"), strict=True)
    # What the task measures after each epoch: no epoch is chosen by it.
    singles = [{"german": source, "english": target} for source, target in test]
    write_json(folder / "validation.json", {"singles": singles})
    facts = {
        "sha256": {
            f"{part}.{language}": hashlib.sha256(packed(data, part, language)).hexdigest()
            for part in (TRAIN, TEST)
            for language in ("de", "en")
        },
        "pairs": {"train": len(german), "test": len(singles)},
    }
    write_json(folder / "facts.json", facts)
    print(json.dumps(facts, indent=2))


def packed(data: Path, part: str, language: str) -> bytes:
    return (data / SET / f"{part}.{language}.gz").read_bytes()


def read(data: Path, part: str, language: str) -> list[str]:
    text = gzip.decompress(packed(data, part, language)).decode()
    return [clean(line) for line in text.splitlines()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    prepare(parser.parse_args().data)
