"""Fine-tuning learns faster above than below, and goes on where it was stopped."""

from pathlib import Path

import numpy as np
import pytest
import torch

from training.modeling.ulmfit import ReviewClassifier
from training.tasks.reviews import Reviews, ReviewTask, accuracy
from training.tests.tiny_reviews import CONFIG, FEW
from training.ulmfit.fine_tuning import FineTuning, slanted_triangle


@pytest.mark.parametrize(
    ("update", "expected"),
    # T = 1000, cut_frac = 0.1, ratio = 32: cut = 100, p = t / 100, then 1 - (t - 100) / 900.
    [(0, 1 / 32), (50, (1 + 0.5 * 31) / 32), (100, 1), (550, (1 + 0.5 * 31) / 32), (1000, 1 / 32)],
)
def test_rates_are_those_of_equation_3(update: int, expected: float):
    assert slanted_triangle(update, 1000) == pytest.approx(expected)


def make_classifying(folder: Path, where: str) -> FineTuning:
    torch.manual_seed(0)
    model = ReviewClassifier(CONFIG)
    task = ReviewTask(FEW, Reviews(folder / "small.npz"), np.arange(40))
    return FineTuning(model, task, FEW, folder / where, model.groups())


def test_each_layer_learns_slower_than_the_one_above_it(reviews_folder: Path):
    trainer = make_classifying(reviews_folder, "run")
    names = {id(parameter): name for name, parameter in trainer.model.named_parameters()}
    groups = [
        {names[id(parameter)] for parameter in group["params"]}
        for group in trainer.optimizer.param_groups
    ]
    assert groups[0] == {"hidden.weight", "hidden.bias", "output.weight", "output.bias"}
    assert "body.lstms.1.weight_hh_l0" in groups[1]
    assert {"body.lstms.0.weight_hh_l0", "body.embedding.weight"} <= groups[2]
    trainer.folder.mkdir(exist_ok=True)
    trainer.run_epoch()
    rates = [group["lr"] for group in trainer.optimizer.param_groups]
    assert rates[0] / rates[1] == pytest.approx(2.6)
    assert rates[1] / rates[2] == pytest.approx(2.6)


def test_a_classifier_learns_and_goes_on_where_it_was_stopped(reviews_folder: Path):
    through = make_classifying(reviews_folder, "through")
    through.run()
    assert accuracy(through.model, Reviews(reviews_folder / "small.npz")) == 1
    stopped = make_classifying(reviews_folder, "stopped")
    update = stopped.update

    def stopping(batch, rate):
        if stopped.progress.update == 17:
            stopped.stop()
        return update(batch, rate)

    stopped.update = stopping
    stopped.run()
    assert (stopped.progress.epoch, stopped.progress.update) == (1, 18)
    resumed = make_classifying(reviews_folder, "stopped")
    resumed.run()
    for name, value in through.model.state_dict().items():
        assert torch.equal(value, resumed.model.state_dict()[name]), name
