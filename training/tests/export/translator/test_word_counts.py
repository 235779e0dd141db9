"""A word is counted once for each English sentence that it is in."""

from training.export.translator.word_counts import count_words


def test_words_are_counted_once_a_sentence_and_a_sentence_once():
    sentences = [" Don't stop, don't!", " I stop at 10.", " I stop at 10.", " A well-known café"]
    expected = {"stop": 2, "a": 1, "at": 1, "café": 1, "don't": 1, "i": 1, "well-known": 1}
    assert list(count_words(sentences).items()) == list(expected.items())
