"""This GPT-2 of a few kB has random parameters, for tests that need a graph but no knowledge."""

import numpy as np
import torch

from training.modeling.gpt2 import Gpt2, Gpt2Config

SEED = 2019
CONFIG = Gpt2Config(layers=2, heads=4, hidden_size=32, vocab_size=384, context_length=48)


def make_tiny_gpt2() -> Gpt2:
    """Drawn so wide that attention is far from uniform: a wrong axis is seen."""
    generator = np.random.default_rng(SEED)
    model = Gpt2(CONFIG).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim == 1:
                mean, deviation = (1.0 if ".ln_" in f".{name}" and "weight" in name else 0.0), 0.1
            elif name.startswith(("wte", "wpe")):
                mean, deviation = 0.0, 0.3
            else:
                mean, deviation = 0.0, 2 / parameter.shape[0] ** 0.5
            values = generator.normal(mean, deviation, parameter.shape).astype(np.float32)
            parameter.copy_(torch.from_numpy(values))
    return model
