"""`words.json` says how often a translator saw each English word.

It is to warn of those that the translator hardly knows.
"""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

# Letters with their marks (vowel signs, and what joins them), with apostrophes and hyphens between
# them; compared in lower case. `re` knows no categories.
MARKS = "".join(
    chr(code) for code in range(0x110000) if unicodedata.category(chr(code)).startswith("M")
)
LETTERS = rf"[^\W\d_](?:[^\W\d_]|[{MARKS}\u200c\u200d])*"
WORD = re.compile(rf"{LETTERS}(?:['-]{LETTERS})*")


def write_word_counts(folder: Path, data: Path) -> None:
    """An object, word to number of training sentences it is in, the most frequent first."""
    tokenizer = Tokenizer.from_file(str(data / "tokenizer.json"))
    arrays = np.load(data / "train.npz")
    sentences = np.split(arrays["source_ids"], arrays["source_ends"][:-1])
    counts = count_words(tokenizer.decode_batch([ids.tolist() for ids in sentences]))
    text = json.dumps(counts, ensure_ascii=False, separators=(",", ":"))
    (folder / "words.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def count_words(sentences: list[str]) -> dict[str, int]:
    """An English sentence with several translations counts once."""
    counts = Counter(
        word
        for sentence in dict.fromkeys(sentences)
        for word in set(WORD.findall(sentence.lower()))
    )
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
