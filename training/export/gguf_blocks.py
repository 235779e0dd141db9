"""How GGUF keeps numbers: blocks of 32 along a row, each with its own scale.

The engine unpacks in the same way, in `src/engine`; both must agree to the last bit.
"""

import numpy as np

BLOCK = 32  # Numbers in a block.
BLOCK_BYTES = {"Q4_1": 20, "Q8_0": 34}


def unpack(data: np.ndarray, type: str) -> np.ndarray:
    """Rows of blocks, uint8 [rows, bytes], -> float32 [rows, columns].

    Q4_1: scale d and smallest value m as float16, then 16 bytes, of which byte i holds the numbers
    i (low four bits) and i + 16 (high four bits); a number is d * q + m.
    Q8_0: scale d as float16, then 32 int8; a number is d * q.
    """
    rows = data.shape[0]
    blocks = data.reshape(-1, BLOCK_BYTES[type])
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    if type == "Q8_0":
        return (scale * blocks[:, 2:].view(np.int8).astype(np.float32)).reshape(rows, -1)
    smallest = blocks[:, 2:4].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 4:]
    numbers = np.concatenate((packed & 0x0F, packed >> 4), axis=1).astype(np.float32)
    return (scale * numbers + smallest).reshape(rows, -1)
