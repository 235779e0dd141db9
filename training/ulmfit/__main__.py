"""This command runs what comes after `python -m training.train ulmfit`, stage by stage.

Run it with `python -m training.ulmfit <stage>`.

`tune imdb`, `tune cornell`: the language model reads the reviews of one set.
`study`: accuracy on the IMDB test set by how many labels were learned from, pretrained against the
same network from scratch, over three seeds; writes `models/ulmfit/quality.json` after each.
`classify`: the classifier that ships, of what has a licence for it.
Every stage can be stopped, and goes on where it was.
"""

import argparse
import signal
import sys

import torch

from training.checkpoints import CheckpointMissingError
from training.data.reviews import FOLDER as DATA
from training.tasks.reviews import Reviews
from training.ulmfit.fine_tuning import FineTuning
from training.ulmfit.stages import (
    QUALITY,
    measure_shipped,
    shipped_classifier,
    tune,
    write_quality,
)
from training.ulmfit.study import Study


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training.ulmfit", description=__doc__)
    stages = parser.add_subparsers(dest="stage", required=True)
    stages.add_parser("tune").add_argument("reviews", choices=("imdb", "cornell"))
    study = stages.add_parser("study")
    study.add_argument("--seeds", type=int, nargs="+", help="of this run; all, unless told")
    stages.add_parser("classify")
    for stage in stages.choices.values():
        stage.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    try:
        run(arguments)
    except CheckpointMissingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(arguments: argparse.Namespace) -> None:
    match arguments.stage:
        case "tune":
            run_until_stopped(tune(arguments.reviews, arguments.device))
        case "classify":
            trainer = shipped_classifier(arguments.device)
            run_until_stopped(trainer)
            if not trainer.stopping:
                write_quality(QUALITY, {"classifier": measure_shipped(trainer.model.cpu())})
        case "study":
            study = Study(device=arguments.device)
            stop_with(study)
            train, test = (Reviews(DATA / f"imdb-{part}.npz") for part in ("train", "test"))
            study.run(train, test, seeds=arguments.seeds)


def run_until_stopped(trainer: FineTuning) -> None:
    stop_with(trainer)
    trainer.run()


def stop_with(running: FineTuning | Study) -> None:
    signal.signal(signal.SIGTERM, running.stop)
    signal.signal(signal.SIGINT, running.stop)


if __name__ == "__main__":
    sys.exit(main())
