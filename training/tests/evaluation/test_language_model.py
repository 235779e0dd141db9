"""The figures of a shipped language model are those of the engine's scores."""

from math import log

from training.evaluation.language_model import beginning, summary


def test_an_article_is_cut_after_a_paragraph():
    assert beginning("one\ntwo\nthree", 9) == "one\ntwo"
    assert beginning("one\ntwo", 9) == "one\ntwo"
    assert beginning("a paragraph that is too long", 11) == "a paragraph"


def test_figures_are_of_all_texts_together():
    scores = [
        {"logProbability": -2 * log(4), "logProbabilities": [None, -log(4), -log(4)]},
        {"logProbability": -log(16), "logProbabilities": [None, -log(16)]},
    ]
    assert summary(scores, ["abcd", "é"]) == {
        "articles": 2,
        "bytes": 6,
        "tokens": 3,
        "perplexityOfAToken": 6.35,  # 256 ** (1 / 3)
        "bitsPerByte": 1.333,  # 8 / 6
    }
