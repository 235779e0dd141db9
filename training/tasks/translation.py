"""The task of the three translators says what a batch is, its loss, and how good a model is."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sacrebleu
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from training.config import TrainingConfig
from training.data.captions import FOLDER as CAPTIONS
from training.data.translation import BEGIN, END, FOLDER, PADDING, JoinChooser
from training.decoding import translate_greedily

# Fresh each epoch: this share of the pairs one by one, and so many put together, of 8 to 40 words,
# which are 40 to 50 % of the tokens.
SINGLE_SHARE = 0.6
JOINED_ITEMS = 22_000
JOINED_WORDS = (8, 40)
# Batches smaller than this part of a full one would move the model as far with less reason.
SMALLEST_BATCH = 0.1


@dataclass(frozen=True)
class Batch:
    source: Tensor  # [B, S], all of one length, each with its end.
    target: Tensor  # [B, T + 1], beginning and ending, padded.

    @property
    def tokens(self) -> int:
        return int((self.target[:, 1:] != PADDING).sum())


class TranslationTask:
    """`folder` holds prepared pairs; with no `joined_items` each is read once an epoch, alone."""

    languages = ("english", "french")

    def __init__(
        self,
        config: TrainingConfig,
        folder: Path = FOLDER,
        joined_items: int = JOINED_ITEMS,
        file: str = "train.npz",
    ):
        self.config = config
        self.folder = folder
        self.joined_items = joined_items
        self.single_share = SINGLE_SHARE if joined_items else 1.0
        self.read_pairs(file)
        self.chooser = JoinChooser(np.load(folder / file)["words"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.validation = json.loads((folder / "validation.json").read_text(encoding="utf-8"))

    def read_pairs(self, file: str) -> None:
        arrays = np.load(self.folder / file)
        self.sources = np.split(arrays["source_ids"], arrays["source_ends"][:-1])
        self.targets = np.split(arrays["target_ids"], arrays["target_ends"][:-1])

    def batches(self, epoch: int) -> list[list[tuple[int, ...]]]:
        """Items, as the numbers of their pairs; the same for the same seed and epoch."""
        generator = np.random.default_rng((self.config.seed, epoch))
        singles = self.singles(generator)
        totals = generator.integers(JOINED_WORDS[0], JOINED_WORDS[1] + 1, self.joined_items)
        items = [(int(number),) for number in singles]
        items += [self.chooser.choose(int(total), generator) for total in totals]
        # By the exact length of the source, then by about that of the target, to pad little.
        noise = generator.random(len(items)) * 3
        lengths = [(self.length(self.sources, i), self.length(self.targets, i)) for i in items]
        order = sorted(range(len(items)), key=lambda i: (lengths[i][0], lengths[i][1] + noise[i]))
        batches: list[list[tuple[int, ...]]] = [[]]
        source_length = longest = 0
        for i in order:
            longest = max(longest, lengths[i][1] + 1)
            full = longest * (len(batches[-1]) + 1) > self.config.batch_tokens
            if batches[-1] and (full or lengths[i][0] != source_length):
                batches.append([])
                longest = lengths[i][1] + 1
            batches[-1].append(items[i])
            source_length = lengths[i][0]
        least = SMALLEST_BATCH * self.config.batch_tokens
        large = [b for b in batches if sum(self.length(self.targets, i) for i in b) >= least]
        return [large[i] for i in generator.permutation(len(large))]

    def singles(self, generator: np.random.Generator) -> np.ndarray:
        """The numbers of the pairs that an epoch reads one by one."""
        count = len(self.sources)
        return generator.permutation(count)[: round(self.single_share * count)]

    def length(self, side: list[np.ndarray], item: tuple[int, ...]) -> int:
        return sum(len(side[number]) for number in item)

    def load(self, items: list[tuple[int, ...]]) -> Batch:
        sources = [[*self.ids(self.sources, item), END] for item in items]
        targets = [[BEGIN, *self.ids(self.targets, item), END] for item in items]
        return Batch(torch.tensor(sources), pad(targets))

    def ids(self, side: list[np.ndarray], item: tuple[int, ...]) -> list[int]:
        return [int(id) for number in item for id in side[number]]

    def loss(self, model: nn.Module, batch: Batch, label_smoothing: float) -> Tensor:
        """Mean cross-entropy of a target token, in nats."""
        logits = model(batch.source, batch.target[:, :-1]).logits
        return F.cross_entropy(
            logits.flatten(0, 1).float(),
            batch.target[:, 1:].flatten(),
            ignore_index=PADDING,
            label_smoothing=label_smoothing,
        )

    @torch.inference_mode()
    def evaluate(self, model: nn.Module) -> dict[str, float]:
        """On everyday sentences."""
        return self.evaluate_pairs(model, self.validation["singles"])

    def evaluate_pairs(self, model: nn.Module, pairs: list[dict[str, str]]) -> dict[str, float]:
        """On held-out sentences: nats per token, and BLEU and chrF of greedy translations."""
        read, write = self.languages
        sources = [[*self.tokenizer.encode(pair[read]).ids, END] for pair in pairs]
        targets = [[BEGIN, *self.tokenizer.encode(pair[write]).ids, END] for pair in pairs]
        total = tokens = 0.0
        for source, target in zip(sources, targets, strict=True):
            batch = Batch(torch.tensor([source]), torch.tensor([target]))
            total += float(self.loss(model, batch, 0)) * batch.tokens
            tokens += batch.tokens
        translated = self.tokenizer.decode_batch(translate_greedily(model, sources, BEGIN, END))
        references = [[pair[write] for pair in pairs]]
        return {
            "validationLoss": total / tokens,
            "bleu": sacrebleu.corpus_bleu([t.strip() for t in translated], references).score,
            "chrf": sacrebleu.corpus_chrf([t.strip() for t in translated], references).score,
        }


def pad(rows: list[list[int]]) -> Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])


class CaptionTask(TranslationTask):
    """German to English on Multi30k, where others have published figures of such networks."""

    languages = ("german", "english")

    def __init__(self, config: TrainingConfig):
        super().__init__(config, CAPTIONS, joined_items=0)
