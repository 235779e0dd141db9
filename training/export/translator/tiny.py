"""These translators of some kB have random parameters, for tests that need no knowledge."""

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from training.data.translation import END, learn_tokenizer
from training.modeling.lstm import Lstm, LstmConfig
from training.modeling.lstm_attention import LstmAttention, LstmAttentionConfig
from training.modeling.transformer import Transformer, TransformerConfig

SEED = 2014
VOCAB_SIZE = 320  # 256 bytes, 3 special tokens, and some that are longer.
CONTEXT_LENGTH = 64
# So long is the vector of the end, against the others, that some translations do end.
END_FACTOR = 2.0
# Written for the purpose.
SENTENCES = [
    ("The little cat sleeps on the chair.", "Le petit chat dort sur la chaise."),
    ("The old man reads the book to the child.", "Le vieil homme lit le livre à l'enfant."),
    ("We eat bread and cheese in the house.", "Nous mangeons du pain et du fromage à la maison."),
    ("Where is the station?", "Où est la gare ?"),
    ("She is reading a letter from her brother.", "Elle lit une lettre de son frère."),
]


def make_tiny_tokenizer() -> Tokenizer:
    return learn_tokenizer([text for sentence in SENTENCES for text in sentence], VOCAB_SIZE)


def make_tiny_lstm() -> Lstm:
    return draw(
        Lstm(
            LstmConfig(
                layers=2,
                embedding_size=16,
                hidden_size=24,
                vocab_size=VOCAB_SIZE,
                context_length=CONTEXT_LENGTH,
                reverse_source=True,
                dropout=0.1,
            )
        )
    )


def make_tiny_lstm_attention() -> LstmAttention:
    return draw(
        LstmAttention(
            LstmAttentionConfig(
                layers=2,
                embedding_size=16,
                encoder_size=12,
                hidden_size=20,
                attention_size=16,
                vocab_size=VOCAB_SIZE,
                context_length=CONTEXT_LENGTH,
                dropout=0.1,
            )
        )
    )


def make_tiny_transformer() -> Transformer:
    return draw(
        Transformer(
            TransformerConfig(
                layers=2,
                heads=2,
                hidden_size=16,
                intermediate_size=24,
                vocab_size=VOCAB_SIZE,
                context_length=CONTEXT_LENGTH,
                dropout=0.1,
            )
        )
    )


def draw(model: nn.Module) -> nn.Module:
    """Drawn so wide that attention is far from uniform, and what is fed in shows."""
    generator = np.random.default_rng(SEED)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            mean, deviation = 0.0, 2 / parameter.shape[-1] ** 0.5
            if name == "embedding.weight":
                # A Transformer adds to it, and would else say again what it was given.
                deviation /= 8 if isinstance(model, Transformer) else 2
            elif name == "decoder_norm.weight":  # Far from uniform logits.
                mean, deviation = 16.0, 1.0
            elif name == "output.weight":
                deviation *= 2
            elif name.endswith("norm.weight"):
                mean, deviation = 1.0, 0.1
            elif name == "score":
                deviation = 1.0
            elif parameter.ndim == 1:
                deviation = 0.1
            values = generator.normal(mean, deviation, parameter.shape).astype(np.float32)
            parameter.copy_(torch.from_numpy(values))
        model.embedding.weight[END] *= END_FACTOR
    return model.eval()
