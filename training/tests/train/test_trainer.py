"""The loop learns, and goes on where it was stopped."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.config import FOLDER as CONFIGS
from training.config import TrainingConfig, load_config
from training.decoding import translate_greedily
from training.modeling.transformer import Transformer, TransformerConfig
from training.train.__main__ import MODELS
from training.train.trainer import Trainer

CONFIG = TrainingConfig(
    seed=1,
    epochs=3,
    batch_tokens=0,
    peak_rate=3e-3,
    warmup_updates=10,
    betas=(0.9, 0.98),
    clip=1.0,
    label_smoothing=0.0,
    autocast=False,
    keep_last=2,
)
BEGIN, END = 0, 1
LENGTH = 4


@dataclass
class ReversalBatch:
    source: Tensor
    target: Tensor

    @property
    def tokens(self) -> int:
        return self.target[:, 1:].numel()


class ReversalTask:
    """Writes four symbols in the opposite order: attention has to look back to front."""

    def __init__(self, batches: int):
        self.count = batches

    def batches(self, epoch: int) -> list[int]:
        return [epoch * self.count + number for number in range(self.count)]

    def load(self, batch: int) -> ReversalBatch:
        generator = torch.Generator().manual_seed(batch)
        source = torch.randint(2, 12, (32, LENGTH), generator=generator)
        begin, end = torch.full((32, 1), BEGIN), torch.full((32, 1), END)
        return ReversalBatch(source, torch.cat((begin, source.flip(1), end), 1))

    def loss(self, model: nn.Module, batch: ReversalBatch, label_smoothing: float) -> Tensor:
        logits = model(batch.source, batch.target[:, :-1]).logits
        return F.cross_entropy(logits.flatten(0, 1), batch.target[:, 1:].flatten())

    def evaluate(self, model: nn.Module) -> dict[str, float]:
        with torch.inference_mode():
            return {"validationLoss": float(self.loss(model, self.load(10**6), 0))}


def make_trainer(folder: Path, batches: int, config: TrainingConfig = CONFIG) -> Trainer:
    torch.manual_seed(0)
    model = Transformer(
        TransformerConfig(
            layers=1,
            heads=2,
            hidden_size=32,
            intermediate_size=64,
            vocab_size=12,
            context_length=16,
            dropout=0.1,
        )
    )
    return Trainer(model, ReversalTask(batches), config, folder)


def read_log(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_a_small_model_learns_to_reverse(tmp_path: Path):
    trainer = make_trainer(tmp_path, batches=150)
    trainer.run()
    assert read_log(tmp_path)[-1]["validationLoss"] < 0.05
    sources = [[2, 3, 4, 5], [9, 9, 2, 7]]
    assert translate_greedily(trainer.model, sources, BEGIN, END) == [[5, 4, 3, 2], [7, 2, 9, 9]]


@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_a_stopped_run_goes_on_as_if_it_had_not_been_stopped(tmp_path: Path, optimizer: str):
    config = replace(CONFIG, optimizer=optimizer, weight_decay=0.1)
    whole = make_trainer(tmp_path / "whole", batches=5, config=config)
    whole.run()

    stopped = make_trainer(tmp_path / "parts", batches=5, config=config)
    load = stopped.task.load

    def load_and_stop(batch: int) -> ReversalBatch:
        if batch == 7:  # In the middle of the second epoch.
            stopped.stop()
        return load(batch)

    stopped.task.load = load_and_stop
    stopped.run()
    assert (stopped.progress.epoch, stopped.progress.batch) == (1, 3)

    resumed = make_trainer(tmp_path / "parts", batches=5, config=config)
    resumed.run()
    assert resumed.progress.update == whole.progress.update == 15
    for name, parameter in whole.model.state_dict().items():
        assert torch.equal(resumed.model.state_dict()[name], parameter), name
    assert [line["update"] for line in read_log(tmp_path / "parts")] == [5, 10, 15]


def test_lines_of_the_log_that_a_lost_checkpoint_had_seen_are_dropped(tmp_path: Path):
    make_trainer(tmp_path, batches=5).run()
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"update": 99}\n')
    make_trainer(tmp_path, batches=5).run()
    assert [line["update"] for line in read_log(tmp_path)] == [5, 10, 15]


def test_only_the_last_epochs_are_kept(tmp_path: Path):
    make_trainer(tmp_path, batches=2).run()
    assert sorted(file.name for file in tmp_path.glob("epoch-*")) == ["epoch-2.pt", "epoch-3.pt"]


def test_a_second_run_of_the_same_model_is_refused(tmp_path: Path):
    first = make_trainer(tmp_path, batches=2)
    second = make_trainer(tmp_path, batches=2)
    evaluate = first.task.evaluate

    def run_second(model: nn.Module) -> dict[str, float]:
        with pytest.raises(BlockingIOError):
            second.run()
        return evaluate(model)

    first.task.evaluate = run_second
    first.run()


def test_the_rate_rises_and_falls_to_nothing(tmp_path: Path):
    trainer = make_trainer(tmp_path, batches=1, config=replace(CONFIG, epochs=10))
    assert trainer.rate(0) == pytest.approx(CONFIG.peak_rate / 10)
    trainer.progress.update = 100
    assert trainer.rate(5) == pytest.approx(CONFIG.peak_rate / 2)
    assert trainer.rate(10) == pytest.approx(0)


def test_the_rate_may_stay_at_its_peak_and_then_fall_in_a_line(tmp_path: Path):
    trainer = make_trainer(tmp_path, 1, replace(CONFIG, epochs=10, steady=0.6))
    trainer.progress.update = 100
    for epochs_done, part in ((0, 1), (6, 1), (8, 0.5), (9, 0.25), (10, 0)):
        assert trainer.rate(epochs_done) == pytest.approx(part * CONFIG.peak_rate)


def test_muon_moves_the_matrices_and_adam_the_tables_and_vectors(tmp_path: Path):
    trainer = make_trainer(tmp_path, 1, replace(CONFIG, optimizer="muon"))
    names = {id(p): name for name, p in trainer.model.named_parameters()}
    muon, adam = (
        {names[id(p)] for p in group["params"]} for group in trainer.optimizer.param_groups
    )
    assert "encoder.0.attention.query.weight" in muon
    assert {"embedding.weight", "encoder.0.attention.query.bias", "encoder_norm.weight"} <= adam
    assert muon | adam == set(names.values())
    assert not muon & adam


def test_an_unknown_optimizer_is_an_error(tmp_path: Path):
    with pytest.raises(ValueError, match='not "sgd"'):
        make_trainer(tmp_path, 1, replace(CONFIG, optimizer="sgd"))


@pytest.mark.parametrize("model", MODELS)
def test_the_configuration_of_every_model_can_be_read(model: str):
    load_config(CONFIGS / f"{model}.toml", MODELS[model][0])


def test_a_key_that_is_unknown_or_missing_is_an_error(tmp_path: Path):
    text = (CONFIGS / "transformer.toml").read_text()
    (tmp_path / "x.toml").write_text(text.replace("dropout", "drop_out"))
    with pytest.raises(ValueError, match=r"\['drop_out', 'dropout'\]"):
        load_config(tmp_path / "x.toml", TransformerConfig)
