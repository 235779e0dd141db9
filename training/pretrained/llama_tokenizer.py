"""This module makes the tokenizer that a GGUF file describes.

It is a byte-level BPE in Hugging Face's format.
"""

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split
from tokenizers.processors import ByteLevel as ByteLevelProcessor

from training.pretrained.llama_gguf import LlamaFile

CONTROL = 3  # The type of a token that no text is cut into.


def make_tokenizer(file: LlamaFile) -> Tokenizer:
    """Bytes that are in no entry (SmolLM2 has some: no text that makes sense needs them) vanish."""
    assert file.field("tokenizer.ggml.model") == "gpt2"
    # That name says how llama.cpp cuts a text: as GPT-2 does, but with each digit on its own.
    assert file.field("tokenizer.ggml.pre") == "smollm"
    tokens = file.field("tokenizer.ggml.tokens")
    types = file.field("tokenizer.ggml.token_type")
    tokenizer = Tokenizer(
        BPE(
            vocab={token: id for id, token in enumerate(tokens)},
            merges=[tuple(merge.split(" ")) for merge in file.field("tokenizer.ggml.merges")],
        )
    )
    # Not `Digits`, which means other characters in JavaScript than in Python.
    tokenizer.pre_tokenizer = Sequence(
        [
            Split(Regex(r"\p{N}"), "isolated"),
            ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = ByteLevelDecoder()
    # A token that begins with a space stands on the space too: together they cover the text.
    tokenizer.post_processor = ByteLevelProcessor(trim_offsets=False)
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False)
            for token, type in zip(tokens, types, strict=True)
            if type == CONTROL
        ]
    )
    return tokenizer
