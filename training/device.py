"""Where tensors are: the CPU, or a GPU that trains."""

from dataclasses import fields, replace
from typing import TypeVar

import torch
from torch import nn

Batch = TypeVar("Batch")


def device_of(model: nn.Module) -> torch.device:
    return next(model.parameters()).device


def on_device(batch: Batch, device: torch.device | str) -> Batch:
    """The same with its tensors there; a batch is a dataclass."""
    values = {field.name: getattr(batch, field.name) for field in fields(batch)}
    tensors = {name: value for name, value in values.items() if torch.is_tensor(value)}
    return replace(batch, **{name: moved(tensor, device) for name, tensor in tensors.items()})


def moved(tensor: torch.Tensor, device: torch.device | str) -> torch.Tensor:
    """To a GPU without waiting for what it does just now: from memory that is pinned."""
    if torch.device(device).type == "cpu":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)
