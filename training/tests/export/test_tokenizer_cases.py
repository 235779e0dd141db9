"""The cases on which tokenizers go wrong say what the Rust library makes of them."""

import json

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from training.export.bert.tiny import make_tiny_tokenizer
from training.export.tokenizer_cases import tokenizer_case, utf16_offsets

ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
TOKENIZER = Tokenizer.from_str(json.dumps(make_tiny_tokenizer()))


def test_offsets_count_utf16_units():
    assert utf16_offsets("a😀é") == [0, 1, 3, 4]
    assert utf16_offsets("") == [0]


def test_a_token_after_an_emoji_stands_where_an_editor_says():
    tokens = tokenizer_case(TOKENIZER, "", "😀 day")["tokens"]
    assert (tokens[2]["text"], tokens[2]["start"], tokens[2]["end"]) == ("day", 3, 6)


def test_words_are_counted_through_both_texts():
    tokens = tokenizer_case(TOKENIZER, "", ("the dogs", "old cats"))["tokens"]
    assert [(token["text"], token["word"], token["segment"]) for token in tokens] == [
        ("[CLS]", -1, 0),
        ("the", 0, 0),
        ("dog", 1, 0),
        ("##s", 1, 0),
        ("[SEP]", -1, 0),
        ("old", 2, 1),
        ("cat", 3, 1),
        ("##s", 3, 1),
        ("[SEP]", -1, 1),
    ]


def test_special_tokens_that_are_spelled_in_a_text_are_text():
    tokens = tokenizer_case(TOKENIZER, "", "[SEP] [MASK]")["tokens"]
    assert [token["text"] for token in tokens if token["word"] >= 0][-1] == "[MASK]"
    assert [token["text"] for token in tokens].count("[SEP]") == 1  # That of the frame.
    assert TOKENIZER.encode("[SEP]").tokens.count("[SEP]") == 2


def test_every_byte_of_a_character_covers_its_marks():
    tokenizer = Tokenizer(models.BPE({letter: id for id, letter in enumerate(ALPHABET)}, []))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    case = tokenizer_case(tokenizer, "", "a\u0302\u0301b")  # One character of three bytes, and one.
    places = [(token["start"], token["end"]) for token in case["knownDivergence"]["tokens"]]
    assert places == [(0, 3)] * 3 + [(3, 4)]
