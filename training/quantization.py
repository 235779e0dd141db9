"""Weights are kept as int8 with one scale per output channel; activations stay float32."""

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn


@dataclass(frozen=True)
class Quantized:
    values: np.ndarray  # int8, the shape of the weight.
    scales: np.ndarray  # float32, one per index of `axis`.
    axis: int

    def dequantize(self) -> np.ndarray:
        """The float32 weight that the graph computes with, as DequantizeLinear defines it."""
        shape = [1] * self.values.ndim
        shape[self.axis] = -1
        return self.values.astype(np.float32) * self.scales.reshape(shape)


def quantize(weight: np.ndarray, axis: int) -> Quantized:
    """Symmetric rounding: each slice along `axis` has its largest magnitude at 127.

    The error of a weight is at most half a scale. A slice of zeros gets scale 1.
    """
    others = tuple(i for i in range(weight.ndim) if i != axis)
    largest = np.abs(weight).max(axis=others, keepdims=True)
    scales = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    values = np.clip(np.rint(weight / scales), -127, 127).astype(np.int8)
    return Quantized(values, scales.reshape(-1), axis)


def dequantized(model: nn.Module) -> nn.Module:
    """A copy whose matrices went to int8 and back: the model as it is shipped.

    PyTorch keeps a matrix as [output, input] and a table as [entry, D]: the first axis is the
    channel of both. A module that keeps another order says so with `output_axis`.
    """
    copy = deepcopy(model)
    with torch.no_grad():
        for module in copy.modules():
            axis = getattr(module, "output_axis", 0)
            for parameter in module.parameters(recurse=False):
                if parameter.ndim == 2:
                    weight = quantize(parameter.numpy(), axis).dequantize()
                    parameter.copy_(torch.from_numpy(weight))
    return copy
