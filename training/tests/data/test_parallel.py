"""Natural sentences are cleaned, kept apart by stretches of text, and weighted by their source."""

import lzma
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from training.data import parallel
from training.data.parallel import (
    Stretch,
    hold_out,
    is_sound,
    plain,
    plain_french,
    prepare_natural,
    read_tags,
    without_copies,
)
from training.data.translation import Pair, key


def numbered(tag: str, count: int) -> list[Pair]:
    """Sentences of 12 words, each of its own letters, so that no two are alike."""
    pairs = []
    for number in range(count):
        name = "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}") + tag
        pairs.append(
            Pair(
                f"The man of {name} said that he was not in the house.",
                f"L'homme de {name} a dit qu'il n'était pas dans la maison.",
            )
        )
    return pairs


@pytest.mark.parametrize(
    ("english", "french", "sound"),
    [
        ("The dog is in the garden.", "Le chien est dans le jardin.", True),
        ("See config_file for details.", "Voir config_file pour les détails.", False),
        ("Call foo() and then wait.", "Appelez foo() et attendez.", False),
        ("The dog is in the garden.", "The dog is in the garden!", False),
        ("The dog is in the garden with you.", "The cat is in the garden with you.", False),
        ("The dog of the man is in the garden.", "Le chien.", False),
        ("1, 2, 3, 4, 5, 6, 7, 8", "1, 2, 3, 4, 5, 6, 7 ; 8", False),
    ],
)
def test_what_is_not_prose_in_both_languages_is_left_out(english: str, french: str, sound: bool):
    assert is_sound(Pair(english, french)) is sound


def test_dashes_emphasis_and_french_spaces_get_one_spelling():
    assert plain("He _was_ there\u2014in a snake_case world--yes\u2026") == (
        "He was there \u2014 in a snake_case world \u2014 yes..."
    )
    assert plain_french("Il dit: \u00abViens!\u00bb") == "Il dit : \u00ab Viens ! \u00bb"
    assert plain_french("\u00c0 10:30") == "\u00c0 10:30"


def test_boiler_plate_is_kept_twice_and_a_copy_once():
    pairs = [("a", Pair(f"Version {n} is here.", f"La version {n} est là.")) for n in range(9)]
    assert without_copies([*pairs, *pairs]) == pairs[:2]
    assert without_copies([("a", Pair("x", "y")), ("a", Pair("x", "y"))]) == [("a", Pair("x", "y"))]


def test_a_stretch_at_the_end_of_a_tag_is_held_out_with_a_margin(monkeypatch):
    monkeypatch.setattr(parallel, "MARGIN", 5)
    pairs = numbered("t", 200)
    whole = numbered("w", 100)
    stretches = (Stretch("t", 60, 10, 20), Stretch("w", None, 7, 8))
    rest, validation, test = hold_out({"t": pairs, "w": whole}, stretches, np.random.default_rng(0))
    assert rest == {"t": pairs[:135], "w": []}
    assert Counter(tag for tag, _ in validation) == {"t": 10, "w": 7}
    assert Counter(tag for tag, _ in test) == {"t": 20, "w": 8}
    assert all(pairs.index(pair) >= 170 for tag, pair in test if tag == "t")
    assert all(140 <= pairs.index(pair) < 165 for tag, pair in validation if tag == "t")


def write_sets(folder: Path) -> None:
    folder.mkdir(parents=True)
    tags = {tag: numbered(tag, 300) for tag in ("novels", "vue-docs", "wesnoth", "tico19")}
    # A sentence of a public test, in another spelling, that a training source has too.
    tags["novels"].append(Pair(tags["tico19"][0].english.upper(), tags["tico19"][0].french))
    rows = [
        f"{pair.english}\t{pair.french}\t{tag}\n" for tag, pairs in tags.items() for pair in pairs
    ]
    (folder / "all.tsv.xz").write_bytes(lzma.compress("".join(rows).encode()))


def test_nothing_that_is_held_out_or_has_no_share_is_trained_on(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(parallel, "PUBLIC_TESTS", ("tico19",))
    stretches = (Stretch("vue-docs", 200, 10, 20), Stretch("wesnoth", None, 10, 20))
    monkeypatch.setattr(parallel, "HELD_OUT", stretches)
    write_sets(tmp_path / "set")
    other = read_tags(tmp_path / "set")["novels"][7]
    natural = prepare_natural(
        tmp_path / "set", frozenset({key(other.english)}), np.random.default_rng(0)
    )
    assert {tag for tag, _ in natural.train} == {"novels", "vue-docs"}
    trained = {key(pair.english) for _, pair in natural.train}
    held = {key(p.english) for _, p in (*natural.validation, *natural.test, *natural.public)}
    assert not trained & held
    assert key(other.english) not in trained
    assert natural.counts["novels"] == {"read": 301, "train": 299}
    assert natural.counts["vue-docs"] == {"read": 300, "train": 50}
    assert len(natural.public) == 300


def test_no_source_that_is_trained_on_has_a_licence_that_binds_the_parameters():
    copyleft = (
        "wesnoth games supertuxkart mediawiki wordpress scratch gimp-help debian-docs firefox "
        "mozilla-www"
    ).split()
    assert not set(copyleft) & set(parallel.SHARES)
    assert not set(parallel.PUBLIC_TESTS) & set(parallel.SHARES)
