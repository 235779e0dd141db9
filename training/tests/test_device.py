"""bfloat16 is used where it is quick, and no figure depends on it."""

import pytest
import torch

from training.device import training_autocast, trains_in_bfloat16
from training.modeling.awd_lstm import WeightDropLstm


def test_the_suite_runs_as_on_a_processor_without_avx512():
    assert not torch.backends.cpu.get_cpu_capability().startswith("AVX512")


@pytest.mark.parametrize(
    ("capability", "expected"),
    [("AVX512", True), ("AVX512_VNNI", True), ("AVX2", False), ("DEFAULT", False)],
)
def test_a_cpu_trains_in_bfloat16_where_it_has_avx512(monkeypatch, capability: str, expected: bool):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert trains_in_bfloat16("cpu") == expected
    for asked in (True, False):
        with training_autocast("cpu", asked):
            assert torch.is_autocast_enabled("cpu") == (asked and expected)


@torch.inference_mode()
def test_the_lstm_computes_in_float32_whatever_is_around_it():
    lstm = WeightDropLstm(4, 4, 0.0).eval()
    state = (torch.zeros(2, 4), torch.zeros(2, 4))
    x = torch.randn(2, 3, 4)
    plain, *_ = lstm(x, state)
    with torch.autocast("cpu", torch.bfloat16):
        around, *_ = lstm(x, state)
    assert around.dtype == torch.float32
    assert torch.equal(plain, around)
