"""These settings hold for all tests of `training`."""

import os
import platform
from pathlib import Path

# Nothing may depend on what a processor happens to have: the suite runs as on an ordinary one, with
# AVX2 and without AVX-512. Both libraries read this once, before their first work.
if platform.machine() in ("x86_64", "AMD64"):
    os.environ["ONEDNN_MAX_CPU_ISA"] = "AVX2"
    os.environ["ATEN_CPU_CAPABILITY"] = "avx2"

import pytest
import torch

from training.tests.tiny_reviews import write_tiny_reviews

# The models are tiny: more threads only wait for each other, above all on a busy machine.
torch.set_num_threads(1)


@pytest.fixture
def reviews_folder(tmp_path: Path) -> Path:
    write_tiny_reviews(tmp_path)
    return tmp_path
