"""The last checkpoints of a training are found, and averaged."""

from pathlib import Path

import pytest
import torch
from torch import nn

from training.checkpoints import CheckpointMissingError, load_trained


@pytest.fixture
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After epochs 9 and 10, whose names an alphabet would put the other way round."""
    monkeypatch.setattr("training.checkpoints.WORK", tmp_path)
    (tmp_path / "model").mkdir()
    for epoch, value in ((8, 0.0), (9, 1.0), (10, 4.0)):
        state = {"weight": torch.full((2, 3), value), "bias": torch.full((2,), -value)}
        torch.save(state, tmp_path / "model" / f"epoch-{epoch}.pt")


@pytest.mark.usefixtures("checkpoints")
@pytest.mark.parametrize(("epochs", "expected"), [(1, 4.0), (2, 2.5)])
def test_parameters_are_the_mean_of_the_last_epochs(epochs: int, expected: float):
    model = nn.Linear(3, 2)
    load_trained("model", model, epochs)
    assert torch.equal(model.weight, torch.full((2, 3), expected))
    assert torch.equal(model.bias, torch.full((2,), -expected))
    assert not model.training


@pytest.mark.usefixtures("checkpoints")
@pytest.mark.parametrize(("id", "epochs"), [("model", 4), ("other", 1)])
def test_missing_epochs_are_told_with_the_command_that_makes_them(id: str, epochs: int):
    with pytest.raises(CheckpointMissingError, match=f"python -m training.train {id}"):
        load_trained(id, nn.Linear(3, 2), epochs)
