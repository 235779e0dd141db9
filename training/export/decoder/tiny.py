"""The tiny decoders, which are for tests, share this tokenizer."""

from tokenizers import Tokenizer

from training.data.byte_level import learn_byte_level
from training.export.texts import NON_ASCII, ONE_TOKEN, SENTENCE, VARIED


def make_tiny_tokenizer(vocab_size: int) -> Tokenizer:
    """All 256 bytes, and some pieces of English words."""
    return learn_byte_level([*VARIED.values(), SENTENCE, ONE_TOKEN, NON_ASCII], vocab_size)
