"""GGUF keeps numbers in blocks of 32 along a row, each with its own scale.

The engine unpacks in the same way, in `src/engine/onnx/ggufWeights.ts`; both must agree to the last
bit.
"""

import numpy as np

BLOCK = 32  # Numbers in a block.
BLOCK_BYTES = {"Q4_1": 20, "Q8_0": 34}


def row_bytes(type: str, columns: int) -> int:
    return 4 * columns if type == "F32" else columns // BLOCK * BLOCK_BYTES[type]


def blocks_of_q8_0(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """uint8 [rows, bytes] -> scales float32 [rows, columns / 32], integers int8 [rows, columns]"""
    rows = data.shape[0]
    blocks = data.reshape(-1, BLOCK_BYTES["Q8_0"])
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    return scales.reshape(rows, -1), blocks[:, 2:].copy().view(np.int8).reshape(rows, -1)


def unpack(data: np.ndarray, type: str) -> np.ndarray:
    """Rows of blocks, uint8 [rows, bytes], -> float32 [rows, columns].

    F32: the numbers themselves.

    Q4_1: scale d and smallest value m as float16, then 16 bytes, of which byte i holds the numbers
    i (low four bits) and i + 16 (high four bits); a number is d * q + m.
    Q8_0: scale d as float16, then 32 int8; a number is d * q.
    """
    if type == "F32":
        return data.copy().view("<f4")
    if type == "Q8_0":
        scales, integers = blocks_of_q8_0(data)
        return np.repeat(scales, BLOCK, axis=1) * integers.astype(np.float32)
    rows = data.shape[0]
    blocks = data.reshape(-1, BLOCK_BYTES[type])
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    smallest = blocks[:, 2:4].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 4:]
    numbers = np.concatenate((packed & 0x0F, packed >> 4), axis=1).astype(np.float32)
    return (scale * numbers + smallest).reshape(rows, -1)
