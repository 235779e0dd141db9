"""These are pairs of arguments, and which of the two people found more convincing.

UKPConvArg1Strict (Habernal and Gurevych 2016, "Which argument is more convincing?"): 16 debates of
the web, each with two sides; a pair is of one side, so that nobody's opinion decides. CC BY 4.0.
What is measured is measured on debates of which nothing was learned, neither side.
"""

import hashlib
import html
import lzma
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILE = "ukp-convarg1/UKPConvArg1Strict.tsv.xz"
LINE_BREAK = re.compile(r"\s*<br\s*/?>\s*")


@dataclass(frozen=True)
class Argument:
    debate: str
    side: str
    text: str

    @property
    def request(self) -> str:
        """What someone would ask to be given this argument."""
        return f'Give an argument. The debate: "{self.debate}". My side: "{self.side}".'


@dataclass(frozen=True)
class Preferences:
    """P pairs of N distinct arguments."""

    arguments: tuple[Argument, ...]  # N
    preferred: np.ndarray  # int64 [P], numbers of arguments.
    rejected: np.ndarray  # int64 [P]

    def __len__(self) -> int:
        return len(self.preferred)

    @property
    def debates(self) -> list[str]:
        return sorted({argument.debate for argument in self.arguments})

    def within(self, debates: Sequence[str]) -> "Preferences":
        """The pairs of these debates; arguments keep their numbers."""
        of_pairs = np.array([self.arguments[number].debate for number in self.preferred])
        return self.take(np.flatnonzero(np.isin(of_pairs, debates)))

    def without(self, debates: Sequence[str]) -> "Preferences":
        return self.within([debate for debate in self.debates if debate not in debates])

    def take(self, pairs: np.ndarray) -> "Preferences":
        return Preferences(self.arguments, self.preferred[pairs], self.rejected[pairs])

    def draw(self, count: int, seed: int) -> "Preferences":
        """A sample without repetition; what a larger `count` adds comes after."""
        return self.take(np.random.default_rng(seed).permutation(len(self))[:count])


def read_preferences(data: Path) -> Preferences:
    numbers: dict[Argument, int] = {}
    pairs = []
    for line in lzma.decompress((data / FILE).read_bytes()).decode().splitlines()[1:]:
        topic, _, label, *texts = line.split("\t")
        debate, side = map(in_words, topic.split("_"))
        first, second = (
            numbers.setdefault(Argument(debate, side, clean(text)), len(numbers)) for text in texts
        )
        pairs.append((first, second) if label == "a1" else (second, first))
    preferred, rejected = np.array(pairs).T
    return Preferences(tuple(numbers), preferred, rejected)


def in_words(name: str) -> str:
    return " ".join(name.replace("-", " ").split())


def clean(text: str) -> str:
    return html.unescape(LINE_BREAK.sub("\n", text)).strip()


def describe(preferences: Preferences, data: Path) -> dict:
    sides = {(argument.debate, argument.side) for argument in preferences.arguments}
    return {
        "name": "UKPConvArg1Strict",
        "license": "CC BY 4.0",
        "sha256": hashlib.sha256((data / FILE).read_bytes()).hexdigest(),
        "pairs": len(preferences),
        "arguments": len(preferences.arguments),
        "debates": len(preferences.debates),
        "sides": len(sides),
    }
