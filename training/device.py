"""Tensors are on the CPU, or on a GPU that trains; this module moves them."""

from dataclasses import fields, replace
from typing import TypeVar

import torch
from torch import nn

Batch = TypeVar("Batch")


def device_of(model: nn.Module) -> torch.device:
    return next(model.parameters()).device


def trains_in_bfloat16(device: torch.device | str) -> bool:
    """Whether products in bfloat16 are quick there: on a GPU, and on a processor with AVX-512.

    Below AVX-512, oneDNN has bfloat16 for few operations, slowly, and refuses the rest.
    """
    if torch.device(device).type != "cpu":
        return True
    return torch.backends.cpu.get_cpu_capability().startswith("AVX512")


def training_autocast(device: torch.device | str, asked: bool) -> torch.autocast:
    """bfloat16 where a training asks for it and the device has it; else everything is float32.

    For updates alone. What is evaluated, tested or exported is computed in float32, so that no
    figure depends on the processor that measured it.
    """
    kind = torch.device(device).type
    return torch.autocast(kind, torch.bfloat16, enabled=asked and trains_in_bfloat16(kind))


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
