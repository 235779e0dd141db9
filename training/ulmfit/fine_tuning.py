"""ULMFiT goes on from a trained network as in section 3 of Howard and Ruder (arXiv:1801.06146)."""

from math import floor
from pathlib import Path

import torch
from torch import nn

from training.config import TrainingConfig
from training.train.trainer import Task, Trainer

CUT_FRACTION, RATIO = 0.1, 32  # Section 3.2.


class FineTuning(Trainer):
    """The one loop, with a rate for each group of layers, and a slanted triangle of rates.

    `groups` are the parameters that learn, the last layers first; each learns `layer_factor` times
    more slowly than the one before it (section 3.2). Deviation: all learn from the beginning, where
    section 3.3 lets them go one after another.
    """

    def __init__(
        self,
        model: nn.Module,
        task: Task,
        config: TrainingConfig,
        folder: Path,
        groups: list[list[nn.Parameter]],
        device: str = "cpu",
    ):
        super().__init__(model, task, config, folder, device)
        self.updates = sum(len(task.batches(epoch)) for epoch in range(config.epochs))
        self.optimizer = torch.optim.Adam(
            [
                {"params": group, "rate_factor": config.layer_factor**-depth}
                for depth, group in enumerate(groups)
            ],
            lr=0,
            betas=config.betas,
        )

    def rate(self, epochs_done: float) -> float:
        return self.config.peak_rate * slanted_triangle(self.progress.update, self.updates)


def slanted_triangle(update: int, updates: int) -> float:
    """Equation 3, as a part of the highest rate: a short rise, then a long fall. [1 / 32, 1]"""
    cut = max(1, floor(updates * CUT_FRACTION))
    part = update / cut if update < cut else 1 - (update - cut) / (cut * (1 / CUT_FRACTION - 1))
    return (1 + max(0.0, part) * (RATIO - 1)) / RATIO
