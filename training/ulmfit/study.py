"""This study measures how many labels a classifier needs, pretrained and from scratch."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

from training.paths import WORK
from training.tasks.reviews import Reviews, ReviewTask, accuracy
from training.ulmfit import stages
from training.ulmfit.fine_tuning import FineTuning

LABELS = (20, 50, 100, 200, 500, 1000, 5000, None)  # None: all that there are.
SEEDS = (1, 2, 3)
PRETRAINED, SCRATCH = "pretrained", "scratch"


def fit(
    start: str, reviews: Reviews, labels: int, seed: int, folder: Path, device: str = "cpu"
) -> FineTuning:
    """A training of the study, ready to run."""
    pretrained = start == PRETRAINED
    config, training = stages.settings("ulmfit-classifier" if pretrained else "ulmfit-scratch")
    training = replace(training, seed=seed)
    if pretrained:
        model = stages.tuned_classifier("imdb", seed)
    else:
        model = stages.new_classifier(config, seed)
    task = ReviewTask(training, reviews, reviews.draw(labels, seed))
    return FineTuning(model, task, training, folder, model.groups(), device)


class Study:
    def __init__(self, folder: Path = WORK / "ulmfit-study", device: str = "cpu"):
        self.folder = folder
        self.device = device
        self.rows_file = folder / "rows.jsonl"
        self.trainer: FineTuning | None = None
        self.stopping = False

    def stop(self, *_: object) -> None:
        self.stopping = True
        if self.trainer is not None:
            self.trainer.stop()

    def run(
        self,
        train: Reviews,
        test: Reviews,
        quality: Path = stages.QUALITY,
        seeds: Sequence[int] | None = None,
    ) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        done = {(row["labels"], row["start"], row["seed"]) for row in self.rows()}
        for seed in seeds or SEEDS:
            for count in LABELS:
                labels = len(train) if count is None else count
                for start in (PRETRAINED, SCRATCH):
                    if (labels, start, seed) not in done and not self.stopping:
                        self.run_one(train, test, labels, start, seed)
                        stages.write_quality(quality, {"accuracyByLabels": table(self.rows())})
        stages.write_quality(quality, {"accuracyByLabels": table(self.rows())})

    def run_one(self, train: Reviews, test: Reviews, labels: int, start: str, seed: int) -> None:
        folder = self.folder / f"{start}-{labels}-{seed}"
        self.trainer = fit(start, train, labels, seed, folder, self.device)
        self.trainer.run()
        if self.stopping:
            return
        before = time.process_time()
        row = {"labels": labels, "start": start, "seed": seed}
        row["accuracy"] = accuracy(self.trainer.model, test)
        row["trainingSeconds"] = round(self.trainer.progress.cpu_seconds)
        row["testSeconds"] = round(time.process_time() - before)
        with self.rows_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)
        shutil.rmtree(folder)

    def rows(self) -> list[dict]:
        if not self.rows_file.exists():
            return []
        lines = self.rows_file.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


def table(rows: list[dict]) -> list[dict]:
    """A line for each number of labels: mean and deviation over the seeds, from both starts."""
    lines = []
    for labels in sorted({row["labels"] for row in rows}):
        line: dict = {"labels": labels}
        for start in (PRETRAINED, SCRATCH):
            of_seeds = [
                row["accuracy"] for row in rows if (row["labels"], row["start"]) == (labels, start)
            ]
            if of_seeds:
                line[start] = {
                    "accuracy": round(mean(of_seeds), 4),
                    "deviation": round(stdev(of_seeds), 4) if len(of_seeds) > 1 else None,
                    "seeds": [round(one, 4) for one in of_seeds],
                }
        lines.append(line)
    return lines
