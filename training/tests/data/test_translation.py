"""The sentences of Tatoeba are cleaned, split, and put together."""

import numpy as np
import pytest

from training.data import translation
from training.data.translation import (
    Pair,
    clean,
    key,
    learn_tokenizer,
    space_punctuation,
    split,
    texts_of,
)

WORDS = "the a cat dog bird sees likes hears small old red house tree road".split()


def make_pairs(count: int) -> list[Pair]:
    generator = np.random.default_rng(0)
    pairs = []
    for number in range(count):
        words = generator.choice(WORDS, generator.integers(1, 12))
        pairs.append(Pair(" ".join(words) + f" {number}.", " ".join(reversed(words)) + " !"))
    return pairs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l\u2019e\u0301te\u0301", "l'été"),
        ("\u00ab\u202foui\u00a0\u00bb", "« oui »"),
        (" two\u2009 words\t", "two words"),
        ("co\u00adop\u200ber", "cooper"),
    ],
)
def test_a_text_gets_one_spelling(text: str, expected: str):
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Quoi?", "Quoi ?"), ("Quoi ?", "Quoi ?"), ("Quoi?!", "Quoi ?!"), ("a;b", "a;b")],
)
def test_french_punctuation_gets_its_space(text: str, expected: str):
    assert space_punctuation(text) == expected


def test_case_and_punctuation_do_not_make_another_sentence():
    assert key("Well, I'm OK!") == key("well i'm ok")
    assert key("I see.") != key("I saw.")


def test_no_english_sentence_is_in_two_parts(monkeypatch: pytest.MonkeyPatch):
    counts = {"validation": (10, 20, 0, 0, 0, 0), "test": (15, 25, 0, 0, 0, 0)}
    monkeypatch.setattr(translation, "HELD_OUT", counts)
    pairs = make_pairs(500)
    variants = [Pair(pair.english.upper().replace(".", "!"), pair.french) for pair in pairs]
    parts = split(pairs + variants)
    keys = {name: {key(pair.english) for pair in part} for name, part in parts.items()}
    assert {name: len(part) for name, part in keys.items()} == {
        "train": 430,
        "validation": 30,
        "test": 40,
    }
    assert sum(map(len, parts.values())) == 1000
    assert len(set.union(*keys.values())) == 500


def test_sentences_put_together_have_the_tokens_of_each():
    tokenizer = learn_tokenizer(texts_of(make_pairs(200)))
    first, second = "the old cat.", "a dog sees: 12 trees!"
    together = tokenizer.encode(f"{first} {second}").ids
    assert together == tokenizer.encode(first).ids + tokenizer.encode(second).ids
    assert tokenizer.decode(together).strip() == f"{first} {second}"


def test_joined_items_have_the_lengths_they_should(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(translation, "JOINED_ITEMS", 20)
    pairs = make_pairs(300)
    items = translation.joined_items(pairs, np.random.default_rng(1))
    assert len(items) == 4 * 20
    for item in items:
        assert item["words"] == sum(pairs[number].words for number in item["parts"])
        assert 10 <= item["words"] <= 40
        assert len(set(item["parts"])) == len(item["parts"]) in (2, 3, 4)
