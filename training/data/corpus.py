"""These are the English texts that the language models learn from, cleaned, each by its share.

`../shared/data` describes each set in its SOURCE.md; none of it is in this repository.
Left out: texts without a licence that allows it (reviews, `dailydialog`), WikiText (it measures).
"""

import hashlib
import lzma
import re
import sysconfig
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.data.byte_level import END_OF_TEXT

SEED = 2019
PARTS = ("train", "validation", "test")
# Whole documents are held out, at least so many for each of the two parts and this many characters.
HELD_OUT_DOCUMENTS = 4
HELD_OUT_CHARACTERS = {"validation": 60_000, "test": 200_000}
# A held-out paragraph of this many letters is taken out of training wherever else it stands:
# fairy tales above all are in several books.
TELLING_LETTERS = 60
CODE_BYTES = 12_000_000


@dataclass(frozen=True)
class Source:
    id: str
    file: str | None  # Below the folder of data, without `.txt.xz`.
    license: str
    share: float  # Percent of the tokens of a training.
    last_share: float  # The same in its last phase.
    clean: Callable[[str], str]  # "" leaves the document out.


def plain(text: str) -> str:
    return text


def book(text: str) -> str:
    """Without the lines on title, author and year; a dash is " - " in all of them."""
    text = re.sub(r"\A(?:(?:Title|Author|Year): .*\n+)+", "", text)
    return re.sub(r" ?-{2,} ?", " - ", text).replace("_", "")


def news(text: str) -> str:
    """Without its level; a file that lost its apostrophes is left out."""
    return re.sub(r"\ALevel: \w+\n+", "", text) if "'" in text else ""


def chat(text: str) -> str:
    """Written with capitals, most of it: many dialogues are not."""
    turns = [line for line in text.split("\n") if not line.startswith("Topic:")]
    proper = sum(bool(re.match(r"\w+: [A-Z\"']", turn)) for turn in turns)
    return "\n".join(turns) if proper >= 0.8 * len(turns) else ""


# The aim: 1.20 bits a byte on novels and articles, and a story that holds for a paragraph. So
# novels and Wikipedia get more than a first plan gave them (10 and 12), talk and code less (15 and
# 5), and no small set is read more than about ten times in 450 million tokens. The last phase is
# for text as people would like to see it continued: textbooks, stories, dialogue; novels and
# articles stay in it, because a small model forgets what it no longer reads.
PUBLIC = "public domain in the US"
SOURCES = (
    Source("novels", "classic-novels-plain/novels", PUBLIC, 22, 20, book),
    Source("wikipedia", "wikipedia-extract/wikipedia", "CC-BY-SA-3.0", 18, 18, plain),
    Source("textbooks", "openstax-textbooks/openstax", "CC-BY-4.0", 19, 27, plain),
    Source("classics", "childrens-books/childrens-classics", PUBLIC, 8, 13, book),
    Source("transcripts", "changelog-transcripts/transcripts", "CC-BY-SA-4.0", 10, 2, plain),
    Source("tinystories", "tinystories-cased/tinystories", "CDLA-Sharing-1.0", 2, 3, plain),
    Source("government", "us-gov-web/us-gov-web", PUBLIC, 3, 0, plain),
    Source("fairytales", "childrens-books/fairytales", "Apache-2.0", 2, 3, book),
    Source("self-dialogue", "dialogues-open/self-dialogue", "BSD-3-Clause", 4, 6, chat),
    Source("open-docs", "open-docs/open-docs", "MIT, Apache-2.0, CC-BY", 3, 0, plain),
    Source("code", None, "PSF-2.0", 2.5, 0, plain),
    Source("topical-chat", "dialogues-open/topical-chat", "CDLA-Sharing-1.0", 2, 4, chat),
    Source("onestop", "onestop-english/onestop", "CC-BY-SA-4.0", 1, 2, news),
    Source("medquad", "medquad/medquad", "CC-BY-4.0", 1.5, 0, plain),
    Source("assistant", "dialogues-open/sgd", "CC-BY-SA-4.0", 1.5, 1, plain),
    Source("storybooks", "storybooks-open/storybooks", "CC-BY-4.0", 0.5, 1, plain),
)
assert sum(s.share for s in SOURCES) == sum(s.last_share for s in SOURCES) == 100


def read_sources(data: Path) -> Iterator[tuple[Source, dict[str, list[str]], str]]:
    """Each source with its documents by part, and its SHA-256."""
    documents, hashes = {}, {}
    for source in SOURCES:
        texts, hashes[source.id] = read_documents(source, data)
        documents[source.id] = split(texts, source.id)
    held_out = {
        key
        for parts in documents.values()
        for part in PARTS[1:]
        for text in parts[part]
        for key in telling_paragraphs(text)
    }
    for source in SOURCES:
        parts = documents.pop(source.id)
        kept = (without(text, held_out) for text in parts["train"])
        yield source, {**parts, "train": [text for text in kept if text]}, hashes[source.id]


def read_documents(source: Source, data: Path) -> tuple[list[str], str]:
    """Cleaned, each once, and the SHA-256 of what was read."""
    if source.file is None:
        texts, sha256 = read_code()
    else:
        packed = (data / f"{source.file}.txt.xz").read_bytes()
        sha256 = hashlib.sha256(packed).hexdigest()
        texts = lzma.decompress(packed).decode().split(f"{END_OF_TEXT}\n")
    cleaned = (source.clean(tidy(text)).strip("\n") for text in texts)
    return list(dict.fromkeys(text for text in cleaned if is_english(text))), sha256


def read_code() -> tuple[list[str], str]:
    """Modules of this Python's standard library, without its tests."""
    folder = Path(sysconfig.get_path("stdlib"))
    left_out = {"test", "tests", "site-packages", "idlelib", "lib2to3", "encodings"}
    texts, digest, size = [], hashlib.sha256(), 0
    for file in sorted(folder.rglob("*.py")):
        if left_out.isdisjoint(file.relative_to(folder).parts):
            content = file.read_bytes()
            if size + len(content) <= CODE_BYTES and content.isascii():
                texts.append(content.decode())
                digest.update(content)
                size += len(content)
    return texts, digest.hexdigest()


def tidy(text: str) -> str:
    """One spelling of accents; nothing that cannot be seen; at most one empty line in a row."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2060\ufeff]", "", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text))


def is_english(text: str) -> bool:
    """Long enough to learn from, and hardly any characters that English does not use."""
    return len(text) >= 100 and sum(c > "\x7f" for c in text) <= 0.03 * len(text)


def split(texts: list[str], seed: str) -> dict[str, list[str]]:
    """Whole documents at random for validation and test; the rest, in its order, for training."""
    numbers = np.random.default_rng([SEED, *seed.encode()]).permutation(len(texts)).tolist()
    chosen: dict[str, list[int]] = {}
    for part, characters in HELD_OUT_CHARACTERS.items():
        chosen[part] = []
        while (
            len(chosen[part]) < HELD_OUT_DOCUMENTS
            or sum(len(texts[number]) for number in chosen[part]) < characters
        ):
            chosen[part].append(numbers.pop())
    chosen["train"] = sorted(numbers)
    return {part: [texts[number] for number in chosen[part]] for part in PARTS}


def telling_paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n"):
        letters = re.sub(r"[^a-z]", "", paragraph.lower())
        if len(letters) >= TELLING_LETTERS:
            yield letters


def without(text: str, held_out: set[str]) -> str:
    """The text less its paragraphs that are in `held_out`, and "" if they are half of it."""
    lines = text.split("\n")
    kept = [line for line in lines if held_out.isdisjoint(telling_paragraphs(line))]
    if len(kept) == len(lines):
        return text
    shorter = re.sub(r"\n{3,}", "\n\n", "\n".join(kept))
    return shorter if len(shorter) >= len(text) / 2 else ""
