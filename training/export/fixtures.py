"""These functions write numbers of PyTorch into `fixtures.json`, and hold a graph against them.

Read by `test/parity/fixtures.ts`; change both.
"""

import base64

import numpy as np
import torch
from torch import Tensor

SEED = 2018
# An engine's float32 sums run in another order than PyTorch's.
TOLERANCE = 1e-4
# Outputs of a decoder that may be in the thousands, where float32 has no more digits. What logits
# are worth are their probabilities, and those are held to the tolerance as they are.
LARGE = ("hidden_states", "present", "new_key_values", "lens_logits", "logits")
# Above this many tokens, some rows of attention stand for all.
FULL_BELOW = 64
SAMPLED_QUERIES = 2  # Of each head of each layer.


def attention_rows(attentions: Tensor, generator: np.random.Generator) -> dict:
    """Of [L, 1, H, S, S], rows [rows, S] and their numbers in [L, H, S] flattened.

    All rows of a short text.
    """
    attention = attentions.squeeze(1).numpy()  # [L, H, S, S]
    layers, heads, tokens, _ = attention.shape
    rows = np.arange(layers * heads * tokens)
    if tokens > FULL_BELOW:
        queries = generator.integers(tokens, size=(layers * heads, SAMPLED_QUERIES))
        rows = (np.arange(layers * heads)[:, None] * tokens + np.sort(queries)).reshape(-1)
    return {
        "shape": attention.shape,
        "rows": "all" if len(rows) == layers * heads * tokens else rows.tolist(),
        "weights": encode(attention.reshape(-1, tokens)[rows]),
    }


def hidden_state_samples(states: Tensor) -> dict:
    """Of [L + 1, 1, S, D], [L + 1, positions, D] at the first, the middle and the last token."""
    hidden_states = states.squeeze(1).numpy()  # [L + 1, S, D]
    tokens = hidden_states.shape[1]
    positions = sorted({0, tokens // 2, tokens - 1})
    return {
        "shape": hidden_states.shape,
        "positions": positions,
        "values": encode(hidden_states[:, positions]),
    }


def encode(values: np.ndarray) -> str:
    """Little-endian float32, row-major, base64."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode("ascii")


def check(name: str, actual: np.ndarray, expected: torch.Tensor) -> None:
    """What is larger than 1 may be off by as much for its size."""
    assert actual.shape == tuple(expected.shape), f"{name}: {actual.shape}, not {expected.shape}"
    largest = 1.0
    if name.startswith(LARGE):
        largest = max(1.0, float(expected.abs().max()))
    difference = np.abs(actual - expected.numpy()).max() / largest
    assert difference <= TOLERANCE, f"the graph's {name} is {difference:.1e} from PyTorch's"
