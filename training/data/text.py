"""This command prepares text for GPT-2: it learns a byte-level BPE and writes arrays of tokens.

`python -m training.data.text [--data ../shared/data]` writes `text/` in `WORK`:
`tokenizer.json`; `<source>-<part>.npy`, uint16, each document after its `<|endoftext|>`;
`wikitext-test.npy`; `facts.json` with the origin, licence, hash and size of each source.
"""

import argparse
import hashlib
import json
import lzma
import re
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training.data.byte_level import END_OF_TEXT, learn_byte_level
from training.data.corpus import PARTS, SOURCES, Source, read_sources
from training.paths import DATA_SETS, WORK

FOLDER = WORK / "text"
VOCAB_SIZE = 8192  # Small enough that its table is a fifth of the model's parameters.
# The tokenizer learns from so many characters, parted as the training is.
TOKENIZER_CHARACTERS = 40_000_000
WIKITEXT = "wikitext-2-valid-test/test.txt.xz"


def prepare(data: Path, folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    texts: dict[str, dict[str, list[str]]] = {}
    facts: dict = {"sources": {}}
    for source, parts, hashes in read_sources(data):
        texts[source.id] = parts
        facts["sources"][source.id] = {"license": source.license, "sha256": hashes}
    tokenizer = learn_byte_level(sample(texts), VOCAB_SIZE)
    tokenizer.save(str(folder / "tokenizer.json"))
    for source in SOURCES:
        for part in PARTS:
            ids = encode(tokenizer, texts[source.id][part])
            np.save(folder / f"{source.id}-{part}.npy", ids)
            facts["sources"][source.id][part] = {
                "documents": len(texts[source.id][part]),
                "bytes": sum(len(text.encode()) for text in texts[source.id][part]),
                "tokens": len(ids),
            }
    packed = (data / WIKITEXT).read_bytes()
    articles, words = read_wikitext(lzma.decompress(packed).decode())
    np.save(folder / "wikitext-test.npy", encode(tokenizer, articles))
    facts["wikitext"] = {"sha256": hashlib.sha256(packed).hexdigest(), "words": words}
    facts["python"] = sysconfig.get_python_version()  # Of which the code is.
    facts["tokens"] = {part: total(facts, part) for part in PARTS}
    (folder / "facts.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(facts, indent=2))


def sample(texts: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    """Documents of each source, as many characters as its share."""
    for source in SOURCES:
        left = TOKENIZER_CHARACTERS * source.share / 100
        for text in spread(source, texts[source.id]["train"]):
            if left <= 0:
                break
            yield text[: int(left)]
            left -= len(text)


def spread(source: Source, texts: list[str]) -> Iterator[str]:
    """In an order by chance; of a book, parts of some pages, or few books would be all."""
    pages = [text[at : at + 20_000] for text in texts for at in range(0, len(text), 20_000)]
    seed = [*source.id.encode()]
    return (pages[number] for number in np.random.default_rng(seed).permutation(len(pages)))


def encode(tokenizer: Tokenizer, texts: Iterable[str]) -> np.ndarray:
    """Every document after one `<|endoftext|>`, all in one array."""
    end = tokenizer.token_to_id(END_OF_TEXT)
    assert tokenizer.get_vocab_size() <= 2**16
    parts = []
    for text in texts:
        # A document that talks about the token would end there.
        ids = tokenizer.encode(text.replace(END_OF_TEXT, "")).ids
        parts.append(np.array([end, *ids], np.uint16))
    return np.concatenate(parts)


def read_wikitext(text: str) -> tuple[list[str], int]:
    """Its articles as people write them, and its number of words, counted as published figures do.

    A line's end counts as a word, and a word cut off by blanks as it stands.
    """
    lines = text.split("\n")[:-1]
    words = sum(len(line.split()) + 1 for line in lines)
    articles: list[list[str]] = []
    for line in lines:
        if re.fullmatch(r" = [^=].* = ", line):
            articles.append([])
        if articles:  # The file begins with an empty line.
            articles[-1].append(join_words(line.strip()))
    return ["\n".join(article).strip("\n") for article in articles], words


def join_words(line: str) -> str:
    """Undoes the parting of words: "the 2 @,@ 000 dogs ' food ( dry ) ." """
    line = re.sub(r" @([-,.])@ ", r"\1", line)
    line = re.sub(r" ('s|'re|'ve|'ll|'m|'d|n't)\b", r"\1", line)
    line = re.sub(r" ([.,:;?!)\]%]|\.\.\.)(?= |$)", r"\1", line)
    line = re.sub(r"([(\[$£]) ", r"\1", line)
    return re.sub(r'" ([^"]*) "', r'"\1"', line)


def total(facts: dict, part: str) -> int:
    return sum(source[part]["tokens"] for source in facts["sources"].values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    prepare(parser.parse_args().data)
