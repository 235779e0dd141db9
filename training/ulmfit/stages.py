"""These stages follow the language model of ULMFiT: it reads reviews, then learns to judge them."""

import json
from dataclasses import replace
from pathlib import Path

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


def write_quality(file: Path, figures: dict) -> None:
    """Other figures in the file stay as they are."""
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**before, **figures}, indent=2) + "\n", encoding="utf-8")
