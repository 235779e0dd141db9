"""BPE-dropout cuts words in other ways than BPE does, so that a model learns how they are spelled.

Provilkov et al., arXiv:1910.13267: each merge is left out by chance, anew for each word that is
read. A model that trains on such texts knows rare words by their parts; it is used without dropout.
"""

import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from tokenizers import Tokenizer

# Ways in which one kind of word is cut; each time it is read, one of them is drawn.
WAYS = 8


class SubwordDropout:
    """Of a byte-level BPE; `rate` is the part of the merges that is left out."""

    def __init__(self, tokenizer: Tokenizer, rate: float, generator: np.random.Generator):
        model = json.loads(tokenizer.to_str())["model"]
        self.vocab: dict[str, int] = model["vocab"]
        self.ranks = {tuple(merge): rank for rank, merge in enumerate(model["merges"])}
        self.tokenizer = tokenizer
        self.rate = rate
        self.generator = generator
        self.ways: dict[str, list[list[int]]] = {}

    def encode(self, text: str) -> list[int]:
        normalized = self.tokenizer.normalizer.normalize_str(text)
        words = [word for word, _ in self.tokenizer.pre_tokenizer.pre_tokenize_str(normalized)]
        drawn = self.generator.integers(0, WAYS, len(words)).tolist()
        return [
            id for word, way in zip(words, drawn, strict=True) for id in self.ways_of(word)[way]
        ]

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return [self.encode(text) for text in texts]

    def ways_of(self, word: str) -> list[list[int]]:
        if word not in self.ways:
            self.ways[word] = [self.cut(word) for _ in range(WAYS)]
        return self.ways[word]

    def cut(self, word: str) -> list[int]:
        """Merges the pair of the lowest rank of those that are not left out, until none is."""
        pieces = list(word)
        while len(pieces) > 1:
            kept = self.generator.random(len(pieces) - 1) >= self.rate
            found = [
                (self.ranks[pair], place)
                for place, pair in enumerate(pairwise(pieces))
                if kept[place] and pair in self.ranks
            ]
            if not found:
                break
            _, place = min(found)
            pieces[place : place + 2] = [pieces[place] + pieces[place + 1]]
        return [self.vocab[piece] for piece in pieces]
