"""Beam search is tried on tables of numbers."""

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from training.decoding import Hypothesis, longest_translation, translate_by_beam

END, A, B = 0, 1, 2
BEGIN = 3


@dataclass(frozen=True)
class Config:
    context_length: int = 100


class Table:
    """What follows depends on what was written: a probability for each of end, A and B."""

    def __init__(self, table: dict[str, tuple[float, float, float]], context_length: int = 100):
        self.table = table
        self.config = Config(context_length)

    def begin(self, source: Tensor) -> list[str]:
        return [""]

    def step(self, tokens: Tensor, state: list[str]) -> tuple[Tensor, list[str]]:
        names = {BEGIN: "", A: "A", B: "B"}
        written = [so_far + names[int(t)] for so_far, t in zip(state, tokens, strict=True)]
        return torch.tensor([self.table.get(w, self.table["*"]) for w in written]).log(), written

    def reorder(self, state: list[str], rows: Tensor) -> list[str]:
        return [state[row] for row in rows]


GARDEN_PATH = {
    "": (0.01, 0.5, 0.49),
    "A": (0.34, 0.33, 0.33),
    "B": (0.9, 0.05, 0.05),
    "*": (0.34, 0.33, 0.33),
}


def ids(hypotheses: list[Hypothesis]) -> list[tuple[int, ...]]:
    return [one.ids for one in hypotheses]


def test_a_beam_of_one_is_greedy():
    assert ids(translate_by_beam(Table(GARDEN_PATH), [7], BEGIN, END, beams=1)) == [(A, END)]


def test_a_wider_beam_finds_what_greedy_walks_past():
    best, second = translate_by_beam(Table(GARDEN_PATH), [7], BEGIN, END, beams=2)
    assert best.ids == (B, END)
    assert best.log_probability == pytest.approx(torch.tensor(0.49 * 0.9).log().item())
    assert second.log_probability < best.log_probability


@pytest.mark.parametrize(("penalty", "expected"), [(0.0, (END,)), (1.0, (A, A, END))])
def test_the_length_penalty_decides_between_short_and_long(penalty: float, expected):
    table = {
        "": (0.4, 0.6, 1e-9),
        "A": (1e-9, 0.7, 0.3),
        "AA": (0.9, 0.05, 0.05),
        "*": (0.9, 0.05, 0.05),
    }
    best = translate_by_beam(Table(table), [7], BEGIN, END, beams=3, length_penalty=penalty)[0]
    assert best.ids == expected


def test_of_equals_the_lower_token_comes_first():
    table = {"": (0.2, 0.4, 0.4), "*": (1.0, 1e-9, 1e-9)}
    found = translate_by_beam(Table(table), [7], BEGIN, END, beams=2)
    assert ids(found) == [(A, END), (B, END)]


def test_what_never_ends_is_cut_at_the_limit():
    table = {"*": (1e-9, 0.9, 0.1)}
    best = translate_by_beam(Table(table), [7, 7], BEGIN, END, beams=2)[0]
    assert (len(best.ids), best.ended) == (2 * 2 + 10, False)
    assert longest_translation(Table(table, context_length=6), 2) == 6


def test_what_ended_comes_before_what_is_open_at_the_limit():
    table = {"": (0.1, 0.6, 0.3), "*": (1e-12, 0.9, 0.1)}
    found = translate_by_beam(Table(table), [7], BEGIN, END, beams=3)
    assert [one.ended for one in found] == [True, False, False]
    assert found[1].score(1) > found[0].score(1)


def test_the_search_goes_on_while_an_open_one_could_still_win():
    """Two have ended after two steps; a longer and surer one overtakes them."""
    table = {
        "": (0.3, 0.5, 0.2),
        "A": (0.39, 0.6, 0.01),
        "AAAA": (0.99, 0.005, 0.005),
        "*": (1e-9, 0.99, 0.01),
    }
    best = translate_by_beam(Table(table), [7], BEGIN, END, beams=2)[0]
    assert best.ids == (A, A, A, A, END)
