"""Words are cut by BPE with merges left out by chance."""

import numpy as np

from training.data.subword_dropout import WAYS, SubwordDropout
from training.data.translation import learn_tokenizer

TEXTS = [
    "The old cat sees the small red house.",
    "Où est l'été ? Là-bas !",
    "It cost 12.50 € !",
] * 30


def test_no_dropout_is_plain_bpe():
    tokenizer = learn_tokenizer(TEXTS, 400)
    dropout = SubwordDropout(tokenizer, 0.0, np.random.default_rng(0))
    more = [*TEXTS[:3], "Sadly, cathouses \u2019cost\u2019 le rêve \U0001f600."]
    assert dropout.encode_batch(more) == [tokenizer.encode(text).ids for text in more]


def test_whatever_is_left_out_the_text_stays():
    tokenizer = learn_tokenizer(TEXTS, 400)
    dropout = SubwordDropout(tokenizer, 0.4, np.random.default_rng(0))
    for text in TEXTS[:3]:
        assert tokenizer.decode(dropout.encode(text)).strip() == text


def test_a_word_is_cut_in_several_ways_and_all_merges_can_be_left_out():
    tokenizer = learn_tokenizer(TEXTS, 400)
    (plain,) = [tokenizer.encode("house").ids]
    ways = SubwordDropout(tokenizer, 0.3, np.random.default_rng(0)).ways_of("\u0120house")
    assert len(ways) == WAYS
    assert len(set(map(tuple, ways))) > 1
    assert min(map(len, ways)) >= len(plain)
    letters = SubwordDropout(tokenizer, 1.0, np.random.default_rng(0)).cut("\u0120house")
    assert len(letters) == 6


def test_the_same_seed_gives_the_same_cuts():
    tokenizer = learn_tokenizer(TEXTS, 400)
    cuts = [
        SubwordDropout(tokenizer, 0.3, np.random.default_rng(5)).encode_batch(TEXTS)
        for _ in range(2)
    ]
    assert cuts[0] == cuts[1]
