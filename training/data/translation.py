"""This command prepares English and French sentences from Tatoeba for the translators.

It cleans the pairs, splits them by English sentence, learns subwords, and writes arrays.
`python -m training.data.translation [--data ../shared/data]` writes `translation/` in `WORK`.
The pairs are CC BY 2.0 FR (tatoeba.org, by way of manythings.org/anki); none is in this repository.
"""

import argparse
import hashlib
import json
import lzma
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from training.paths import DATA_SETS, WORK

FOLDER = WORK / "translation"
SEED = 2014
VOCAB_SIZE = 8192  # Small enough that its table is a third of a model's parameters, and not all.
SPECIAL = ["<pad>", "<s>", "</s>"]
PADDING, BEGIN, END = range(3)
CURLY, STRAIGHT = "\u2019\u2018\u201c\u201d", "''\"\""
# Lengths in English words by which quality is told, as the last length of each, and how many
# English sentences of each are kept from training. Of 20 words and more there are only 165.
BUCKETS = (4, 9, 14, 19, 29, 40)
HELD_OUT = {
    "validation": (300, 500, 300, 60, 8, 2),
    "test": (600, 900, 600, 100, 12, 3),
}
JOINED_ITEMS = 300  # In the test, for each length from 10 words on: sentences put together.


@dataclass(frozen=True)
class Pair:
    english: str
    french: str

    @property
    def words(self) -> int:
        return len(self.english.split())


def prepare(data: Path, folder: Path = FOLDER) -> None:
    file = data / "tatoeba-en-fr/fra.txt.xz"
    pairs = read_pairs(file)
    parts = split(pairs)
    tokenizer = learn_tokenizer(texts_of(parts["train"]))
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    train = parts["train"]
    sides = [pair.english for pair in train], [pair.french for pair in train]
    save_training_pairs(folder / "train.npz", *sides, tokenizer)
    generator = np.random.default_rng(SEED)
    for name in ("validation", "test"):
        singles = one_translation_each(parts[name])
        items = {"singles": list(map(asdict, singles)), "joined": joined_items(singles, generator)}
        write_json(folder / f"{name}.json", items)
    facts = {
        "source": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "pairs": {name: len(part) for name, part in parts.items()},
        "englishSentences": {
            name: len({key(p.english) for p in part}) for name, part in parts.items()
        },
    }
    write_json(folder / "facts.json", facts)
    print(json.dumps(facts, indent=2))


def read_pairs(file: Path) -> list[Pair]:
    pairs = []
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            english, french = line.rstrip("\n").split("\t")
            pairs.append(Pair(clean(english), space_punctuation(clean(french))))
    return list(dict.fromkeys(pairs))


def clean(text: str) -> str:
    """One spelling of accents, quotes and spaces; nothing that cannot be seen."""
    text = unicodedata.normalize("NFC", text)
    text = text.translate(str.maketrans(CURLY, STRAIGHT, "\u200b\u00ad"))
    return re.sub(r"\s+", " ", text).strip()


def space_punctuation(french: str) -> str:
    """Puts the space before ! ? and ; that some of the pairs have and some do not."""
    return re.sub(r"(?<=\w)(?=[!?;]+(?:\s|$))", " ", french)


def key(english: str) -> str:
    """What two sentences share that differ in case and punctuation only."""
    return " ".join(re.findall(r"\w+", english.casefold()))


def bucket_of(words: int) -> int | None:
    return next((i for i, last in enumerate(BUCKETS) if words <= last), None)


def split(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """No English sentence, in whatever case and punctuation, is in two parts."""
    by_bucket = defaultdict(list)
    for english_key in dict.fromkeys(key(pair.english) for pair in pairs):
        by_bucket[bucket_of(len(english_key.split()))].append(english_key)
    part_of_key = {}
    generator = np.random.default_rng(SEED)
    for bucket in range(len(BUCKETS)):
        keys = generator.permutation(by_bucket[bucket]).tolist()
        for part, counts in HELD_OUT.items():
            part_of_key.update((keys.pop(), part) for _ in range(counts[bucket]))
    parts = {"train": [], "validation": [], "test": []}
    for pair in pairs:
        parts[part_of_key.get(key(pair.english), "train")].append(pair)
    return parts


def texts_of(pairs: Sequence[Pair]) -> list[str]:
    return [text for pair in pairs for text in (pair.english, pair.french)]


def learn_tokenizer(texts: Sequence[str], vocab_size: int = VOCAB_SIZE) -> Tokenizer:
    """Byte-level BPE for both languages: no text is unknown.

    Every word begins with its space, the first one too, so that sentences put together have the
    tokens of each, put together.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC()]
        + [normalizers.Replace(odd, plain) for odd, plain in zip(CURLY, STRAIGHT, strict=True)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def save_training_pairs(
    file: Path, sources: Sequence[str], targets: Sequence[str], tokenizer: Tokenizer
) -> None:
    """Ids of all pairs one after the other, and where each ends; how many words a source has."""
    sides = [[one.ids for one in tokenizer.encode_batch(list(side))] for side in (sources, targets)]
    save_ids(file, [len(source.split()) for source in sources], *sides)


def save_ids(
    file: Path,
    words: Sequence[int],
    source_ids: Sequence[Sequence[int]],
    target_ids: Sequence[Sequence[int]],
    **others: np.ndarray,
) -> None:
    arrays = {"words": np.array(words, np.uint16), **others}
    for side, ids in (("source", source_ids), ("target", target_ids)):
        arrays[f"{side}_ids"] = np.array([id for one in ids for id in one], np.uint16)
        arrays[f"{side}_ends"] = np.cumsum([len(one) for one in ids])
    np.savez(file, **arrays)


def one_translation_each(pairs: Sequence[Pair]) -> list[Pair]:
    """The first French sentence of each English one, so that a score has one reference."""
    return list({key(pair.english): pair for pair in reversed(pairs)}.values())[::-1]


def joined_items(pairs: Sequence[Pair], generator: np.random.Generator) -> list[dict]:
    """2 to 4 sentences put together, as their numbers in `pairs`, equally many of each length."""
    words = np.array([pair.words for pair in pairs])
    chooser = JoinChooser(words)
    items = []
    for bucket in range(2, len(BUCKETS)):
        shortest, longest = BUCKETS[bucket - 1] + 1, BUCKETS[bucket]
        chosen: set[tuple[int, ...]] = set()
        while len(chosen) < JOINED_ITEMS:
            item = chooser.choose(int(generator.integers(shortest, longest + 1)), generator)
            if shortest <= words[list(item)].sum() <= longest and len(set(item)) == len(item):
                chosen.add(item)
        items.extend(
            {"words": int(words[list(item)].sum()), "parts": item} for item in sorted(chosen)
        )
    return items


class JoinChooser:
    """Chooses sentences that together have about a given number of words."""

    def __init__(self, words: np.ndarray):
        self.by_length = [np.flatnonzero(words == length) for length in range(words.max() + 1)]
        self.lengths = np.flatnonzero([len(numbers) > 0 for numbers in self.by_length])

    def choose(self, total: int, generator: np.random.Generator) -> tuple[int, ...]:
        count = int(generator.integers(2, 5))
        if total / count > 12:  # Sentences longer than that are rare.
            count = 4
        shares = generator.dirichlet(np.full(count, 8.0)) * total
        nearest = [self.lengths[np.abs(self.lengths - share).argmin()] for share in shares]
        return tuple(int(generator.choice(self.by_length[length])) for length in nearest)


def write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    prepare(parser.parse_args().data)
