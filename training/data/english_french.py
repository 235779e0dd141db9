"""This command prepares all English and French sentences that the translators learn from.

`python -m training.data.english_french [--data ../shared/data]` writes `english-french/` in `WORK`:
everyday sentences of Tatoeba, split and put together as `training.data.translation` does, and
natural ones of many sources, most of them longer (`training.data.parallel`). All three translators
have the same sentences and the same subwords.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training.data import translation
from training.data.parallel import SET, SHARES, Natural, prepare_natural
from training.data.subword_dropout import SubwordDropout
from training.data.translation import (
    Pair,
    joined_items,
    key,
    learn_tokenizer,
    one_translation_each,
    read_pairs,
    save_ids,
    split,
    texts_of,
    write_json,
)
from training.paths import DATA_SETS, WORK

FOLDER = WORK / "english-french"
SEED = 2017
VOCAB_SIZE = 10_240
EVERYDAY = "tatoeba"
TAGS = (EVERYDAY, *SHARES)  # As numbered in the arrays.
# The training pairs are cut into subwords in so many ways, read by turns: the first is plain BPE.
VARIANTS = 4
DROPOUT = 0.1  # As in section 5.1 of the paper on BPE-dropout.
# Of the other variants, the part of the pairs that is changed to what people type in haste.
HASTY = 0.04


def prepare(data: Path, folder: Path = FOLDER) -> None:
    generator = np.random.default_rng(SEED)
    file = data / "tatoeba-en-fr/fra.txt.xz"
    everyday = split(read_pairs(file))
    kept_out = {key(pair.english) for name in ("validation", "test") for pair in everyday[name]}
    natural = prepare_natural(data / SET, frozenset(kept_out), generator)
    in_natural = {key(pair.english) for _, pair in (*natural.validation, *natural.test)}
    train = [(EVERYDAY, p) for p in everyday["train"] if key(p.english) not in in_natural]
    train += natural.train
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = learn_tokenizer(texts_of(diet(train, generator)), VOCAB_SIZE)
    tokenizer.save(str(folder / "tokenizer.json"))
    save_variants(folder, train, tokenizer, generator)
    save_held_out(folder, everyday, natural)
    facts = {
        "sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (file, *sorted((data / SET).glob("*.tsv.xz")))
        },
        "pairs": {
            EVERYDAY: {
                "read": sum(map(len, everyday.values())),
                "train": sum(tag == EVERYDAY for tag, _ in train),
            },
            **natural.counts,
        },
        "heldOut": {"validation": len(natural.validation), "test": len(natural.test)},
    }
    write_json(folder / "facts.json", facts)
    print(json.dumps(facts, indent=2))


def diet(train: Sequence[tuple[str, Pair]], generator: np.random.Generator) -> list[Pair]:
    """As much of each source as one epoch reads: subwords should fit what is read."""
    drawn = generator.random(len(train))
    return [
        pair
        for (tag, pair), chance in zip(train, drawn, strict=True)
        if chance < SHARES.get(tag, 1.0)
    ]


def save_variants(
    folder: Path,
    train: Sequence[tuple[str, Pair]],
    tokenizer: Tokenizer,
    generator: np.random.Generator,
) -> None:
    words = [pair.words for _, pair in train]
    tags = np.array([TAGS.index(tag) for tag, _ in train], np.uint8)
    pairs = [pair for _, pair in train]
    for variant in range(VARIANTS):
        if variant == 0:
            sides = [
                [one.ids for one in tokenizer.encode_batch(list(side))]
                for side in zip(*((p.english, p.french) for p in pairs), strict=True)
            ]
        else:
            dropout = SubwordDropout(tokenizer, DROPOUT, generator)
            hasty = [typed_in_haste(p, generator.random()) for p in pairs]
            sides = [
                dropout.encode_batch(side)
                for side in zip(*((p.english, p.french) for p in hasty), strict=True)
            ]
        save_ids(folder / f"train-{variant}.npz", words, *sides, tags=tags)


def typed_in_haste(pair: Pair, chance: float) -> Pair:
    """A few pairs, as people type: in lower case, or without the stop at the end."""
    if chance < HASTY / 2:
        return Pair(pair.english.lower(), pair.french)
    if chance < HASTY and pair.english.endswith(".") and pair.french.endswith("."):
        return Pair(pair.english.rstrip("."), pair.french.rstrip("."))
    return pair


def save_held_out(folder: Path, everyday: dict[str, list[Pair]], natural: Natural) -> None:
    """Of Tatoeba the same items as ever, so that new figures stand beside old ones."""
    generator = np.random.default_rng(translation.SEED)
    for name, pairs in (("validation", natural.validation), ("test", natural.test)):
        singles = one_translation_each(everyday[name])
        items = {
            "singles": list(map(asdict, singles)),
            "joined": joined_items(singles, generator),
            "natural": [{"tag": tag, **asdict(pair)} for tag, pair in pairs],
        }
        if name == "test":
            items["public"] = [{"tag": tag, **asdict(pair)} for tag, pair in natural.public]
        write_json(folder / f"{name}.json", items)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    prepare(parser.parse_args().data)
