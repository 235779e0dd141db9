"""Where prepared data and trainings are kept."""

import os
from pathlib import Path

# Outside the checkout: what took hours outlives it, and a fresh clone goes on from there.
WORK = Path(
    os.environ.get("LM_EVOLUTION_TRAINING")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lm-evolution/training"
)
