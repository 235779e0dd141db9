"""This module finds the parameters of a training, for what is measured and exported."""

import torch
from torch import nn

from training.paths import WORK


class CheckpointMissingError(Exception):
    """The model was not trained on this machine, or not to the end of an epoch."""


def load_trained(id: str, model: nn.Module, epochs: int = 1, command: str | None = None) -> None:
    """Fills `model` with the mean of the parameters after the last `epochs` epochs of a training.

    One is what `python -m training.train <id>` ended with; a mean of several is often a little
    better (section 6.1 of arXiv:1706.03762). `command` is what
    trains `id`, if it is not the one loop.
    """
    files = sorted((WORK / id).glob("epoch-*.pt"), key=lambda file: int(file.stem[6:]))
    if len(files) < epochs:
        raise CheckpointMissingError(
            f"{id} was not trained here for {epochs} epochs. "
            f"Run: python -m {command or f'training.train {id}'}"
        )
    states = [torch.load(file, weights_only=True) for file in files[-epochs:]]
    mean = {name: sum(state[name] for state in states) / epochs for name in states[0]}
    model.load_state_dict(mean)
    model.eval()
