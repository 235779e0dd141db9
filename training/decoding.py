"""Greedy decoding, for measuring quality during training."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

BATCH = 64


class Translator(Protocol):
    def begin(self, source: Tensor) -> Any:
        """Reads source [B, S], before the first step."""

    def step(self, tokens: Tensor, state: Any) -> tuple[Tensor, Any]:
        """The last tokens [B] -> logits [B, V] of the next ones."""


def translate_greedily(
    model: Translator, sources: Sequence[list[int]], begin: int, end: int
) -> list[list[int]]:
    """The most probable token each time, until `end` or twice the source's length and 10 more."""
    by_length = defaultdict(list)
    for number, source in enumerate(sources):
        by_length[len(source)].append(number)
    results: list[list[int]] = [[] for _ in sources]
    for length, numbers in by_length.items():
        for first in range(0, len(numbers), BATCH):
            batch = numbers[first : first + BATCH]
            source = torch.tensor([sources[number] for number in batch])
            chosen = translate_batch(model, source, 2 * length + 10, begin, end)
            for number, ids in zip(batch, chosen.tolist(), strict=True):
                results[number] = ids[: ids.index(end)] if end in ids else ids
    return results


@torch.inference_mode()
def translate_batch(model: Translator, source: Tensor, limit: int, begin: int, end: int) -> Tensor:
    """source [B, S] -> [B, T], each row with `end` in it if it ended."""
    state = model.begin(source)
    tokens = torch.full((len(source),), begin)
    ended = torch.zeros(len(source), dtype=torch.bool)
    columns = []
    for _ in range(limit):
        logits, state = model.step(tokens, state)
        tokens = logits.argmax(dim=-1)
        columns.append(tokens)
        ended |= tokens == end
        if ended.all():
            break
    return torch.stack(columns, dim=1)
