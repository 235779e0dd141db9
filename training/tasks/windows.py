"""Long arrays of tokens are read in windows, in an order that a stopped run can take up again."""

from collections.abc import Sequence

import numpy as np


class WindowReader:
    """Parts of an array, each once in an order by chance, then all of them anew."""

    def __init__(self, ids: np.ndarray, window: int, seed: tuple[int, ...]):
        self.ids = ids
        self.window = window
        self.seed = seed
        # One less, because every reading is shifted, and a window may be read with the token after.
        self.in_reading = (len(ids) - 1) // window - 1
        assert self.in_reading > 0, f"{len(ids)} tokens are too few for windows of {window}"
        self.reading = -1

    def start(self, number: int) -> int:
        """Where the window of this number begins in the array."""
        reading, place = divmod(number, self.in_reading)
        if reading != self.reading:
            generator = np.random.default_rng((*self.seed, reading))
            self.order = generator.permutation(self.in_reading)
            self.shift = int(generator.integers(self.window))
            self.reading = reading
        return int(self.order[place]) * self.window + self.shift

    def read(self, start: int) -> np.ndarray:
        return self.ids[start : start + self.window]


def shared_out(total: int, shares: Sequence[float]) -> list[int]:
    """`total` parted by `shares`, in whole numbers."""
    ends = np.round(np.cumsum(shares) / sum(shares) * total).astype(int)
    return np.diff(ends, prepend=0).tolist()


def spread_windows(ids: np.ndarray, window: int, tokens: int) -> np.ndarray:
    """Windows from all over `ids`, of `tokens` in all or as many as there are. [N, window]"""
    count = min(tokens, len(ids)) // window
    starts = np.linspace(0, len(ids) - window, count).astype(int)
    return np.stack([ids[start : start + window] for start in starts]).astype(np.int64)
