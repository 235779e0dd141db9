"""The task of BERT is to tell which words stood where tokens are masked, in mixed English texts."""

import json
from dataclasses import dataclass
from math import exp
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from training.config import TrainingConfig
from training.data.cloze import CLOZE
from training.data.masked import EVERYDAY_SHARES, FOLDER, SHARES
from training.device import device_of, on_device
from training.modeling.bert import BertConfig, MaskedBert
from training.pretrained.minilm import load_minilm, load_tokenizer
from training.tasks.windows import WindowReader, shared_out, spread_windows

CLS, SEP, MASK = 101, 102, 103
FIRST_WORD = 999  # The entries before it are special or unused.
MASKED = 0.15  # Of the tokens; of these 80 % become [MASK], 10 % another word, 10 % stay.
HELD_OUT_TOKENS = 6_300  # Of each source.
SMALLEST_BATCH = 0.5  # Of a full one, where sentences of one length are few.


@dataclass(frozen=True)
class Rows:
    """Texts of one length, each by its source and its place there."""

    places: list[tuple[str, int]]
    length: int  # Without [CLS] and [SEP].
    seed: tuple[int, ...]  # Of what is masked.
    frozen: bool  # Whether only the head learns from it.


@dataclass(frozen=True)
class Batch:
    ids: Tensor  # [B, S], masked.
    positions: Tensor  # [M], of what is to be told, in `ids` flattened.
    answers: Tensor  # [M]
    frozen: bool

    @property
    def tokens(self) -> int:
        return self.ids.numel()


def masked_minilm(config: BertConfig) -> MaskedBert:
    """The body of MiniLM under a head that knows nothing."""
    model = MaskedBert(config)
    model.bert.load_state_dict(load_minilm().state_dict())
    return model


class MaskedTask:
    """An epoch is a number of updates; the first ones may be for the head alone."""

    def __init__(self, config: TrainingConfig, folder: Path = FOLDER):
        self.config = config
        self.shares = EVERYDAY_SHARES if config.everyday else SHARES
        self.length = config.window - 2  # Beside [CLS] and [SEP].
        self.sources = [source for source in SHARES if source != "sentences"]
        self.readers = {
            source: WindowReader(
                np.load(folder / f"{source}-train.npy"), self.length, (config.seed, number)
            )
            for number, source in enumerate(self.sources)
        }
        least = SMALLEST_BATCH * config.batch_tokens
        self.sentences = {
            length: ids
            for length, ids in read_sentences(folder / "sentences-train.npz").items()
            if ids.size >= least
        }
        self.held_out = {
            part: {
                source: spread_windows(
                    np.load(folder / f"{source}-{part}.npy"), self.length, HELD_OUT_TOKENS
                )
                for source in self.sources
            }
            for part in ("validation", "test")
        }
        self.tokenizer = Tokenizer.from_str(json.dumps(load_tokenizer()))

    def batches(self, epoch: int) -> list[Rows]:
        """Windows of each source, and sentences, by their shares; the same for the same epoch."""
        generator = np.random.default_rng((self.config.seed, epoch))
        of_sentences = self.shares["sentences"]
        windows, sentences = shared_out(self.config.updates, (100 - of_sentences, of_sentences))
        rows = self.window_rows(epoch, windows, generator)
        rows += self.sentence_rows(sentences, generator)
        frozen = epoch < self.config.frozen_epochs
        return [
            Rows(*rows[number], (self.config.seed, epoch, number), frozen)
            for number in generator.permutation(len(rows)).tolist()
        ]

    def window_rows(
        self, epoch: int, updates: int, generator: np.random.Generator
    ) -> list[tuple[list[tuple[str, int]], int]]:
        in_update = self.config.batch_tokens // self.config.window
        counts = shared_out(updates * in_update, [self.shares[source] for source in self.sources])
        places = [
            (source, self.readers[source].start(number))
            for source, count in zip(self.sources, counts, strict=True)
            for number in range(epoch * count, (epoch + 1) * count)
        ]
        order = generator.permutation(len(places))
        return [
            ([places[number] for number in order[first : first + in_update]], self.length)
            for first in range(0, len(places), in_update)
        ]

    def sentence_rows(
        self, updates: int, generator: np.random.Generator
    ) -> list[tuple[list[tuple[str, int]], int]]:
        """Each length as often as its share of all tokens."""
        tokens = np.array([ids.size for ids in self.sentences.values()])
        lengths = generator.choice([*self.sentences], updates, p=tokens / tokens.sum())
        rows = []
        for length in lengths.tolist():
            count = len(self.sentences[length])
            size = min(count, self.config.batch_tokens // (length + 2))
            numbers = generator.choice(count, size, replace=False).tolist()
            rows.append(([("sentences", number) for number in numbers], length))
        return rows

    def load(self, rows: Rows) -> Batch:
        texts = [self.read(source, place, rows.length) for source, place in rows.places]
        return mask(np.stack(texts), rows.seed, rows.frozen, self.tokenizer.get_vocab_size())

    def read(self, source: str, place: int, length: int) -> np.ndarray:
        if source == "sentences":
            return self.sentences[length][place]
        return self.readers[source].read(place)

    def loss(self, model: MaskedBert, batch: Batch, label_smoothing: float) -> Tensor:
        return F.cross_entropy(
            self.predict(model, batch).float(), batch.answers, label_smoothing=label_smoothing
        )

    def predict(self, model: MaskedBert, batch: Batch) -> Tensor:
        """Logits of the masked tokens alone, [M, V]: the output matrix is most of the work."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and not batch.frozen):
            places = torch.arange(batch.ids.shape[1], device=batch.ids.device)
            positions = places.expand_as(batch.ids)
            states, _ = model.bert.read(batch.ids, None, torch.zeros_like(batch.ids), positions)
        table = model.bert.embeddings.word.weight
        return model.head(
            states[-1].flatten(0, 1)[batch.positions], table.detach() if batch.frozen else table
        )

    @torch.inference_mode()
    def evaluate(self, model: MaskedBert, part: str = "validation") -> dict[str, float]:
        """On held-out documents: how often the word is found, and perplexity; then the cloze.

        The means of all sources are by their shares.
        """
        accuracies, nats, count = {}, 0.0, 0
        for number, (source, windows) in enumerate(self.held_out[part].items()):
            batch = mask(windows, (number,), False, self.tokenizer.get_vocab_size())
            right, source_nats = 0, 0.0
            for rows in parts_of(batch):
                rows = on_device(rows, device_of(model))
                logits = self.predict(model, rows)
                right += int((logits.argmax(-1) == rows.answers).sum())
                source_nats += float(F.cross_entropy(logits, rows.answers, reduction="sum"))
            accuracies[source] = right / len(batch.answers)
            nats += source_nats * SHARES[source] / len(batch.answers)
            count += SHARES[source]
        return {
            "accuracy": sum(accuracies[s] * SHARES[s] for s in accuracies) / count,
            "perplexity": exp(nats / count),
            "cloze": self.cloze(model),
            **{f"accuracy-{source}": accuracy for source, accuracy in accuracies.items()},
        }

    def cloze(self, model: MaskedBert) -> float:
        """Of how many sentences the answer is among the five most probable words."""
        answers = self.cloze_answers(model)
        return sum(answer in answers[sentence] for sentence, answer in CLOZE) / len(CLOZE)

    @torch.inference_mode()
    def cloze_answers(self, model: MaskedBert) -> dict[str, list[str]]:
        """The five most probable words of each sentence."""
        answers = {}
        for sentence, _ in CLOZE:
            ids = torch.tensor([self.tokenizer.encode(sentence).ids])
            place = (ids.flatten() == MASK).nonzero()[:, 0]
            batch = on_device(Batch(ids, place, place, False), device_of(model))
            best = self.predict(model, batch)[0].topk(5).indices
            answers[sentence] = [self.tokenizer.id_to_token(id) for id in best.tolist()]
        return answers


def mask(texts: np.ndarray, seed: tuple[int, ...], frozen: bool, vocab_size: int) -> Batch:
    """texts [B, S - 2] -> a batch [B, S] (Devlin et al., section 3.1 and appendix A.1)."""
    generator = np.random.default_rng(seed)
    ids = enclosed(texts)
    flat = ids.reshape(-1)
    words = np.flatnonzero(flat >= FIRST_WORD)
    chosen = generator.choice(words, max(1, round(MASKED * len(words))), replace=False)
    chosen.sort()
    answers = flat[chosen]
    dice = generator.random(len(chosen))
    flat[chosen[dice < 0.8]] = MASK
    other = chosen[dice >= 0.9]
    flat[other] = generator.integers(FIRST_WORD, vocab_size, len(other))
    return Batch(torch.from_numpy(ids), torch.from_numpy(chosen), torch.from_numpy(answers), frozen)


def enclosed(texts: np.ndarray) -> np.ndarray:
    """[B, S - 2] -> [B, S], between [CLS] and [SEP]."""
    column = np.ones((len(texts), 1), np.int64)
    return np.concatenate((CLS * column, texts.astype(np.int64), SEP * column), axis=1)


def parts_of(batch: Batch, rows: int = 16) -> list[Batch]:
    """The same in parts of some rows, to need less memory at once."""
    parts = []
    for first in range(0, len(batch.ids), rows):
        ids = batch.ids[first : first + rows]
        start = first * ids.shape[1]
        inside = (batch.positions >= start) & (batch.positions < start + ids.numel())
        parts.append(
            Batch(ids, batch.positions[inside] - start, batch.answers[inside], batch.frozen)
        )
    return parts


def read_sentences(file: Path) -> dict[int, np.ndarray]:
    """Sentences by their length, [N, length]."""
    arrays = np.load(file)
    by_length: dict[int, list[np.ndarray]] = {}
    for sentence in np.split(arrays["ids"], arrays["ends"][:-1]):
        by_length.setdefault(len(sentence), []).append(sentence)
    return {length: np.stack(by_length[length]) for length in sorted(by_length)}
