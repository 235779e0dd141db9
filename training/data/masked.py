"""This command prepares text for BERT's masked words: documents as GPT-2's, and single sentences.

The documents are cut into WordPieces.
`python -m training.data.masked [--data ../shared/data]` writes `masked/` in `WORK`:
`<source>-<part>.npy`, uint16, each document before its `[SEP]`; `sentences-<part>.npz`;
`facts.json`. The sentences are those of `tatoeba-en-fr` (CC BY 2.0 FR), each a text by itself.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training.data.cloze import CLOZE
from training.data.corpus import PARTS, read_sources
from training.data.translation import Pair, key, read_pairs
from training.data.translation import split as split_pairs
from training.paths import DATA_SETS, WORK
from training.pretrained.minilm import load_tokenizer

FOLDER = WORK / "masked"
PAIRS = "tatoeba-en-fr/fra.txt.xz"
# Percent of the tokens: everyday text first, because people will try everyday sentences. No code,
# and nothing that is written after a pattern.
SHARES = {
    "novels": 18,
    "wikipedia": 18,
    "textbooks": 12,
    "classics": 10,
    "tinystories": 7,
    "fairytales": 3,
    "storybooks": 2,
    "transcripts": 8,
    "self-dialogue": 5,
    "topical-chat": 4,
    "onestop": 3,
    "government": 3,
    "sentences": 7,
}
# Of all sources together, as far as they have so much: about what one training reads.
CHARACTERS = 90_000_000
# At the end of the training: more of what people will try, the rest so that it is not forgotten.
EVERYDAY_SHARES = {
    "novels": 8,
    "wikipedia": 8,
    "textbooks": 4,
    "classics": 3,
    "tinystories": 14,
    "fairytales": 4,
    "storybooks": 4,
    "transcripts": 2,
    "self-dialogue": 12,
    "topical-chat": 4,
    "onestop": 6,
    "government": 1,
    "sentences": 30,
}
assert sum(SHARES.values()) == sum(EVERYDAY_SHARES.values()) == 100


def prepare(data: Path, folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_str(json.dumps(load_tokenizer()))
    facts: dict = {"sources": {}}
    for source, parts, sha256 in read_sources(data):
        if source.id not in SHARES:
            continue
        fact = facts["sources"][source.id] = {"license": source.license, "sha256": sha256}
        for part in PARTS:
            texts = cut(parts[part], CHARACTERS * SHARES[source.id] // 100)
            ids = encode(tokenizer, texts)
            np.save(folder / f"{source.id}-{part}.npy", ids)
            fact[part] = {"documents": len(texts), "tokens": len(ids)}
    fact = facts["sources"]["sentences"] = {
        "license": "CC-BY-2.0-FR",
        "sha256": hashlib.sha256((data / PAIRS).read_bytes()).hexdigest(),
    }
    for part, sentences in read_sentences(data / PAIRS).items():
        ids = [one.ids for one in tokenizer.encode_batch(sentences, add_special_tokens=False)]
        np.savez(
            folder / f"sentences-{part}.npz",
            ids=np.array([id for one in ids for id in one], np.uint16),
            ends=np.cumsum([len(one) for one in ids]),
        )
        fact[part] = {"documents": len(ids), "tokens": sum(map(len, ids))}
    (folder / "facts.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(facts, indent=2))


def cut(texts: Sequence[str], characters: int) -> list[str]:
    """Documents from all over the source, as many as `characters` allow."""
    share = min(1, characters / sum(map(len, texts)))
    order = np.random.default_rng(len(texts)).permutation(len(texts))
    if len(texts) < 1000:  # Books: the beginning of each.
        return [text[: int(share * len(text))] for text in texts]
    return [texts[number] for number in sorted(order[: round(share * len(texts))])]


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> np.ndarray:
    end = tokenizer.token_to_id("[SEP]")
    parts = [
        np.array([*tokenizer.encode(text, add_special_tokens=False).ids, end], np.uint16)
        for text in texts
    ]
    return np.concatenate(parts)


def read_sentences(file: Path) -> dict[str, list[str]]:
    """Each English sentence once, parted as for the translators; none that the cloze test has."""
    tested = {key(sentence.replace("[MASK]", answer)) for sentence, answer in CLOZE}
    parts = split_pairs(read_pairs(file))
    return {part: distinct(parts[part], tested) for part in PARTS}


def distinct(pairs: Sequence[Pair], left_out: set[str]) -> list[str]:
    by_key = {key(pair.english): pair.english for pair in pairs}
    return [sentence for k, sentence in by_key.items() if k not in left_out]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    prepare(parser.parse_args().data)
