"""ULMFiT goes from a language model to a classifier: what it reads, what learns, how fast."""

import json
import lzma
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training.data.byte_level import learn_byte_level
from training.data.reviews import Review, joined, read_imdb, save_reviews
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig
from training.modeling.ulmfit import ReviewClassifier, concat_pool
from training.tasks.bptt_stream import StreamTask, total_nats
from training.tasks.reviews import (
    FIRST_TOKENS,
    LAST_TOKENS,
    READ_TOKENS,
    Reviews,
    ReviewTask,
    accuracy,
)
from training.tasks.sampled_softmax import SampledSoftmax
from training.tests.modeling.test_awd_lstm import CONFIG as TINY
from training.tests.train.test_trainer import CONFIG as TRAINING
from training.ulmfit import stages
from training.ulmfit.fine_tuning import FineTuning, slanted_triangle
from training.ulmfit.study import Study, table

CONFIG = replace(TINY, vocab_size=300)
STREAMS = replace(TRAINING, batch_tokens=32, window=8, updates=5, epochs=2)
FEW = replace(
    TRAINING,
    batch_tokens=8 * READ_TOKENS,
    epochs=3,
    updates=12,
    peak_rate=1e-1,
    layer_factor=2.6,
)
GOOD, BAD = "what a good and moving film", "a bad film and a dull one"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokenizer = learn_byte_level([GOOD, BAD], 300)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    ids = np.random.default_rng(0).integers(0, 200, 1003).astype(np.uint16)
    np.save(tmp_path / "general-train.npy", ids)
    np.save(tmp_path / "general-validation.npy", ids[:200])
    reviews = [
        Review(text * (1 + n % 3), int(text == GOOD)) for n in range(20) for text in (GOOD, BAD)
    ]
    save_reviews(tmp_path / "small.npz", tokenizer, reviews)
    return tmp_path


@pytest.mark.parametrize(
    ("update", "expected"),
    # T = 1000, cut_frac = 0.1, ratio = 32: cut = 100, p = t / 100, then 1 - (t - 100) / 900.
    [(0, 1 / 32), (50, (1 + 0.5 * 31) / 32), (100, 1), (550, (1 + 0.5 * 31) / 32), (1000, 1 / 32)],
)
def test_rates_are_those_of_equation_3(update: int, expected: float):
    assert slanted_triangle(update, 1000) == pytest.approx(expected)


def test_streams_go_on_where_the_window_before_ended(folder: Path):
    task = StreamTask(STREAMS, folder)
    assert task.batches(1) == [5, 6, 7, 8, 9]
    first, second = task.load(0), task.load(1)
    assert (first.ids.shape, first.tokens) == ((4, 9), 32)
    assert torch.equal(first.ids[:, -1], second.ids[:, 0])
    assert (first.fresh, second.fresh) == (True, False)
    again = task.load(task.in_reading)
    assert again.fresh
    assert not torch.equal(again.ids, first.ids)  # Begins elsewhere.


def test_the_loss_of_streams_is_that_of_one_long_window(folder: Path):
    torch.manual_seed(0)
    model = AwdLstm(CONFIG).eval()
    task = StreamTask(STREAMS, folder)
    losses = [task.loss(model, task.load(number), 0).item() for number in range(3)]
    ids = torch.cat([task.load(0).ids, *(task.load(n).ids[:, 1:] for n in (1, 2))], 1)
    logits = model(ids[:, :-1]).logits
    whole = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
    assert np.mean(losses) == pytest.approx(whole.item(), abs=1e-5)
    forgetful = StreamTask(STREAMS, folder)
    assert forgetful.loss(model, task.load(1), 0).item() != pytest.approx(losses[1], abs=1e-6)


def test_validation_reads_streams_to_their_ends_with_any_window(folder: Path):
    torch.manual_seed(0)
    model = AwdLstm(CONFIG).eval()
    ids = torch.arange(100)
    nats, told, count = total_nats(model, ids, 3)
    assert count == len(told) == 80  # 16 streams of 6 tokens.
    assert total_nats(model, ids, 50)[0] == pytest.approx(nats, rel=1e-5)


def test_a_stopped_reading_of_streams_goes_on_as_if_nothing_had_happened(folder: Path):
    config = replace(CONFIG, weight_dropout=0.2, hidden_dropout=0.2)

    def run(where: str, stop_after: int | None) -> dict:
        torch.manual_seed(0)
        model = AwdLstm(config)
        task = StreamTask(STREAMS, folder)
        trainer = FineTuning(model, task, STREAMS, folder / where, model.groups())
        if stop_after is not None:
            update = trainer.update

            def stopping(batch, rate):
                if trainer.progress.update + 1 == stop_after:
                    trainer.stop()
                return update(batch, rate)

            trainer.update = stopping
        trainer.run()
        return {name: value.clone() for name, value in model.state_dict().items()}

    through = run("through", None)
    run("stopped", 3)
    resumed = run("stopped", None)
    for name, value in through.items():
        assert torch.equal(value, resumed[name]), name


def test_words_that_stand_apart_are_joined():
    assert joined("it's  a film , and \n good .") == "it's a film, and good."


def test_a_long_review_is_read_at_both_ends(folder: Path):
    tokenizer = learn_byte_level([GOOD, BAD], 300)
    save_reviews(folder / "long.npz", tokenizer, [Review("x" * 900, 1), Review(BAD, 0)])
    reviews = Reviews(folder / "long.npz")
    whole = reviews.ids[: reviews.starts[1]]
    assert len(whole) == 901
    read = reviews.read(0)
    np.testing.assert_array_equal(read[:FIRST_TOKENS], whole[:FIRST_TOKENS])
    np.testing.assert_array_equal(read[FIRST_TOKENS:], whole[-LAST_TOKENS:])
    batch = reviews.batch(np.array([1, 0]))
    assert batch.ids.shape == (2, READ_TOKENS)
    assert batch.lengths.tolist() == [len(reviews.read(1)), READ_TOKENS]
    assert batch.labels.tolist() == [0, 1]
    assert batch.ids[0, batch.lengths[0] :].sum() == 0


def test_labels_are_drawn_in_halves_and_differently_for_each_seed(folder: Path):
    reviews = Reviews(folder / "small.npz")
    drawn = reviews.draw(10, 1)
    assert len(set(drawn)) == 10
    assert reviews.labels[drawn].sum() == 5
    np.testing.assert_array_equal(drawn, reviews.draw(10, 1))
    assert set(drawn) != set(reviews.draw(10, 2))
    assert len(reviews.draw(10**6, 1)) == len(reviews) == 40


def test_an_epoch_reads_each_review_once_or_often_enough(folder: Path):
    reviews = Reviews(folder / "small.npz")
    once = ReviewTask(replace(FEW, updates=0), reviews, np.arange(40)).batches(0)
    assert sorted(np.concatenate(once)) == list(range(40))
    often = ReviewTask(FEW, reviews, np.arange(10)).batches(0)
    assert [len(batch) for batch in often] == [8] * 12
    assert set(np.concatenate(often)) == set(range(10))


def test_pooling_leaves_out_what_is_padded():
    states = torch.randn(2, 5, 3)
    lengths = torch.tensor([5, 2])
    pooled = concat_pool(states, lengths)
    short = states[1, :2]
    torch.testing.assert_close(pooled[1], torch.cat((short[-1], short.amax(0), short.mean(0))))
    torch.testing.assert_close(pooled[0, :3], states[0, -1])


def test_padding_changes_no_verdict():
    torch.manual_seed(0)
    model = ReviewClassifier(CONFIG).eval()
    ids = torch.arange(6)[None]
    padded = torch.cat((ids, torch.full((1, 4), 7)), 1)
    torch.testing.assert_close(model(padded, torch.tensor([6])), model(ids, torch.tensor([6])))


def make_classifying(folder: Path, where: str) -> FineTuning:
    torch.manual_seed(0)
    model = ReviewClassifier(CONFIG)
    task = ReviewTask(FEW, Reviews(folder / "small.npz"), np.arange(40))
    return FineTuning(model, task, FEW, folder / where, model.groups())


def test_each_layer_learns_slower_than_the_one_above_it(folder: Path):
    trainer = make_classifying(folder, "run")
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


def test_a_classifier_learns_and_goes_on_where_it_was_stopped(folder: Path):
    through = make_classifying(folder, "through")
    through.run()
    assert accuracy(through.model, Reviews(folder / "small.npz")) == 1
    stopped = make_classifying(folder, "stopped")
    update = stopped.update

    def stopping(batch, rate):
        if stopped.progress.update == 17:
            stopped.stop()
        return update(batch, rate)

    stopped.update = stopping
    stopped.run()
    assert (stopped.progress.epoch, stopped.progress.update) == (1, 18)
    resumed = make_classifying(folder, "stopped")
    resumed.run()
    for name, value in through.model.state_dict().items():
        assert torch.equal(value, resumed.model.state_dict()[name]), name


def test_the_study_leaves_out_what_is_done_and_writes_as_it_goes(folder: Path, monkeypatch):
    reviews = Reviews(folder / "small.npz")
    tuned = AwdLstm(CONFIG)
    (folder / "ulmfit-imdb").mkdir()
    torch.save(tuned.state_dict(), folder / "ulmfit-imdb/epoch-1.pt")
    monkeypatch.setattr("training.checkpoints.WORK", folder)
    settings = (CONFIG, replace(FEW, epochs=1, updates=2))
    monkeypatch.setattr(stages, "settings", lambda name: settings)
    monkeypatch.setattr("training.ulmfit.study.LABELS", (10, None))
    monkeypatch.setattr("training.ulmfit.study.SEEDS", (1, 2))
    quality = folder / "quality.json"
    quality.write_text('{"other": 1}')
    study = Study(folder / "study")
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
    again = Study(folder / "study")
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


def test_a_review_that_is_in_the_test_as_well_is_not_learned_from(tmp_path: Path):
    def line(number: int, label: int, text: str) -> str:
        return f"{number}\t{label}\t5\t{text}\n"

    (tmp_path / "imdb").mkdir()
    for part, rows in {
        "train": line(0, 1, "Fine.<br /><br />Really.") + line(1, 0, "In both."),
        "test": line(0, 0, "In both."),
    }.items():
        content = lzma.compress(("id\tlabel\trating\ttext\n" + rows).encode())
        (tmp_path / f"imdb/imdb_{part}.tsv.xz").write_bytes(content)
    assert read_imdb(tmp_path) == {
        "train": [Review("Fine.\n\nReally.", 1)],
        "test": [Review("In both.", 0)],
    }


def test_a_softmax_over_a_sample_is_that_over_all_words_on_average():
    torch.manual_seed(0)
    hidden, table, bias = torch.randn(64, 16) / 4, torch.randn(400, 16), torch.randn(400) / 4
    counts = torch.arange(400, 0, -1)[torch.randperm(400)]
    targets = torch.multinomial(counts.float(), 64, replacement=True)
    whole = torch.nn.functional.cross_entropy(hidden @ table.T + bias, targets).item()
    sampled = SampledSoftmax(counts, 200)
    losses = [sampled.loss(hidden, table, bias, targets).item() for _ in range(300)]
    assert np.mean(losses) == pytest.approx(whole, rel=0.02)
