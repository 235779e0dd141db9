"""Blocks of a GGUF are unpacked as their format says."""

import struct

import numpy as np
import pytest

from training.pretrained.gguf_blocks import unpack


def rows(*blocks: bytes) -> np.ndarray:
    """One row of these blocks."""
    return np.frombuffer(b"".join(blocks), np.uint8)[None]


def q4_1(scale: float, smallest: float, numbers: list[int]) -> bytes:
    """The first 16 numbers are the low halves of the bytes, the others the high ones."""
    pairs = zip(numbers[:16], numbers[16:], strict=True)
    return struct.pack("<ee", scale, smallest) + bytes(low | high << 4 for low, high in pairs)


def q8_0(scale: float, numbers: list[int]) -> bytes:
    return struct.pack("<e32b", scale, *numbers)


def test_q4_1_is_scale_times_number_plus_the_smallest():
    numbers = [*range(16), *range(15, -1, -1)]
    block = q4_1(0.5, -3, numbers)
    assert len(block) == 20
    expected = np.array([[0.5 * number - 3 for number in numbers]], np.float32)
    np.testing.assert_array_equal(unpack(rows(block), "Q4_1"), expected)


def test_q8_0_is_scale_times_a_signed_number():
    numbers = [-128, -1, 0, 1, 127, *range(-13, 14)]
    block = q8_0(0.25, numbers)
    assert len(block) == 34
    expected = np.array([[0.25 * number for number in numbers]], np.float32)
    np.testing.assert_array_equal(unpack(rows(block), "Q8_0"), expected)


def test_every_block_has_its_own_scale_and_blocks_lie_along_a_row():
    first, second = q4_1(1, 0, [1] * 32), q4_1(2, 10, [3] * 32)
    expected = np.array([[1] * 32 + [16] * 32, [16] * 32 + [1] * 32], np.float32)
    data = np.concatenate((rows(first, second), rows(second, first)))
    np.testing.assert_array_equal(unpack(data, "Q4_1"), expected)


def test_scales_below_the_normal_numbers_of_float16_are_read():
    np.testing.assert_array_equal(unpack(rows(q8_0(2**-24, [1] * 32)), "Q8_0"), 2.0**-24)


@pytest.mark.parametrize("type", ["Q4_1", "Q8_0"])
def test_the_gguf_package_reads_the_same(type: str):
    gguf = pytest.importorskip("gguf")
    kind = gguf.GGMLQuantizationType[type]
    values = np.random.default_rng(0).normal(0, 1, (5, 96)).astype(np.float32)
    data = gguf.quants.quantize(values, kind)
    np.testing.assert_array_equal(unpack(data, type), gguf.quants.dequantize(data, kind))
