"""These are greedy decoding and beam search, to measure quality and as the truth for the engine."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

BATCH = 64


class TranslatorConfig(Protocol):
    context_length: int


class Translator(Protocol):
    config: TranslatorConfig

    def begin(self, source: Tensor) -> Any:
        """Reads source [B, S], before the first step."""

    def step(self, tokens: Tensor, state: Any) -> tuple[Tensor, Any]:
        """The last tokens [B] -> logits [B, V] of the next ones."""

    def reorder(self, state: Any, rows: Tensor) -> Any:
        """The state of `rows` [B'] of the batch, in that order, each as often as it is named."""


@dataclass(frozen=True)
class Hypothesis:
    ids: tuple[int, ...]  # With the end, if it was produced.
    log_probabilities: tuple[float, ...]  # Natural, one for each id.
    ended: bool

    @property
    def log_probability(self) -> float:
        return sum(self.log_probabilities)

    def score(self, length_penalty: float) -> float:
        """Log-probability / length ** penalty; the end counts as one of the length."""
        return self.log_probability / len(self.ids) ** length_penalty


def longest_translation(model: Translator, source_length: int) -> int:
    """In tokens with the end, of a source with its end."""
    return min(2 * source_length + 10, model.config.context_length)


@torch.inference_mode()
def translate_by_beam(
    model: Translator,
    source: list[int],
    begin: int,
    end: int,
    beams: int = 5,
    length_penalty: float = 1.0,
) -> list[Hypothesis]:
    """The best hypotheses first, at most `beams`.

    Each step extends every open hypothesis by every token and keeps the `beams` extensions of
    greatest log-probability; of equal ones that of the lower token id, then of the better
    hypothesis before. Those that end leave the beam; the best `beams` of them by score are kept.
    The search is over when so many have ended and no open one could reach the score of the worst of
    them, even if all that follows were certain up to the length limit; or at that limit, where the
    open ones take the places that are left.
    """
    limit = longest_translation(model, len(source))
    state = model.begin(torch.tensor([source]))
    open_ones = [Hypothesis((), (), False)]
    ended: list[Hypothesis] = []
    for _ in range(limit):
        last = [hypothesis.ids[-1] if hypothesis.ids else begin for hypothesis in open_ones]
        logits, state = model.step(torch.tensor(last), state)
        extensions = best_extensions(open_ones, logits.double().log_softmax(-1).numpy(), beams)
        rows, open_ones = [], []
        for row, hypothesis, token, log_probability in extensions:
            extended = Hypothesis(
                (*hypothesis.ids, token),
                (*hypothesis.log_probabilities, log_probability),
                token == end,
            )
            if extended.ended:
                ended.append(extended)
            else:
                rows.append(row)
                open_ones.append(extended)
        ended = sorted(ended, key=lambda one: -one.score(length_penalty))[:beams]
        if not open_ones:
            break
        best_possible = open_ones[0].log_probability / limit**length_penalty
        if len(ended) == beams and best_possible <= ended[-1].score(length_penalty):
            break
        state = model.reorder(state, torch.tensor(rows))
    open_ones.sort(key=lambda one: -one.score(length_penalty))
    return [*ended, *open_ones][:beams]


def best_extensions(
    hypotheses: Sequence[Hypothesis], log_probabilities: np.ndarray, count: int
) -> list[tuple[int, Hypothesis, int, float]]:
    """log_probabilities [B, V] -> row, hypothesis, token and its log-probability, best first."""
    totals = log_probabilities + np.array([[one.log_probability] for one in hypotheses])
    rows, tokens = np.indices(totals.shape)
    order = np.lexsort((rows.ravel(), tokens.ravel(), -totals.ravel()))[:count]
    return [
        (int(row), hypotheses[row], int(token), float(log_probabilities[row, token]))
        for row, token in zip(*np.unravel_index(order, totals.shape), strict=True)
    ]


def translate_greedily(
    model: Translator, sources: Sequence[list[int]], begin: int, end: int
) -> list[list[int]]:
    """The most probable token each time, until `end` or the length limit; without the end."""
    by_length = defaultdict(list)
    for number, source in enumerate(sources):
        by_length[len(source)].append(number)
    results: list[list[int]] = [[] for _ in sources]
    for length, numbers in by_length.items():
        for first in range(0, len(numbers), BATCH):
            batch = numbers[first : first + BATCH]
            source = torch.tensor([sources[number] for number in batch])
            chosen = translate_batch(model, source, longest_translation(model, length), begin, end)
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
