"""This command measures what a reward model learns: run `python -m training.reward`."""

import argparse
from pathlib import Path

import torch

from training.paths import DATA_SETS
from training.reward import study


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.reward", description=study.__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    torch.set_num_threads(1)
    study.run(parser.parse_args().data)


if __name__ == "__main__":
    main()
