"""The task of a language model with a memory is to go on with long streams, window by window.

Its state is carried over the windows.
A text is parted into as many streams as a batch has rows; each update reads the next window of
every stream, and gradients end where the window begins (truncated backpropagation through time).
"""

from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from training.config import TrainingConfig
from training.data.reviews import FOLDER
from training.device import device_of
from training.modeling.awd_lstm import AwdLstm, State
from training.tasks.sampled_softmax import SampledSoftmax
from training.tasks.text import bytes_of_tokens

VALIDATION_TOKENS = 120_000
VALIDATION_ROWS = 16


@dataclass(frozen=True)
class StreamBatch:
    ids: Tensor  # [B, T + 1]
    fresh: bool  # What was read before has nothing to do with it.

    @property
    def tokens(self) -> int:
        return self.ids[:, 1:].numel()


class StreamTask:
    """An epoch is a number of updates; a text that was read to its end is read again."""

    def __init__(self, config: TrainingConfig, folder: Path = FOLDER, text: str = "general"):
        self.config = config
        ids = np.load(folder / f"{text}-train.npy", mmap_mode="r")
        rows = config.batch_tokens // config.window
        self.streams = ids[: len(ids) // rows * rows].reshape(rows, -1)
        # One less, because every reading begins a little later.
        self.in_reading = (self.streams.shape[1] - 1) // config.window - 1
        assert self.in_reading > 0, f"{len(ids)} tokens are too few for {rows} streams"
        held_out = np.load(folder / f"{text}-validation.npy")[:VALIDATION_TOKENS]
        self.validation = torch.from_numpy(held_out.astype(np.int64))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.token_bytes = torch.tensor(bytes_of_tokens(tokenizer))
        self.state: State | None = None
        self.sampled: SampledSoftmax | None = None
        if config.sampled_words > 0:
            assert config.label_smoothing == 0, "a sample has no share for words that are not in it"
            counts = np.bincount(ids, minlength=tokenizer.get_vocab_size())
            self.sampled = SampledSoftmax(torch.from_numpy(counts), config.sampled_words)

    def batches(self, epoch: int) -> list[int]:
        return [*range(epoch * self.config.updates, (epoch + 1) * self.config.updates)]

    def load(self, number: int) -> StreamBatch:
        reading, place = divmod(number, self.in_reading)
        shift = np.random.default_rng((self.config.seed, reading)).integers(self.config.window)
        start = place * self.config.window + int(shift)
        window = self.streams[:, start : start + self.config.window + 1]
        return StreamBatch(torch.from_numpy(window.astype(np.int64)), fresh=place == 0)

    def loss(self, model: AwdLstm, batch: StreamBatch, label_smoothing: float) -> Tensor:
        read, state = model.read(batch.ids[:, :-1], None if batch.fresh else self.state)
        self.state = [(hidden.detach(), cell.detach()) for hidden, cell in state]
        hidden, targets = read.flatten(0, 1), batch.ids[:, 1:].flatten()
        if self.sampled is not None:
            return self.sampled.loss(hidden, model.embedding.weight, model.bias, targets)
        logits = model.logits(hidden).float()
        return F.cross_entropy(logits, targets, label_smoothing=label_smoothing)

    def state_dict(self) -> dict[str, Any]:
        return {"state": self.state}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        self.state = saved["state"]

    def evaluate(self, model: AwdLstm) -> dict[str, float]:
        ids = self.validation.to(device_of(model))
        nats, tokens, size = total_nats(model, ids, self.config.window)
        count = int(self.token_bytes[tokens.cpu()].sum())
        return {"bitsPerByte": nats / log(2) / count, "perplexity": exp(nats / size)}


@torch.inference_mode()
def total_nats(model: AwdLstm, ids: Tensor, window: int) -> tuple[float, Tensor, int]:
    """Of ids [N] read as a few streams to their ends: nats, the tokens told, how many they are."""
    rows = min(VALIDATION_ROWS, len(ids) // 2)
    streams = ids[: len(ids) // rows * rows].reshape(rows, -1)
    nats, state = 0.0, None
    for start in range(0, streams.shape[1] - 1, window):
        part = streams[:, start : start + window + 1]
        output = model(part[:, :-1], state)
        state = output.state
        nats += float(
            F.cross_entropy(output.logits.flatten(0, 1), part[:, 1:].flatten(), reduction="sum")
        )
    told = streams[:, 1:].flatten()
    return nats, told, len(told)
