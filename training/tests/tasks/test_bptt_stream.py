"""Streams go on where the window before ended, also after a stop."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training.modeling.awd_lstm import AwdLstm
from training.tasks.bptt_stream import StreamTask, total_nats
from training.tests.tiny_reviews import CONFIG
from training.tests.train.test_trainer import CONFIG as TRAINING
from training.ulmfit.fine_tuning import FineTuning

STREAMS = replace(TRAINING, batch_tokens=32, window=8, updates=5, epochs=2)


def test_streams_go_on_where_the_window_before_ended(reviews_folder: Path):
    task = StreamTask(STREAMS, reviews_folder)
    assert task.batches(1) == [5, 6, 7, 8, 9]
    first, second = task.load(0), task.load(1)
    assert (first.ids.shape, first.tokens) == ((4, 9), 32)
    assert torch.equal(first.ids[:, -1], second.ids[:, 0])
    assert (first.fresh, second.fresh) == (True, False)
    again = task.load(task.in_reading)
    assert again.fresh
    assert not torch.equal(again.ids, first.ids)  # Begins elsewhere.


def test_the_loss_of_streams_is_that_of_one_long_window(reviews_folder: Path):
    torch.manual_seed(0)
    model = AwdLstm(CONFIG).eval()
    task = StreamTask(STREAMS, reviews_folder)
    losses = [task.loss(model, task.load(number), 0).item() for number in range(3)]
    ids = torch.cat([task.load(0).ids, *(task.load(n).ids[:, 1:] for n in (1, 2))], 1)
    logits = model(ids[:, :-1]).logits
    whole = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
    assert np.mean(losses) == pytest.approx(whole.item(), abs=1e-5)
    forgetful = StreamTask(STREAMS, reviews_folder)
    assert forgetful.loss(model, task.load(1), 0).item() != pytest.approx(losses[1], abs=1e-6)


def test_validation_reads_streams_to_their_ends_with_any_window(reviews_folder: Path):
    torch.manual_seed(0)
    model = AwdLstm(CONFIG).eval()
    ids = torch.arange(100)
    nats, told, count = total_nats(model, ids, 3)
    assert count == len(told) == 80  # 16 streams of 6 tokens.
    assert total_nats(model, ids, 50)[0] == pytest.approx(nats, rel=1e-5)


def test_a_stopped_reading_of_streams_goes_on_as_if_nothing_had_happened(reviews_folder: Path):
    config = replace(CONFIG, weight_dropout=0.2, hidden_dropout=0.2)

    def run(where: str, stop_after: int | None) -> dict:
        torch.manual_seed(0)
        model = AwdLstm(config)
        task = StreamTask(STREAMS, reviews_folder)
        trainer = FineTuning(model, task, STREAMS, reviews_folder / where, model.groups())
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
