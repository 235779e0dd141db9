"""This command prepares text for ULMFiT: a vocabulary, general text, and reviews with a verdict.

A verdict is what the writer of a review thought.
`python -m training.data.reviews [--data ../shared/data]` writes `reviews/` in `WORK`:
`tokenizer.json`; `<text>-<part>.npy`, uint16, for the language models (`general`, `imdb`,
`cornell`); `<set>-<part>.npz` (`ids`, `starts`, `labels`) for the classifiers (`imdb`, `cornell`);
`facts.json` with the origin, licence, hash and size of each.

Two sets of reviews. `imdb` (Maas et al. 2011) has the published figures, but no licence: what
learned from it measures, and never ships. `cornell` (Pang and Lee 2004 and 2005: whole reviews and
single sentences) is CC BY 4.0: what ships learned from it. The general text has no share-alike part
either, and the vocabulary is of the general text and of `cornell`.

Everything is in lower case, because `cornell` is: upper and lower case would be strangers to it.
A byte-level BPE of 16,384: an IMDB review is 302 tokens on average (323 with 8,192; 340 with the
vocabulary of GPT-2, 8,192 in both cases). 30,000 words would make 275, but 3 % of them unknown. The
larger table costs a classifier no time, and time is what a study of 48 classifiers lacks.
"""

import argparse
import hashlib
import json
import lzma
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, normalizers

from training.data.byte_level import learn_byte_level
from training.data.corpus import SOURCES, read_sources, tidy
from training.data.text import encode, join_words, spread
from training.paths import DATA_SETS, WORK

FOLDER = WORK / "reviews"
SEED = 2018
VOCAB_SIZE = 16_384
TOKENIZER_CHARACTERS = 25_000_000
# Characters of each source of training/data/corpus.py. Novels for language at length, dialogues
# about films and music for how people talk of them, textbooks for words of today.
GENERAL = {
    "novels": 28_000_000,
    "self-dialogue": 10_000_000,
    "textbooks": 8_000_000,
    "topical-chat": 5_000_000,
    "classics": 5_000_000,
    "government": 2_000_000,
    "open-docs": 2_000_000,
}
CORNELL_TEST = 0.1  # Of each kind and label.


@dataclass(frozen=True)
class Review:
    text: str
    label: int  # 1: the writer liked it.


def prepare(data: Path, folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    general = read_general(data)
    sets = {"imdb": read_imdb(data), "cornell": read_cornell(data)}
    tokenizer = learn_vocabulary(general["train"], sets["cornell"]["train"])
    tokenizer.save(str(folder / "tokenizer.json"))
    facts: dict = {"general": {}, "sha256": hashes(data)}
    facts["licenses"] = {s.id: s.license for s in SOURCES if s.id in GENERAL}
    for part, texts in general.items():
        ids = encode(tokenizer, texts)
        np.save(folder / f"general-{part}.npy", ids)
        facts["general"][part] = {"pages": len(texts), "tokens": len(ids)}
    for name, parts in sets.items():
        facts[name] = {}
        for part, reviews in parts.items():
            save_reviews(folder / f"{name}-{part}.npz", tokenizer, reviews)
            facts[name][part] = len(reviews)
        texts = shuffled([review.text for review in parts["train"]])
        held_out = len(texts) // 20
        np.save(folder / f"{name}-validation.npy", encode(tokenizer, texts[:held_out]))
        np.save(folder / f"{name}-train.npy", encode(tokenizer, texts[held_out:]))
    (folder / "facts.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(facts, indent=2))


def read_general(data: Path) -> dict[str, list[str]]:
    """Pages of each source up to its share, all in an order by chance."""
    pages: dict[str, list[str]] = {"train": [], "validation": []}
    for source, parts, _ in read_sources(data):
        left = GENERAL.get(source.id, 0)
        for page in spread(source, parts["train"]) if left else ():
            if left <= 0:
                break
            pages["train"].append(page[:left])
            left -= len(page)
        if source.id in GENERAL:
            pages["validation"] += [page[:8000] for page in spread(source, parts["validation"])]
    return {part: shuffled(texts) for part, texts in pages.items()}


def read_imdb(data: Path) -> dict[str, list[Review]]:
    """A review for training that is in the test as well is left out."""
    parts = {part: [*imdb_reviews(data / f"imdb/imdb_{part}.tsv.xz")] for part in ("test", "train")}
    held_out = {review.text for review in parts["test"]}
    kept = [review for review in parts["train"] if review.text not in held_out]
    return {"train": kept, "test": parts["test"]}


def imdb_reviews(file: Path) -> Iterator[Review]:
    lines = lzma.decompress(file.read_bytes()).decode().split("\n")
    for line in filter(None, lines[1:]):
        _, label, _, text = line.split("\t", 3)
        yield Review(tidy(text.replace("<br />", "\n")).strip(), int(label))


def read_cornell(data: Path) -> dict[str, list[Review]]:
    kinds: dict[tuple[str, int], list[str]] = {}
    with zipfile.ZipFile(data / "nltk-sentiment/movie_reviews.zip") as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".txt") and "/cv" in name:
                text = archive.read(name).decode("latin-1")
                kinds.setdefault(("whole", int("/pos/" in name)), []).append(joined(text))
    with zipfile.ZipFile(data / "nltk-sentiment/sentence_polarity.zip") as archive:
        for label, name in enumerate(("neg", "pos")):
            text = archive.read(f"sentence_polarity/rt-polarity.{name}").decode("latin-1")
            kinds["sentence", label] = [joined(line) for line in text.split("\n") if line.strip()]
    parts: dict[str, list[Review]] = {"train": [], "test-whole": [], "test-sentence": []}
    for (kind, label), texts in kinds.items():
        reviews = [Review(text, label) for text in shuffled(list(dict.fromkeys(texts)))]
        held_out = round(len(reviews) * CORNELL_TEST)
        parts[f"test-{kind}"] += reviews[:held_out]
        parts["train"] += reviews[held_out:]
    return parts


def joined(text: str) -> str:
    """Words and punctuation stand apart in these files."""
    return join_words(" ".join(tidy(text).split()))


def learn_vocabulary(pages: Sequence[str], reviews: Sequence[Review]) -> Tokenizer:
    def sample() -> Iterator[str]:
        yield from (review.text.lower() for review in reviews)
        left = TOKENIZER_CHARACTERS
        for page in pages:
            if left <= 0:
                break
            yield page[:left].lower()
            left -= len(page)

    tokenizer = learn_byte_level(sample(), VOCAB_SIZE)
    tokenizer.normalizer = normalizers.Lowercase()
    return tokenizer


def save_reviews(file: Path, tokenizer: Tokenizer, reviews: Sequence[Review]) -> None:
    """`ids` of all, one after the other, each after its `<|endoftext|>`; where each starts."""
    encoded = [encode(tokenizer, [review.text]) for review in reviews]
    starts = np.cumsum([0, *map(len, encoded)])
    labels = np.array([review.label for review in reviews], np.uint8)
    np.savez(file, ids=np.concatenate(encoded), starts=starts, labels=labels)


def shuffled(texts: list[str]) -> list[str]:
    return [texts[number] for number in np.random.default_rng(SEED).permutation(len(texts))]


def hashes(data: Path) -> dict[str, str]:
    names = [f"{s.file}.txt.xz" for s in SOURCES if s.id in GENERAL]
    names += ["imdb/imdb_train.tsv.xz", "imdb/imdb_test.tsv.xz"]
    names += [f"nltk-sentiment/{name}.zip" for name in ("movie_reviews", "sentence_polarity")]
    return {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in names}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    prepare(parser.parse_args().data)
