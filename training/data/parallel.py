"""This module reads natural English-French sentences, cleans them and holds some out.

They are those of `parallel-en-fr`, one file per kind, each pair with the tag of its source. A tag
has its documents in their order, so that a stretch of it is a stretch of text.
"""

import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.data.translation import Pair, clean, key, space_punctuation

SET = "parallel-en-fr"
# How much of a tag is read in an epoch, drawn anew each time: little of what is old-fashioned, and
# of what machines translated, so that everyday style stays. What has no share is not read: its
# licence (GPL, AGPL, GFDL, MPL) does not go together with the CC BY-SA 4.0 of the parameters.
SHARES: Mapping[str, float] = {
    "novels": 0.5,
    "novels2": 0.5,
    "storybooks-asp": 1.0,
    "eltec-mt": 0.25,
    "bible-web": 0.1,
    "bible-bbe": 0.1,
    "android": 0.5,
    "gnome-help": 0.5,
    "ms-human": 0.5,
    "react-docs": 0.5,
    "vue-docs": 0.5,
    "django-docs": 0.25,
    "python-docs": 0.25,
    "php-manual": 0.15,
    "tldr": 0.25,
    "ms-courses": 0.15,
    "ms-courses2": 0.15,
    "ms-courses3": 0.15,
}
# Public test sets, whole: others measure on them too.
PUBLIC_TESTS = ("tico19", "ud-pud")


@dataclass(frozen=True)
class Stretch:
    """Pairs of a tag that are kept from training: its last ones, or all if `last` is None."""

    tag: str
    last: int | None
    validation: int  # Sentences of the earlier half.
    test: int  # Of the later half.


# Of several kinds of prose. What cannot be trained on for its licence can be measured on.
HELD_OUT = (
    Stretch("bilinguator", None, 60, 250),  # Ten works of literature, not in `novels`.
    Stretch("wesnoth", None, 60, 250),  # What people say in a game.
    Stretch("storybooks-asp", 900, 60, 200),  # The last stories for children.
    Stretch("mozilla-www", None, 60, 200),  # Web pages for everyone.
    Stretch("vue-docs", 600, 60, 100),  # The last pages of a manual.
)
WORDS = (10, 40)  # English words of what is held out.
# Pairs between a stretch and what is trained on, which may belong to its first document.
MARGIN = 50

# A word that only code has, and characters that prose does not need.
CODE = re.compile(r"[{}<>\\|=_~^@#$%&*/\[\]`]|\w\(|\w\.\w\w|--|[a-z][A-Z]")
CHARACTER_RATIO = (0.55, 1.9)  # French to English, of whole sentences.
SHORTEST_RATIO = 20  # Characters; the ratio of shorter sentences says nothing.
LETTERS = 0.7  # At least this share of a sentence's characters are letters and spaces.
LONGEST = 60  # French words.
# Sentences that differ in numbers alone, on either side: the first so many are kept.
MOST_ALIKE = 2
# The commonest words that the other language lacks, to find what was left untranslated.
ENGLISH = frozenset("the of and to is that it with for was you are this be have not by".split())
FRENCH = frozenset("le la les des et est une que dans pour du qui il elle vous je ne au".split())


@dataclass(frozen=True)
class Natural:
    """What is in `parallel-en-fr`, as it is used."""

    train: list[tuple[str, Pair]]  # With its tag.
    validation: list[tuple[str, Pair]]
    test: list[tuple[str, Pair]]
    public: list[tuple[str, Pair]]
    counts: dict[str, dict[str, int]]  # By tag: pairs that were read, and that were kept.


def read_tags(folder: Path) -> dict[str, list[Pair]]:
    """The pairs of each tag, in their order, in our spelling."""
    pairs = defaultdict(list)
    for file in sorted(folder.glob("*.tsv.xz")):
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                english, french, tag = line.rstrip("\n").split("\t")
                pairs[tag].append(Pair(plain(english), plain_french(french)))
    return dict(pairs)


def plain(text: str) -> str:
    """As `clean`, without the underscores that mark emphasis, and one kind of dash."""
    text = re.sub(r"\b_|_\b", "", text)
    return clean(re.sub(r"\s*(?:\u2014|--)+\s*", " \u2014 ", text)).replace("\u2026", "...")


def plain_french(french: str) -> str:
    """The same, and the spaces before : and inside guillemets that French wants."""
    french = re.sub(r"\s*\u00bb", " \u00bb", re.sub(r"\u00ab\s*", "\u00ab ", plain(french)))
    return space_punctuation(re.sub(r"(?<=\w):(?=\s|$)", " :", french)).strip()


def is_sound(pair: Pair) -> bool:
    """Whether a pair is prose in the two languages, and each side may well translate the other."""
    english, french = pair.english, pair.french
    if CODE.search(english) or CODE.search(french) or key(english) == key(french):
        return False
    if len(french.split()) > LONGEST or min(map(letters, (english, french))) < LETTERS:
        return False
    ratio = len(french) / len(english)
    short = len(english) < SHORTEST_RATIO
    if not short and not CHARACTER_RATIO[0] <= ratio <= CHARACTER_RATIO[1]:
        return False
    return reads_as(english, ENGLISH, FRENCH) and reads_as(french, FRENCH, ENGLISH)


def letters(text: str) -> float:
    return sum(c.isalpha() or c in " '" for c in text) / max(1, len(text))


def reads_as(text: str, language: frozenset[str], other: frozenset[str]) -> bool:
    words = key(text).split()
    return sum(word in other for word in words) <= sum(word in language for word in words)


def without_copies(pairs: Iterable[tuple[str, Pair]]) -> list[tuple[str, Pair]]:
    """Leaves out pairs that were there, and boiler plate: many sentences alike but for numbers."""
    seen: Counter[str] = Counter()
    kept = []
    for tag, pair in dict.fromkeys(pairs):
        sides = [f"{n} {re.sub(r'[0-9]+', '0', key(t))}" for n, t in enumerate(texts(pair))]
        if all(seen[side] < MOST_ALIKE for side in sides):
            seen.update(sides)
            kept.append((tag, pair))
    return kept


def texts(pair: Pair) -> tuple[str, str]:
    return pair.english, pair.french


def hold_out(
    tags: Mapping[str, Sequence[Pair]],
    stretches: Sequence[Stretch],
    generator: np.random.Generator,
) -> tuple[dict[str, list[Pair]], list[tuple[str, Pair]], list[tuple[str, Pair]]]:
    """-> what is left of each tag for training, validation, test."""
    rest = {tag: list(pairs) for tag, pairs in tags.items()}
    parts: dict[str, list[tuple[str, Pair]]] = {"validation": [], "test": []}
    for stretch in stretches:
        pairs = rest[stretch.tag]
        first = 0 if stretch.last is None else len(pairs) - stretch.last
        rest[stretch.tag] = pairs[: max(0, first - MARGIN)]
        middle = (first + len(pairs)) // 2
        halves = {"validation": pairs[first : middle - MARGIN], "test": pairs[middle:]}
        for part, count in (("validation", stretch.validation), ("test", stretch.test)):
            fit = [p for p in halves[part] if WORDS[0] <= p.words <= WORDS[1] and is_sound(p)]
            fit = list({key(pair.english): pair for pair in fit}.values())
            chosen = np.sort(generator.permutation(len(fit))[:count])
            parts[part] += [(stretch.tag, fit[number]) for number in chosen]
    return rest, parts["validation"], parts["test"]


def prepare_natural(
    folder: Path, kept_out: frozenset[str], generator: np.random.Generator
) -> Natural:
    """`kept_out` holds keys of English sentences that may not be trained on either."""
    tags = read_tags(folder)
    rest, validation, test = hold_out(tags, HELD_OUT, generator)
    public = [(tag, pair) for tag in PUBLIC_TESTS for pair in tags[tag]]
    kept_out |= {key(pair.english) for _, pair in (*validation, *test, *public)}
    candidates = [(tag, pair) for tag in SHARES for pair in rest.get(tag, []) if is_sound(pair)]
    allowed = [(tag, pair) for tag, pair in candidates if key(pair.english) not in kept_out]
    train = without_copies(allowed)
    used = Counter(tag for tag, _ in train)
    counts = {tag: {"read": len(pairs), "train": used[tag]} for tag, pairs in tags.items()}
    return Natural(train, validation, test, public, counts)
