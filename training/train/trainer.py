"""The trainer is the one loop for every model that is trained here.

It can be stopped at any moment and started again: it goes on from its last checkpoint as if nothing
had happened. All it writes is in one folder: `checkpoint.pt`, `epoch-<n>.pt` (parameters alone, of
the last epochs), `log.jsonl`.
"""

import fcntl
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from training.config import TrainingConfig
from training.device import on_device, training_autocast
from training.train.optimizer import make_optimizer

CHECKPOINT_SECONDS = 300
LOG_UPDATES = 50


class Task(Protocol):
    def batches(self, epoch: int) -> list[Any]:
        """What to load for each update; the same for the same epoch."""

    def load(self, batch: Any) -> Any:
        """Tensors, with their number of `tokens`."""

    def loss(self, model: nn.Module, batch: Any, label_smoothing: float) -> Tensor:
        """Mean over the tokens, in nats."""

    def evaluate(self, model: nn.Module) -> dict[str, float]: ...


@runtime_checkable
class Uniform(Protocol):
    """A task whose batches all have one shape: on a GPU its loss is compiled, once."""

    uniform: bool


@runtime_checkable
class Carrying(Protocol):
    """A task that carries something from one update to the next: a checkpoint has it too."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, saved: dict[str, Any]) -> None: ...


@dataclass
class Progress:
    epoch: int = 0
    batch: int = 0  # Batches of this epoch that are done.
    update: int = 0
    tokens: int = 0
    cpu_seconds: float = 0.0


class Trainer:
    def __init__(
        self,
        model: nn.Module,
        task: Task,
        config: TrainingConfig,
        folder: Path,
        device: str = "cpu",
    ):
        self.model = model.to(device)
        self.task = task
        self.device = device
        compiled = device != "cpu" and isinstance(task, Uniform)
        self.loss = torch.compile(task.loss) if compiled else task.loss
        self.config = config
        self.folder = folder
        self.progress = Progress()
        self.optimizer = make_optimizer(model, config)
        self.stopping = False

    def run(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # A second run would spoil the first.
            if not self.resume():
                torch.manual_seed(self.config.seed)
            while self.progress.epoch < self.config.epochs and not self.stopping:
                self.run_epoch()

    def stop(self, *_: object) -> None:
        """After the update that is running."""
        self.stopping = True

    def run_epoch(self) -> None:
        progress = self.progress
        batches = self.task.batches(progress.epoch)
        started = saved = time.monotonic()
        cpu = time.process_time()
        losses, tokens = [], 0
        self.model.train()
        for number in range(progress.batch, len(batches)):
            batch = on_device(self.task.load(batches[number]), self.device)
            rate = self.rate(progress.epoch + number / len(batches))
            losses.append(self.update(batch, rate))
            tokens += batch.tokens
            progress.batch = number + 1
            progress.update += 1
            progress.tokens += batch.tokens
            now = time.process_time()
            progress.cpu_seconds += now - cpu
            cpu = now
            if progress.update % LOG_UPDATES == 0:
                loss = float(sum(losses)) / len(losses)  # A GPU has done all its work then.
                seconds = time.monotonic() - started
                self.log(
                    loss=loss,
                    rate=rate,
                    tokensPerSecond=tokens / seconds,
                )
                started, losses, tokens = time.monotonic(), [], 0
            if self.stopping or time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
            if self.stopping:
                return
        progress.epoch += 1
        progress.batch = 0
        self.model.eval()
        self.log(**self.task.evaluate(self.model))
        self.keep_epoch()
        self.save()

    def update(self, batch: Any, rate: float) -> Tensor:
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group.get("rate_factor", 1.0)
        with training_autocast(self.device, self.config.autocast):
            loss = self.loss(self.model, batch, self.config.label_smoothing)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        return loss.detach()  # Read when it is logged: a GPU works on meanwhile.

    def rate(self, epochs_done: float) -> float:
        """A linear rise, then down to 0 at the end of the last epoch, as `steady` says."""
        warmup = min(1, (self.progress.update + 1) / self.config.warmup_updates)
        done = epochs_done / self.config.epochs
        if self.config.steady is None:
            fall = (1 + math.cos(math.pi * done)) / 2
        else:
            fall = min(1, (1 - done) / (1 - self.config.steady))
        return self.config.peak_rate * warmup * fall

    def log(self, **figures: float) -> None:
        line = {**self.progress.__dict__, **{name: round(x, 6) for name, x in figures.items()}}
        line["cpu_seconds"] = round(line["cpu_seconds"])
        print(json.dumps(line), flush=True)
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": self.progress.__dict__,
            "random": torch.get_rng_state(),
        }
        if self.device == "cuda":
            state["randomCuda"] = torch.cuda.get_rng_state()
        if isinstance(self.task, Carrying):
            state["task"] = self.task.state_dict()
        write_safely(state, self.folder / "checkpoint.pt")

    def resume(self) -> bool:
        """Goes back to the last checkpoint, if there is one; later lines of the log are dropped."""
        file = self.folder / "checkpoint.pt"
        if not file.exists():
            return False
        state = torch.load(file, weights_only=True, map_location="cpu")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        torch.set_rng_state(state["random"])
        if self.device == "cuda" and "randomCuda" in state:  # It may have begun on a CPU.
            torch.cuda.set_rng_state(state["randomCuda"])
        if isinstance(self.task, Carrying):
            self.task.load_state_dict(state["task"])
        log = self.folder / "log.jsonl"
        if log.exists():
            lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines if json.loads(line)["update"] <= self.progress.update]
            log.write_text("".join(kept), encoding="utf-8")
        return True

    def keep_epoch(self) -> None:
        epoch = self.progress.epoch
        write_safely(self.model.state_dict(), self.folder / f"epoch-{epoch}.pt")
        (self.folder / f"epoch-{epoch - self.config.keep_last}.pt").unlink(missing_ok=True)


def write_safely(state: object, file: Path) -> None:
    """A run that is killed while it writes leaves the old file."""
    temporary = file.with_suffix(".part")
    torch.save(state, temporary)
    temporary.replace(file)
