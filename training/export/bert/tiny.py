"""This BERT of a few kB has random parameters, for tests that need a graph but no knowledge."""

import string

import numpy as np
import torch
from torch import nn

from training.modeling.bert import Bert, BertConfig, MaskedBert

SEED = 2018
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
# Every letter and digit is an entry, alone and continuing, so that no English word is unknown.
CHARACTERS = [*string.punctuation, *string.digits, *string.ascii_lowercase]
CONTINUATIONS = [
    *(f"##{character}" for character in string.digits + string.ascii_lowercase),
    *("##ing ##ed ##er ##ly ##es ##en ##est ##ness ##tion ##al ##ful ##able ##ment".split()),
]
WORDS = """
the of and to in is was he for it with as his on be at by had not are but from or have an they
which one you were all her she there would their we him been has when who will no more if out so
up said what its about than into them can only other time new some could these two may first then
do any like my now over such our man me even most made after also did many off before must well
back through years much where your way down should because long each just state people those too
mr how little good world make very year still see work life get here between both under animal
street tired cross cat dog sat mat ran house water day night hand eye old young read book tree
bird red blue
""".split()
CONFIG = BertConfig(
    layers=2,
    heads=4,
    hidden_size=32,
    intermediate_size=64,
    vocab_size=len(SPECIAL) + len(CHARACTERS) + len(CONTINUATIONS) + len(WORDS),
    context_length=32,
)


def make_tiny_bert() -> Bert:
    model = Bert(CONFIG).eval()
    draw(model, SEED)
    return model


def make_tiny_masked_bert() -> MaskedBert:
    """The same body under a head."""
    model = MaskedBert(CONFIG).eval()
    draw(model.bert, SEED)
    draw(model.head, SEED + 1)
    return model


def draw(model: nn.Module, seed: int) -> None:
    """Drawn so wide that attention is far from uniform: a wrong axis is seen."""
    generator = np.random.default_rng(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                mean, deviation = 1.0, 0.1
            elif parameter.ndim == 1:
                mean, deviation = 0.0, 0.1
            else:
                mean, deviation = 0.0, 2 / parameter.shape[-1] ** 0.5
            values = generator.normal(mean, deviation, parameter.shape).astype(np.float32)
            parameter.copy_(torch.from_numpy(values))


def make_tiny_tokenizer() -> dict:
    """A `tokenizer.json` with the pipeline of BERT's and a small vocabulary."""
    entries = [*SPECIAL, *CHARACTERS, *CONTINUATIONS, *WORDS]
    vocabulary = {entry: index for index, entry in enumerate(entries)}
    assert len(vocabulary) == len(entries), "an entry stands twice"

    def special(entry: str, segment: int) -> dict:
        return {"SpecialToken": {"id": entry, "type_id": segment}}

    def text(name: str, segment: int) -> dict:
        return {"Sequence": {"id": name, "type_id": segment}}

    single = [special("[CLS]", 0), text("A", 0), special("[SEP]", 0)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": vocabulary[entry],
                "content": entry,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for entry in SPECIAL
        ],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": [*single, text("B", 1), special("[SEP]", 1)],
            "special_tokens": {
                entry: {"id": entry, "ids": [vocabulary[entry]], "tokens": [entry]}
                for entry in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocabulary,
        },
    }
