"""The task of a language model is to tell what follows each token of mixed English texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from training.config import TrainingConfig
from training.data.corpus import SOURCES
from training.data.text import FOLDER
from training.device import device_of
from training.modeling.gpt2 import Gpt2
from training.tasks.windows import WindowReader, shared_out, spread_windows

LAST_PHASE = 0.15  # Of the epochs, read by the last shares of training/data/corpus.py.
VALIDATION_TOKENS = 6144  # Of each source, after each epoch.
AIM = ("novels", "wikipedia")  # Those of which `bitsPerByte` tells.


@dataclass(frozen=True)
class Window:
    source: int  # Its number in SOURCES.
    start: int
    length: int


@dataclass(frozen=True)
class Batch:
    ids: Tensor  # [B, T + 1]

    @property
    def tokens(self) -> int:
        return self.ids[:, 1:].numel()


class Phase:
    """Some epochs, in each of which every source is read by its share, on from where it was."""

    def __init__(
        self,
        first_epoch: int,
        arrays: Sequence[np.ndarray],
        shares: Sequence[float],
        window: int,
        config: TrainingConfig,
    ):
        self.first_epoch = first_epoch
        self.in_update = config.batch_tokens // window
        self.counts = shared_out(config.updates * self.in_update, shares)
        self.readers = [
            WindowReader(ids, window, (config.seed, first_epoch, source))
            for source, ids in enumerate(arrays)
        ]

    def windows(self, epoch: int) -> list[Window]:
        done = epoch - self.first_epoch
        return [
            Window(source, reader.start(number), reader.window)
            for source, (reader, count) in enumerate(zip(self.readers, self.counts, strict=True))
            for number in range(done * count, (done + 1) * count)
        ]


class TextTask:
    """An epoch is a number of updates; a source that was read to its end is read again."""

    uniform = True  # But for the last phase, if its windows are longer.

    def __init__(self, config: TrainingConfig, folder: Path = FOLDER):
        self.config = config
        self.arrays = [np.load(folder / f"{s.id}-train.npy", mmap_mode="r") for s in SOURCES]
        first = Phase(0, self.arrays, [s.share for s in SOURCES], config.window, config)
        last = Phase(
            round((1 - LAST_PHASE) * config.epochs),
            self.arrays,
            [s.last_share for s in SOURCES],
            config.last_window,
            config,
        )
        self.phases = (first, last)
        self.validation = {
            s.id: torch.from_numpy(
                spread_windows(
                    np.load(folder / f"{s.id}-validation.npy"), config.window + 1, VALIDATION_TOKENS
                )
            )
            for s in SOURCES
        }
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.token_bytes = torch.tensor(bytes_of_tokens(tokenizer))

    def batches(self, epoch: int) -> list[list[Window]]:
        """The same for the same seed and epoch."""
        first, last = self.phases
        phase = first if epoch < last.first_epoch else last
        windows = phase.windows(epoch)
        order = np.random.default_rng((self.config.seed, epoch)).permutation(len(windows))
        return [
            [windows[number] for number in order[start : start + phase.in_update]]
            for start in range(0, len(windows), phase.in_update)
        ]

    def load(self, windows: Sequence[Window]) -> Batch:
        rows = [self.arrays[w.source][w.start : w.start + w.length + 1] for w in windows]
        return Batch(torch.from_numpy(np.stack(rows).astype(np.int64)))

    def loss(self, model: Gpt2, batch: Batch, label_smoothing: float) -> Tensor:
        ids = batch.ids[:, :-1]
        logits = model.predict(ids) if ids.is_cuda else model(ids).logits
        return F.cross_entropy(
            logits.flatten(0, 1).float(),
            batch.ids[:, 1:].flatten(),
            label_smoothing=label_smoothing,
        )

    @torch.inference_mode()
    def evaluate(self, model: Gpt2) -> dict[str, float]:
        """Bits a byte on held-out documents of each source, read in windows."""
        bits, sizes = {}, {}
        for source, windows in self.validation.items():
            batch = Batch(windows.to(device_of(model)))
            bits[source] = float(self.loss(model, batch, 0)) * batch.tokens / log(2)
            sizes[source] = int(self.token_bytes[windows[:, 1:]].sum())
        return {
            "bitsPerByte": sum(bits[s] for s in AIM) / sum(sizes[s] for s in AIM),
            **{f"bits-{source}": bits[source] / sizes[source] for source in bits},
        }


def bytes_of_tokens(tokenizer: Tokenizer) -> list[int]:
    """How many bytes of text each token stands for; a special token for none.

    Byte-level BPE writes a token with one character a byte.
    """
    special = set(tokenizer.get_added_tokens_decoder())
    return [
        0 if id in special else len(tokenizer.id_to_token(id))
        for id in range(tokenizer.get_vocab_size())
    ]
