"""Each model that is trained here has one flat TOML file of settings; every line says why."""

import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
FOLDER = Path(__file__).parent / "configs"


@dataclass(frozen=True)
class TrainingConfig:
    seed: int
    epochs: int
    batch_tokens: int
    peak_rate: float
    warmup_updates: int
    betas: tuple[float, float]
    clip: float
    label_smoothing: float
    autocast: bool
    keep_last: int
    start: str = ""  # The training whose parameters this one begins with; by chance unless told.
    frozen_epochs: int = 0  # In which only the head on a body learns.
    optimizer: str = "adam"  # Or "muon", see training/train/optimizer.py.
    weight_decay: float = 0.0
    # The part of the training at the peak rate, before a straight line down to 0; half a cosine
    # over all of it unless told.
    steady: float | None = None
    # Of data that is one long text: updates between two evaluations, and tokens in a row, in the
    # last phase too.
    updates: int = 0
    window: int = 0
    last_window: int = 0
    # Words of a softmax in training (training/tasks/sampled_softmax.py); all of them unless told.
    sampled_words: int = 0
    # Whether BERT reads mostly everyday text (training/data/masked.py).
    everyday: bool = False
    # Each layer learns so much more slowly than the one above it (training/ulmfit/fine_tuning.py).
    layer_factor: float = 1.0


def load_config(path: Path, model: type[T]) -> tuple[T, TrainingConfig]:
    """Tables `[model]` and `[training]`; a key that is unknown, or has to be there, is an error."""
    with path.open("rb") as file:
        tables = tomllib.load(file)
    training = {**tables["training"], "betas": tuple(tables["training"]["betas"])}
    return fill(model, tables["model"], path), fill(TrainingConfig, training, path)


def fill(kind: type[T], table: dict, path: Path) -> T:
    names = {field.name for field in fields(kind)}
    needed = {field.name for field in fields(kind) if field.default is MISSING}
    if wrong := (table.keys() - names) | (needed - table.keys()):
        raise ValueError(f"{path.name}: missing or unknown in {kind.__name__}: {sorted(wrong)}")
    return kind(**table)
