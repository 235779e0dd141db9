"""An optimizer moves parameters by their gradients: Adam, or Muon beside it."""

from itertools import chain
from typing import Any

import torch
from torch import nn

from training.config import TrainingConfig

# Muon's update of a matrix has singular values of about 1, whatever the gradient; scaled so, it is
# as large as Adam's, and both take the same rate (Liu et al., arXiv:2502.16982, section 2.2).
MUON_SCALE = "match_rms_adamw"


class MuonAndAdam:
    """Muon (Jordan 2024) for the matrices inside a model, Adam for its tables and vectors."""

    def __init__(self, model: nn.Module, config: TrainingConfig):
        tables = {
            id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)
        }
        matrices = [p for p in model.parameters() if p.ndim == 2 and id(p) not in tables]
        others = [p for p in model.parameters() if p.ndim != 2 or id(p) in tables]
        self.parts: list[torch.optim.Optimizer] = [
            torch.optim.Muon(
                matrices, lr=0, weight_decay=config.weight_decay, adjust_lr_fn=MUON_SCALE
            ),
            torch.optim.Adam(others, lr=0, betas=config.betas),
        ]

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        return list(chain.from_iterable(part.param_groups for part in self.parts))

    def zero_grad(self) -> None:
        for part in self.parts:
            part.zero_grad()

    def step(self) -> None:
        for part in self.parts:
            part.step()

    def state_dict(self) -> list[dict[str, Any]]:
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, state: list[dict[str, Any]]) -> None:
        for part, part_state in zip(self.parts, state, strict=True):
            part.load_state_dict(part_state)


def make_optimizer(model: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer | MuonAndAdam:
    match config.optimizer:
        case "adam":
            return torch.optim.Adam(model.parameters(), lr=0, betas=config.betas)
        case "muon":
            return MuonAndAdam(model, config)
    raise ValueError(f'optimizer is "adam" or "muon", not "{config.optimizer}"')
