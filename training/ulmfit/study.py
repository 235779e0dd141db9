"""What comes after the language model of ULMFiT: its stages, and the study of its labels."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

import torch

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import TrainingConfig, load_config
from training.data.reviews import FOLDER as DATA
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig
from training.modeling.ulmfit import ReviewClassifier
from training.paths import ROOT, WORK
from training.quantization import dequantized
from training.tasks.bptt_stream import StreamTask
from training.tasks.reviews import Reviews, ReviewTask, accuracy
from training.ulmfit.fine_tuning import FineTuning

QUALITY = ROOT / "models/ulmfit/quality.json"
LABELS = (20, 50, 100, 200, 500, 1000, 5000, None)  # None: all that there are.
SEEDS = (1, 2, 3)
PREWORK, SCRATCH = "pretrained", "scratch"


def settings(name: str) -> tuple[AwdLstmConfig, TrainingConfig]:
    return load_config(CONFIGS / f"{name}.toml", AwdLstmConfig)


def tune(reviews: str, device: str = "cpu") -> FineTuning:
    name = f"ulmfit-{reviews}"
    config, training = settings(name)
    model = AwdLstm(config)
    load_trained("ulmfit", model)
    task = StreamTask(training, text=reviews)
    training = one_reading(training, task)
    return FineTuning(model, task, training, WORK / name, model.groups(), device)


def one_reading(training: TrainingConfig, task: StreamTask) -> TrainingConfig:
    """Epochs of `updates`, as many as `training.epochs` readings of all reviews need."""
    task.config = replace(training, updates=task.in_reading)
    return task.config


def tuned_classifier(reviews: str, seed: int) -> ReviewClassifier:
    config, _ = settings("ulmfit-classifier")
    tuned = AwdLstm(config)
    load_trained(f"ulmfit-{reviews}", tuned, command=f"training.ulmfit tune {reviews}")
    model = new_classifier(config, seed)
    model.body.load_state_dict(tuned.state_dict())
    return model


def new_classifier(config: AwdLstmConfig, seed: int) -> ReviewClassifier:
    torch.manual_seed(seed)
    return ReviewClassifier(config)


def fit(
    start: str, reviews: Reviews, labels: int, seed: int, folder: Path, device: str = "cpu"
) -> FineTuning:
    """A training of the study, ready to run."""
    config, training = settings(f"ulmfit-{'classifier' if start == PREWORK else 'scratch'}")
    training = replace(training, seed=seed)
    pretrained = start == PREWORK
    model = tuned_classifier("imdb", seed) if pretrained else new_classifier(config, seed)
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
        quality: Path = QUALITY,
        seeds: Sequence[int] | None = None,
    ) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        done = {(row["labels"], row["start"], row["seed"]) for row in self.rows()}
        for seed in seeds or SEEDS:
            for count in LABELS:
                labels = len(train) if count is None else count
                for start in (PREWORK, SCRATCH):
                    if (labels, start, seed) not in done and not self.stopping:
                        self.run_one(train, test, labels, start, seed)
                        write_quality(quality, {"accuracyByLabels": table(self.rows())})
        write_quality(quality, {"accuracyByLabels": table(self.rows())})

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
        for start in (PREWORK, SCRATCH):
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


def write_quality(file: Path, figures: dict) -> None:
    """Other figures in the file stay as they are."""
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**before, **figures}, indent=2) + "\n", encoding="utf-8")


def shipped_classifier(device: str = "cpu") -> FineTuning:
    _, training = settings("ulmfit-classifier")
    train = Reviews(DATA / "cornell-train.npz")
    model = tuned_classifier("cornell", training.seed)
    task = ReviewTask(training, train, train.draw(len(train), training.seed))
    folder = WORK / "ulmfit-classifier"
    return FineTuning(model, task, training, folder, model.groups(), device)


def measure_shipped(model: ReviewClassifier) -> dict[str, dict[str, float]]:
    """Accuracy of the parameters as trained and as int8; of IMDB it learned nothing."""
    tests = {
        "cornellReviews": Reviews(DATA / "cornell-test-whole.npz"),
        "cornellSentences": Reviews(DATA / "cornell-test-sentence.npz"),
        "imdb": Reviews(DATA / "imdb-test.npz"),
    }
    forms = {"trained": model, "shipped": dequantized(model)}
    return {
        form: {name: round(accuracy(one, test), 4) for name, test in tests.items()}
        for form, one in forms.items()
    }
