"""A trained translator is measured on natural sentences, by source and by the words it makes up."""

import pytest
import torch

from training.data.translation import key, read_pairs
from training.evaluation.everyday_sentences import EVERYDAY_SENTENCES, LATER
from training.evaluation.natural import (
    TaggedItem,
    by_tag,
    first_of_each,
    forms_of,
    non_words,
    translator,
)
from training.evaluation.translator import Item
from training.export.translator.tiny import make_tiny_tokenizer, make_tiny_transformer
from training.paths import DATA_SETS

KNOWN = {"voici", "le", "chien", "est", "là", "aujourd", "hui", "exceptionnellement"}


def test_words_are_cut_at_apostrophes_and_hyphens():
    assert forms_of("L'été, aujourd'hui, est-il là ?") == "l été aujourd hui est il là".split()


def test_a_word_of_no_french_text_is_found_but_not_a_name_that_was_copied():
    found = non_words(
        ["Behold Kowalski's dog.", "Exceptionally so."],
        ["Voici le chien Kowalski.", "Exceptionllement là zk."],
        KNOWN,
    )
    assert found == {"words": 7, "perThousand": 142.86, "examples": ["exceptionllement"]}


def test_nothing_that_is_known_is_a_non_word():
    assert non_words(["x"], ["Exceptionnellement, le chien est là."], KNOWN)["perThousand"] == 0


def test_scores_are_by_source():
    items = [
        TaggedItem(tag, Item("x", french, 1))
        for tag, french in (("a", "Le chien est là ."), ("b", "Voici le chien ."))
    ]
    scores = by_tag(items, ["Le chien est là .", "Rien de cela ."])
    assert scores["a"]["bleu"] == pytest.approx(100)
    assert scores["b"]["bleu"] < 50
    assert first_of_each([*items, *items], 1) == items


@pytest.mark.parametrize("beams", [1, 3])
def test_a_model_translates_texts_without_its_end_mark(beams: int):
    class Task:
        tokenizer = make_tiny_tokenizer()

    torch.manual_seed(0)
    translate = translator(make_tiny_transformer().eval(), Task(), beams)
    translations = translate(["chair", "Where did you buy that book?"])
    assert len(translations) == 2
    assert all(isinstance(text, str) and "</s>" not in text for text in translations)


def test_everyday_sentences_are_sixty_and_differ():
    assert len({key(text) for text in EVERYDAY_SENTENCES}) == 60
    assert all(5 <= len(text.split()) <= 25 for text in LATER)


@pytest.mark.skipif(not DATA_SETS.exists(), reason="needs the data sets")
def test_no_later_sentence_is_in_tatoeba():
    pairs = read_pairs(DATA_SETS / "tatoeba-en-fr/fra.txt.xz")
    assert not {key(text) for text in LATER} & {key(pair.english) for pair in pairs}
