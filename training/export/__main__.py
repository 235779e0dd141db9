"""This command writes a model's folder.

Run `python -m training.export <model>` from the root of the repository.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from training.checkpoints import CheckpointMissingError
from training.export.bert.exports import (
    export_bert,
    export_tiny_bert,
    export_tiny_masked_bert,
)
from training.export.bert.parser import export_parser
from training.export.gpt2.exports import export_gpt2, export_tiny_gpt2
from training.export.llama.exports import export_smollm2, export_tiny_llama
from training.export.translator.exports import (
    TRANSLATORS,
    export_tiny_translator,
    export_translator,
)
from training.export.ulmfit.exports import export_tiny_ulmfit, export_ulmfit
from training.paths import ROOT
from training.pretrained.packages import PackageMissingError

EXPORTS: dict[str, tuple[Path, Callable[[Path], None]]] = {
    "bert": (ROOT / "models/bert", export_bert),
    # Into the folder that the line before it writes.
    "bert-parser": (ROOT / "models/bert", export_parser),
    "tiny-bert": (ROOT / "test/fixtures/tiny-bert", export_tiny_bert),
    "tiny-masked-bert": (ROOT / "test/fixtures/tiny-masked-bert", export_tiny_masked_bert),
    "gpt2": (ROOT / "models/gpt2", export_gpt2),
    "ulmfit": (ROOT / "models/ulmfit", export_ulmfit),
    "tiny-ulmfit": (ROOT / "test/fixtures/tiny-ulmfit", export_tiny_ulmfit),
    "tiny-gpt2": (ROOT / "test/fixtures/tiny-gpt2", export_tiny_gpt2),
    "smollm2": (ROOT / "models/smollm2", export_smollm2),
    "tiny-llama": (ROOT / "test/fixtures/tiny-llama", export_tiny_llama),
    **{id: (ROOT / "models" / id, export_translator(id)) for id in TRANSLATORS},
    **{
        f"tiny-{id}": (ROOT / f"test/fixtures/tiny-{id}", export_tiny_translator(id))
        for id in TRANSLATORS
    },
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("model", choices=EXPORTS)
    parser.add_argument(
        "--folder", type=Path, help="where to write, instead of the model's own folder"
    )
    arguments = parser.parse_args()
    folder, export = EXPORTS[arguments.model]
    folder = arguments.folder or folder
    torch.set_num_threads(1)  # One order of sums, so that fixtures are the same each time.
    try:
        export(folder)
    except (PackageMissingError, CheckpointMissingError) as error:
        print(error, file=sys.stderr)
        return 1
    for file in sorted(folder.iterdir()):
        print(f"{file.stat().st_size:>12,}  {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
