"""This ULMFiT of a few kB has random parameters, for tests that need graphs but no knowledge."""

import numpy as np
import torch
from tokenizers import Tokenizer, normalizers
from torch import nn

from training.export.decoder.tiny import make_tiny_tokenizer
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig
from training.modeling.ulmfit import ReviewClassifier

SEED = 2018
CONFIG = AwdLstmConfig(
    layers=2,
    embedding_size=16,
    hidden_size=24,
    vocab_size=384,
    context_length=48,
    embedding_dropout=0.0,
    input_dropout=0.0,
    weight_dropout=0.0,
    hidden_dropout=0.0,
    output_dropout=0.0,
)


def make_tiny_ulmfit() -> tuple[AwdLstm, ReviewClassifier]:
    generator = np.random.default_rng(SEED)
    models = AwdLstm(CONFIG).eval(), ReviewClassifier(CONFIG).eval()
    for model in models:
        draw(model, generator)
    return models


def draw(model: nn.Module, generator: np.random.Generator) -> None:
    """So wide that gates open and close: a wrong axis is seen."""
    with torch.no_grad():
        for parameter in model.parameters():
            values = generator.normal(0, 0.4, parameter.shape).astype(np.float32)
            parameter.copy_(torch.from_numpy(values))


def make_lower_case_tokenizer() -> Tokenizer:
    tokenizer = make_tiny_tokenizer(CONFIG.vocab_size)
    tokenizer.normalizer = normalizers.Lowercase()
    return tokenizer
