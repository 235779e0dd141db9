"""These folders hold the repository, the data sets as published, and what was made of them."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]  # Of the repository.
# Data sets as published; each command that reads some takes another folder with `--data`.
DATA_SETS = ROOT / "../shared/data"
# Outside the checkout: what took hours outlives it, and a fresh clone goes on from there.
WORK = Path(
    os.environ.get("LM_EVOLUTION_TRAINING")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lm-evolution/training"
)
