"""The study compares a pretrained classifier with one from scratch, and can be stopped."""

import json
from dataclasses import replace
from pathlib import Path

import torch

from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig
from training.tasks.reviews import Reviews
from training.tests.tiny_reviews import CONFIG, FEW
from training.ulmfit import stages
from training.ulmfit.study import Study, table


def test_the_study_leaves_out_what_is_done_and_writes_as_it_goes(reviews_folder: Path, monkeypatch):
    reviews = Reviews(reviews_folder / "small.npz")
    tuned = AwdLstm(CONFIG)
    (reviews_folder / "ulmfit-imdb").mkdir()
    torch.save(tuned.state_dict(), reviews_folder / "ulmfit-imdb/epoch-1.pt")
    monkeypatch.setattr("training.checkpoints.WORK", reviews_folder)
    settings = (CONFIG, replace(FEW, epochs=1, updates=2))
    monkeypatch.setattr(stages, "settings", lambda name: settings)
    monkeypatch.setattr("training.ulmfit.study.LABELS", (10, None))
    monkeypatch.setattr("training.ulmfit.study.SEEDS", (1, 2))
    quality = reviews_folder / "quality.json"
    quality.write_text('{"other": 1}')
    study = Study(reviews_folder / "study")
    study.run(reviews, reviews, quality)
    rows = study.rows()
    assert [(row["labels"], row["start"], row["seed"]) for row in rows] == [
        (labels, start, seed)
        for seed in (1, 2)
        for labels in (10, 40)
        for start in ("pretrained", "scratch")
    ]
    figures = json.loads(quality.read_text())
    assert figures["other"] == 1
    assert [line["labels"] for line in figures["accuracyByLabels"]] == [10, 40]
    assert len(figures["accuracyByLabels"][0]["pretrained"]["seeds"]) == 2
    study.rows_file.write_text("".join(json.dumps(row) + "\n" for row in rows[:-1]))
    again = Study(reviews_folder / "study")
    again.run(reviews, reviews, quality)
    assert [row | {"testSeconds": 0, "trainingSeconds": 0} for row in again.rows()] == [
        row | {"testSeconds": 0, "trainingSeconds": 0} for row in rows
    ]


def test_the_table_has_mean_and_spread():
    rows = [
        {"labels": 20, "start": "scratch", "seed": seed, "accuracy": value}
        for seed, value in ((1, 0.5), (2, 0.6))
    ]
    assert table(rows) == [
        {"labels": 20, "scratch": {"accuracy": 0.55, "deviation": 0.0707, "seeds": [0.5, 0.6]}}
    ]


def test_from_scratch_and_pretrained_read_as_much():
    (_, one), (_, other) = stages.settings("ulmfit-classifier"), stages.settings("ulmfit-scratch")
    assert isinstance(stages.settings("ulmfit")[0], AwdLstmConfig)
    for name in ("epochs", "updates", "batch_tokens"):
        assert getattr(one, name) == getattr(other, name)
