"""Weights go to int8 and back with an error of at most half a scale."""

import numpy as np
import torch

from training.export.bert.tiny import make_tiny_bert
from training.quantization import dequantized, quantize

WEIGHT = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32) * np.logspace(
    -3, 3, 8
).astype(np.float32)


def test_an_error_is_at_most_half_a_scale():
    quantized = quantize(WEIGHT, axis=1)
    assert quantized.values.dtype == np.int8
    assert np.all(np.abs(quantized.dequantize() - WEIGHT) <= quantized.scales / 2 * (1 + 1e-5))


def test_each_channel_has_its_own_scale_and_uses_the_whole_range():
    quantized = quantize(WEIGHT, axis=1)
    assert quantized.scales.shape == (8,)
    assert np.all(np.abs(quantized.values).max(axis=0) == 127)


def test_a_channel_of_zeros_stays_zero():
    quantized = quantize(np.zeros((2, 3), np.float32), axis=0)
    assert np.all(quantized.scales == 1)
    assert not quantized.dequantize().any()


def test_quantizing_again_changes_nothing():
    once = quantize(WEIGHT, axis=0).dequantize()
    np.testing.assert_allclose(quantize(once, axis=0).dequantize(), once, rtol=1e-6)


def test_matrices_are_rounded_and_vectors_are_kept():
    original = make_tiny_bert()
    shipped = dequantized(original).state_dict()
    for name, parameter in original.state_dict().items():
        assert torch.equal(shipped[name], parameter) == (parameter.ndim == 1), name
